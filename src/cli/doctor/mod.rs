//! The `doctor` command checks everything the service needs, before the first start or when something does not work.
//!
//! The checks run concurrently, never change anything and never print a secret. `oauth` holds those of our own provider.

mod oauth;

use std::fmt;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use url::Url;

use crate::config::Config;
use crate::gateway::redis::SharedRateLimiter;
use crate::gateway::smtp::SmtpClient;
use crate::gateway::telegram::Telegram;
use crate::gateway::upstream_oidc::{UpstreamError, UpstreamOidc};
use crate::model::sign_in::upstream_oidc::{UpstreamClient, UpstreamProvider};
use crate::model::time::Moment;
use crate::serve::{open_files, private_files};
use crate::store::engine::database_check;
use crate::web;

/// Longest a check may take.
const CHECK_TIMEOUT: Duration = Duration::from_secs(10);

/// One line of the report: what was checked, and its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckResult {
    name: &'static str,
    status: CheckStatus,
    detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli::doctor) enum CheckStatus {
    Ok,
    /// Not configured, so not in use.
    Off,
    /// Works, but may not do what the operator expects.
    Warn,
    /// The service, or this part of it, does not work.
    Fail,
}

impl CheckResult {
    /// True if the service, or the checked part of it, does not work.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.status == CheckStatus::Fail
    }
}

/// One line, such as `ok     database    SQLite 3.50.2, up to date`.
impl fmt::Display for CheckResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = match self.status {
            CheckStatus::Ok => "ok",
            CheckStatus::Off => "off",
            CheckStatus::Warn => "warn",
            CheckStatus::Fail => "FAIL",
        };
        write!(f, "{status:<7}{:<12}{}", self.name, self.detail)
    }
}

pub(in crate::cli::doctor) fn result(
    name: &'static str,
    status: CheckStatus,
    detail: impl Into<String>,
) -> CheckResult {
    CheckResult { name, status, detail: detail.into() }
}

/// Runs all checks concurrently. The results come in a fixed order.
pub async fn examine(config: &Config, now: Moment) -> Vec<CheckResult> {
    let public_url = result("public url", CheckStatus::Ok, config.public_url.as_str());
    let google = ProviderCheck {
        name: "google",
        setting: "GOOGLE_CLIENT_ID",
        provider: UpstreamProvider::Google,
        client: config.google.as_ref(),
    };
    let login = ProviderCheck {
        name: "log in",
        setting: "TELEGRAM_OIDC_CLIENT_ID",
        provider: UpstreamProvider::Telegram,
        client: config.telegram_login.as_ref(),
    };
    let (listen, metrics, database, telegram, redis, mail, google, login, oauth) = tokio::join!(
        address("listen", "NEURALBOX_LISTEN", config.listen),
        address("metrics", "NEURALBOX_METRICS_LISTEN", config.metrics_listen),
        database(config.database_url.reveal()),
        in_time("telegram", telegram(config)),
        in_time("redis", redis(config)),
        in_time("mail", mail(config)),
        in_time("google", provider(google, now)),
        in_time("log in", provider(login, now)),
        oauth::examine(config, now),
    );
    let warn = |name| move |warning: String| result(name, CheckStatus::Warn, warning);
    let files = private_files::warnings(config).into_iter().map(warn("files"));
    let transport = config.transport_warning().map(warn("transport"));
    let before = [public_url, proxies(config), open_files(), listen, metrics].into_iter();
    let services = [telegram, redis, mail, google, login];
    before.chain(database).chain(services).chain(oauth).chain(files).chain(transport).collect()
}

/// On https a proxy ends TLS in front of the service. Unless it is trusted, all clients share the limits of one network.
fn proxies(config: &Config) -> CheckResult {
    let of = |status, detail: &str| result("proxies", status, detail);
    match (config.trusted_proxies.is_empty(), config.public_url.scheme()) {
        (false, _) => of(CheckStatus::Ok, "X-Forwarded-For is read from NEURALBOX_TRUSTED_PROXIES"),
        (true, "https") => of(
            CheckStatus::Warn,
            "NEURALBOX_TRUSTED_PROXIES is not set, but NEURALBOX_PUBLIC_URL is https: all clients of the proxy that ends TLS \
             share the limits of one network. Add its address",
        ),
        (true, _) => of(CheckStatus::Off, "NEURALBOX_TRUSTED_PROXIES is not set: X-Forwarded-For is ignored"),
    }
}

/// The service raises its own limit at the start, as this check does.
fn open_files() -> CheckResult {
    let limit = open_files::raise_limit();
    let connections = web::max_connections(limit);
    if limit >= web::OPEN_FILES_WANTED {
        return result("open files", CheckStatus::Ok, format!("enough for {connections} connections"));
    }
    let wanted = web::OPEN_FILES_WANTED;
    let remedy = format!("raise the hard limit to {wanted} (LimitNOFILE of systemd, ulimit -Hn)");
    result("open files", CheckStatus::Warn, format!("at most {limit}, enough for {connections} connections: {remedy}"))
}

async fn in_time(name: &'static str, check: impl Future<Output = CheckResult>) -> CheckResult {
    let late = |_| result(name, CheckStatus::Fail, format!("no response within {} s", CHECK_TIMEOUT.as_secs()));
    tokio::time::timeout(CHECK_TIMEOUT, check).await.unwrap_or_else(late)
}

