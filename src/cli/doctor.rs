//! What an operator should know before the service starts, or when it does not work: everything it needs is looked at once, and
//! nothing is changed.

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
use crate::gateway::upstream_oidc;
use crate::gateway::upstream_oidc::UpstreamOidc;
use crate::model::sign_in::upstream_oidc::{UpstreamClient, UpstreamProvider};
use crate::model::time::Moment;
use crate::store::engine::database_check;

/// How long an answer is waited for.
const CHECK_TIMEOUT: Duration = Duration::from_secs(10);

/// What was looked at, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckResult {
    what: &'static str,
    state: CheckStatus,
    says: String,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CheckStatus {
    /// As it should be.
    Fine,
    /// Not in use.
    Off,
    /// It works, and may not do what is expected of it.
    Doubtful,
    /// The service, or that part of it, does not work.
    Wrong,
}

impl CheckResult {
    /// Whether something does not work.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.state == CheckStatus::Wrong
    }
}

/// One line: `ok     database   SQLite 3.50.2, up to date`.
impl fmt::Display for CheckResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            CheckStatus::Fine => "ok",
            CheckStatus::Off => "off",
            CheckStatus::Doubtful => "doubt",
            CheckStatus::Wrong => "WRONG",
        };
        write!(f, "{state:<7}{:<12}{}", self.what, self.says)
    }
}

fn finding(what: &'static str, state: CheckStatus, says: impl Into<String>) -> CheckResult {
    CheckResult { what, state, says: says.into() }
}

/// Looks at everything at once.
pub async fn examine(config: &Config, now: Moment) -> Vec<CheckResult> {
    let public_url = finding("public url", CheckStatus::Fine, config.public_url.as_str());
    let (listen, metrics, database, telegram, redis, mail, google, login) = tokio::join!(
        address("listen", "NEURALBOX_LISTEN", config.listen),
        address("metrics", "NEURALBOX_METRICS_LISTEN", config.metrics_listen),
        database(config.database_url.reveal()),
        in_time("telegram", telegram(config)),
        in_time("redis", redis(config)),
        in_time("mail", mail(config)),
        in_time(
            "google",
            provider(("google", "GOOGLE_CLIENT_ID"), UpstreamProvider::Google, config.google.as_ref(), now)
        ),
        in_time(
            "log in",
            provider(
                ("log in", "TELEGRAM_OIDC_CLIENT_ID"),
                UpstreamProvider::Telegram,
                config.telegram_login.as_ref(),
                now
            )
        ),
    );
    let before = [public_url, listen, metrics].into_iter();
    before.chain(database).chain([telegram, redis, mail, google, login]).collect()
}

async fn in_time(what: &'static str, look: impl Future<Output = CheckResult>) -> CheckResult {
    let late = |_| finding(what, CheckStatus::Wrong, format!("no answer within {} s", CHECK_TIMEOUT.as_secs()));
    tokio::time::timeout(CHECK_TIMEOUT, look).await.unwrap_or_else(late)
}

async fn address(what: &'static str, name: &str, address: SocketAddr) -> CheckResult {
    match TcpListener::bind(address).await {
        Ok(_) => finding(what, CheckStatus::Fine, format!("{address} is free")),
        Err(fault) if fault.kind() == ErrorKind::AddrInUse => {
            finding(what, CheckStatus::Doubtful, format!("{address} is taken: by the service itself, if it runs"))
        }
        Err(fault) => finding(what, CheckStatus::Wrong, format!("{name}: cannot listen on {address}: {fault}")),
    }
}

async fn database(url: &str) -> Vec<CheckResult> {
    let of = |state, says| finding("database", state, says);
    let condition = match database_check::check_database(url).await {
        Ok(Some(condition)) => condition,
        Ok(None) => return vec![of(CheckStatus::Fine, "SQLite: the file will be made at the first start".to_owned())],
        Err(fault) => return vec![of(CheckStatus::Wrong, format!("DATABASE_URL: {fault}"))],
    };
    let schema = match condition.behind {
        0 => "up to date".to_owned(),
        behind => format!("the next start migrates it (migrations left: {behind})"),
    };
    let mut findings = vec![of(CheckStatus::Fine, format!("{}, {schema}", condition.program))];
    findings.extend(condition.faults.into_iter().map(|fault| of(CheckStatus::Wrong, fault)));
    findings.extend(condition.doubts.into_iter().map(|doubt| of(CheckStatus::Doubtful, doubt)));
    findings
}

