//! What an operator should know before the service starts, or when it does not work: everything it needs is looked at once, and
//! nothing is changed.

use std::fmt;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use url::Url;

use crate::config::Config;
use crate::gateway::redis::SharedMeters;
use crate::gateway::smtp::Mailer;
use crate::gateway::telegram::Telegram;
use crate::gateway::upstream_oidc;
use crate::gateway::upstream_oidc::OpenId;
use crate::model::sign_in::upstream_oidc::{Provider, Registration};
use crate::model::time::Moment;
use crate::store::engine::database_check;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was looked at, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    what: &'static str,
    state: State,
    says: String,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// As it should be.
    Fine,
    /// Not in use.
    Off,
    /// It works, and may not do what is expected of it.
    Doubtful,
    /// The service, or that part of it, does not work.
    Wrong,
}

impl Finding {
    /// Whether something does not work.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.state == State::Wrong
    }
}

/// One line: `ok     database   SQLite 3.50.2, up to date`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Fine => "ok",
            State::Off => "off",
            State::Doubtful => "doubt",
            State::Wrong => "WRONG",
        };
        write!(f, "{state:<7}{:<12}{}", self.what, self.says)
    }
}

fn finding(what: &'static str, state: State, says: impl Into<String>) -> Finding {
    Finding { what, state, says: says.into() }
}

/// Looks at everything at once.
pub async fn examine(config: &Config, now: Moment) -> Vec<Finding> {
    let public_url = finding("public url", State::Fine, config.public_url.as_str());
    let (listen, metrics, database, telegram, redis, mail, google, login) = tokio::join!(
        address("listen", "NEURALBOX_LISTEN", config.listen),
        address("metrics", "NEURALBOX_METRICS_LISTEN", config.metrics_listen),
        database(config.database_url.reveal()),
        in_time("telegram", telegram(config)),
        in_time("redis", redis(config)),
        in_time("mail", mail(config)),
        in_time("google", provider(("google", "GOOGLE_CLIENT_ID"), Provider::Google, config.google.as_ref(), now)),
        in_time(
            "log in",
            provider(("log in", "TELEGRAM_OIDC_CLIENT_ID"), Provider::Telegram, config.telegram_login.as_ref(), now)
        ),
    );
    let before = [public_url, listen, metrics].into_iter();
    before.chain(database).chain([telegram, redis, mail, google, login]).collect()
}

async fn in_time(what: &'static str, look: impl Future<Output = Finding>) -> Finding {
    let late = |_| finding(what, State::Wrong, format!("no answer within {} s", PATIENCE.as_secs()));
    tokio::time::timeout(PATIENCE, look).await.unwrap_or_else(late)
}

async fn address(what: &'static str, name: &str, address: SocketAddr) -> Finding {
    match TcpListener::bind(address).await {
        Ok(_) => finding(what, State::Fine, format!("{address} is free")),
        Err(fault) if fault.kind() == ErrorKind::AddrInUse => {
            finding(what, State::Doubtful, format!("{address} is taken: by the service itself, if it runs"))
        }
        Err(fault) => finding(what, State::Wrong, format!("{name}: cannot listen on {address}: {fault}")),
    }
}

async fn database(url: &str) -> Vec<Finding> {
    let of = |state, says| finding("database", state, says);
    let condition = match database_check::look_at(url).await {
        Ok(Some(condition)) => condition,
        Ok(None) => return vec![of(State::Fine, "SQLite: the file will be made at the first start".to_owned())],
        Err(fault) => return vec![of(State::Wrong, format!("DATABASE_URL: {fault}"))],
    };
    let schema = match condition.behind {
        0 => "up to date".to_owned(),
        behind => format!("the next start migrates it (migrations left: {behind})"),
    };
    let mut findings = vec![of(State::Fine, format!("{}, {schema}", condition.program))];
    findings.extend(condition.faults.into_iter().map(|fault| of(State::Wrong, fault)));
    findings.extend(condition.doubts.into_iter().map(|doubt| of(State::Doubtful, doubt)));
    findings
}

async fn telegram(config: &Config) -> Finding {
    let of = |state, says| finding("telegram", state, says);
    let bot = match Telegram::new(&config.bot_token, config.telegram_api_url.clone()) {
        Ok(bot) => bot,
        Err(fault) => return of(State::Wrong, fault),
    };
    let (name, pushed_to) = match (bot.username().await, bot.webhook().await) {
        (Ok(name), Ok(pushed_to)) => (name, pushed_to),
        (Err(trouble), _) | (_, Err(trouble)) => return of(State::Wrong, trouble.to_string()),
    };
    let wanted = config.webhook.as_ref().map(|hook| &hook.url);
    let host = pushed_to.as_ref().and_then(Url::host_str).unwrap_or_default();
    let (state, updates) = match (wanted, &pushed_to) {
        (None, None) => (State::Fine, "updates are asked for".to_owned()),
        (None, Some(_)) => {
            let way_out = "set TELEGRAM_WEBHOOK_URL, or take it away with deleteWebhook";
            (State::Wrong, format!("updates are to be asked for, but are pushed to {host}: {way_out}"))
        }
        (Some(_), None) => (State::Fine, "updates will be pushed from the next start on".to_owned()),
        (Some(wanted), Some(pushed_to)) if wanted == pushed_to => {
            (State::Fine, format!("updates are pushed to {host}"))
        }
        (Some(_), Some(_)) => {
            (State::Doubtful, format!("updates are pushed to {host}, and here from the next start on"))
        }
    };
    of(state, format!("@{name}; {updates}"))
}

async fn redis(config: &Config) -> Finding {
    let of = |state, says: &str| finding("redis", state, says);
    let Some(url) = &config.redis_url else {
        return of(State::Off, "REDIS_URL is not set: each instance counts requests by itself");
    };
    let meters = match SharedMeters::at(url) {
        Ok(meters) => meters,
        Err(fault) => return of(State::Wrong, &format!("REDIS_URL: {fault}")),
    };
    meters.mend().await;
    if meters.is_there() {
        of(State::Fine, "it answers")
    } else {
        of(State::Wrong, "REDIS_URL: it does not answer; meanwhile each instance counts requests by itself")
    }
}

async fn mail(config: &Config) -> Finding {
    let of = |state, says| finding("mail", state, says);
    let Some(mail) = config.mail.clone() else {
        return of(State::Off, "SMTP_URL is not set: there are no e-mail accounts".to_owned());
    };
    let mailer = match Mailer::new(mail.server, mail.from, &config.public_url) {
        Ok(mailer) => mailer,
        Err(fault) => return of(State::Wrong, fault),
    };
    match mailer.check().await {
        Ok(()) => of(State::Fine, "the mail server lets us in; nothing was sent".to_owned()),
        Err(trouble) => of(State::Wrong, format!("SMTP_URL: {trouble}")),
    }
}

async fn provider(
    (what, name): (&'static str, &str),
    provider: Provider,
    registration: Option<&Registration>,
    now: Moment,
) -> Finding {
    let Some(registration) = registration else { return finding(what, State::Off, format!("{name} is not set")) };
    let outcome = match OpenId::new(provider, registration.clone()) {
        Ok(open) => open.check(now).await,
        Err(fault) => return finding(what, State::Wrong, fault),
    };
    let issuer = &registration.issuer;
    match outcome {
        Ok(()) => finding(what, State::Fine, format!("{issuer} answers")),
        Err(upstream_oidc::Trouble::Away(_)) => finding(what, State::Wrong, format!("{issuer} does not answer")),
        Err(_) => finding(what, State::Wrong, format!("{issuer} answers what makes no sense")),
    }
}