async fn address(name: &'static str, setting: &str, address: SocketAddr) -> CheckResult {
    match TcpListener::bind(address).await {
        Ok(_) => result(name, CheckStatus::Ok, format!("{address} is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            result(name, CheckStatus::Warn, format!("{address} is in use; expected if the service is running"))
        }
        Err(error) => result(name, CheckStatus::Fail, format!("{setting}: cannot listen on {address}: {error}")),
    }
}

async fn database(url: &str) -> Vec<CheckResult> {
    let of = |status, detail| result("database", status, detail);
    let database = match database_check::check_database(url).await {
        Ok(Some(database)) => database,
        Ok(None) => return vec![of(CheckStatus::Ok, "SQLite: the file will be created at the first start".to_owned())],
        Err(error) => {
            return vec![of(CheckStatus::Fail, format!("DATABASE_URL: {}", database_check::describe(&error)))];
        }
    };
    let schema = match database.behind {
        0 => "up to date".to_owned(),
        behind => format!("to be migrated at the next start (pending migrations: {behind})"),
    };
    let mut results = vec![of(CheckStatus::Ok, format!("{}, {schema}", database.program))];
    results.extend(database.faults.into_iter().map(|fault| of(CheckStatus::Fail, fault)));
    results.extend(database.doubts.into_iter().map(|doubt| of(CheckStatus::Warn, doubt)));
    results
}

async fn telegram(config: &Config) -> CheckResult {
    let of = |status, detail| result("telegram", status, detail);
    let bot = match Telegram::new(&config.bot_token, config.telegram_api_url.clone()) {
        Ok(bot) => bot,
        Err(error) => return of(CheckStatus::Fail, error),
    };
    let (username, current) = match (bot.username().await, bot.webhook().await) {
        (Ok(username), Ok(current)) => (username, current),
        (Err(error), _) | (_, Err(error)) => return of(CheckStatus::Fail, error.to_string()),
    };
    let wanted = config.webhook.as_ref().map(|webhook| &webhook.url);
    let host = current.as_ref().and_then(Url::host_str).unwrap_or_default();
    let (status, updates) = match (wanted, &current) {
        (None, None) => (CheckStatus::Ok, "long polling".to_owned()),
        (None, Some(_)) => {
            let remedy = "set TELEGRAM_WEBHOOK_URL, or remove the webhook with deleteWebhook";
            (CheckStatus::Fail, format!("long polling is set, but Telegram pushes to {host}: {remedy}"))
        }
        (Some(_), None) => (CheckStatus::Ok, "webhook, to be set at the next start".to_owned()),
        (Some(wanted), Some(current)) if wanted == current => (CheckStatus::Ok, format!("webhook at {host}")),
        (Some(_), Some(_)) => (CheckStatus::Warn, format!("webhook at {host}, to be replaced at the next start")),
    };
    of(status, format!("@{username}; {updates}"))
}

async fn redis(config: &Config) -> CheckResult {
    let of = |status, detail: &str| result("redis", status, detail);
    let Some(url) = &config.redis_url else {
        return of(CheckStatus::Off, "REDIS_URL is not set: each instance counts requests separately");
    };
    let limiter = match SharedRateLimiter::at(url) {
        Ok(limiter) => limiter,
        Err(error) => return of(CheckStatus::Fail, &format!("REDIS_URL: {error}")),
    };
    match limiter.reconnect().await {
        Ok(()) => of(CheckStatus::Ok, "responds"),
        Err(error) => {
            let meanwhile = "until it responds, each instance counts requests separately";
            of(CheckStatus::Fail, &format!("REDIS_URL: no response ({error}); {meanwhile}"))
        }
    }
}

async fn mail(config: &Config) -> CheckResult {
    let of = |status, detail| result("mail", status, detail);
    let Some(mail) = config.mail.clone() else {
        return of(CheckStatus::Off, "SMTP_URL is not set: there are no email accounts".to_owned());
    };
    let client = match SmtpClient::new(mail.server, mail.from, &config.public_url) {
        Ok(client) => client,
        Err(error) => return of(CheckStatus::Fail, error),
    };
    match client.check().await {
        Ok(()) => of(CheckStatus::Ok, "signed in to the mail server; nothing was sent".to_owned()),
        Err(error) => of(CheckStatus::Fail, format!("SMTP_URL: {error}")),
    }
}

struct ProviderCheck<'a> {
    name: &'static str,
    /// Setting that enables it.
    setting: &'static str,
    provider: UpstreamProvider,
    client: Option<&'a UpstreamClient>,
}

async fn provider(check: ProviderCheck<'_>, now: Moment) -> CheckResult {
    let ProviderCheck { name, setting, provider, client } = check;
    let Some(client) = client else { return result(name, CheckStatus::Off, format!("{setting} is not set")) };
    let outcome = match UpstreamOidc::new(provider, client.clone()) {
        Ok(upstream) => upstream.check(now).await,
        Err(error) => return result(name, CheckStatus::Fail, error),
    };
    let issuer = &client.issuer;
    match outcome {
        Ok(()) => result(name, CheckStatus::Ok, format!("{issuer} responds")),
        Err(UpstreamError::Unavailable(_)) => result(name, CheckStatus::Fail, format!("{issuer} isn't responding")),
        Err(_) => result(name, CheckStatus::Fail, format!("{issuer} sent an invalid response")),
    }
}