async fn telegram(config: &Config) -> CheckResult {
    let of = |state, says| finding("telegram", state, says);
    let bot = match Telegram::new(&config.bot_token, config.telegram_api_url.clone()) {
        Ok(bot) => bot,
        Err(fault) => return of(CheckStatus::Wrong, fault),
    };
    let (name, pushed_to) = match (bot.username().await, bot.webhook().await) {
        (Ok(name), Ok(pushed_to)) => (name, pushed_to),
        (Err(trouble), _) | (_, Err(trouble)) => return of(CheckStatus::Wrong, trouble.to_string()),
    };
    let wanted = config.webhook.as_ref().map(|hook| &hook.url);
    let host = pushed_to.as_ref().and_then(Url::host_str).unwrap_or_default();
    let (state, updates) = match (wanted, &pushed_to) {
        (None, None) => (CheckStatus::Fine, "updates are asked for".to_owned()),
        (None, Some(_)) => {
            let way_out = "set TELEGRAM_WEBHOOK_URL, or take it away with deleteWebhook";
            (CheckStatus::Wrong, format!("updates are to be asked for, but are pushed to {host}: {way_out}"))
        }
        (Some(_), None) => (CheckStatus::Fine, "updates will be pushed from the next start on".to_owned()),
        (Some(wanted), Some(pushed_to)) if wanted == pushed_to => {
            (CheckStatus::Fine, format!("updates are pushed to {host}"))
        }
        (Some(_), Some(_)) => {
            (CheckStatus::Doubtful, format!("updates are pushed to {host}, and here from the next start on"))
        }
    };
    of(state, format!("@{name}; {updates}"))
}

async fn redis(config: &Config) -> CheckResult {
    let of = |state, says: &str| finding("redis", state, says);
    let Some(url) = &config.redis_url else {
        return of(CheckStatus::Off, "REDIS_URL is not set: each instance counts requests by itself");
    };
    let meters = match SharedRateLimiter::at(url) {
        Ok(meters) => meters,
        Err(fault) => return of(CheckStatus::Wrong, &format!("REDIS_URL: {fault}")),
    };
    meters.mend().await;
    if meters.is_there() {
        of(CheckStatus::Fine, "it answers")
    } else {
        of(CheckStatus::Wrong, "REDIS_URL: it does not answer; meanwhile each instance counts requests by itself")
    }
}

async fn mail(config: &Config) -> CheckResult {
    let of = |state, says| finding("mail", state, says);
    let Some(mail) = config.mail.clone() else {
        return of(CheckStatus::Off, "SMTP_URL is not set: there are no e-mail accounts".to_owned());
    };
    let mailer = match SmtpClient::new(mail.server, mail.from, &config.public_url) {
        Ok(mailer) => mailer,
        Err(fault) => return of(CheckStatus::Wrong, fault),
    };
    match mailer.check().await {
        Ok(()) => of(CheckStatus::Fine, "the mail server lets us in; nothing was sent".to_owned()),
        Err(trouble) => of(CheckStatus::Wrong, format!("SMTP_URL: {trouble}")),
    }
}

async fn provider(
    (what, name): (&'static str, &str),
    provider: UpstreamProvider,
    registration: Option<&UpstreamClient>,
    now: Moment,
) -> CheckResult {
    let Some(registration) = registration else { return finding(what, CheckStatus::Off, format!("{name} is not set")) };
    let outcome = match UpstreamOidc::new(provider, registration.clone()) {
        Ok(open) => open.check(now).await,
        Err(fault) => return finding(what, CheckStatus::Wrong, fault),
    };
    let issuer = &registration.issuer;
    match outcome {
        Ok(()) => finding(what, CheckStatus::Fine, format!("{issuer} answers")),
        Err(upstream_oidc::UpstreamError::Away(_)) => {
            finding(what, CheckStatus::Wrong, format!("{issuer} does not answer"))
        }
        Err(_) => finding(what, CheckStatus::Wrong, format!("{issuer} answers what makes no sense")),
    }
}
