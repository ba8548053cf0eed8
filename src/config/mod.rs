//! The environment, read once into types: all faults together, and no secret in any of them.

mod reader;
mod sign_in;
mod values;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use url::Url;

use crate::gateway::smtp::{MailFrom, SmtpServer};
use crate::model::accounts::account::TelegramId;
use crate::model::billing::plan::Plans;
use crate::model::crypto::secret::Secret;
use crate::model::sign_in::upstream_oidc::UpstreamClient;
use crate::telemetry::LogFormat;

use self::reader::EnvReader;

/// The names that count. Another `NEURALBOX_…` is a misspelling, and stops the start.
const SETTINGS: [&str; 32] = [
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_API_URL",
    "TELEGRAM_WEBHOOK_URL",
    "TELEGRAM_WEBHOOK_SECRET",
    "TELEGRAM_LOGIN_MAX_AGE",
    "TELEGRAM_MINIAPP_MAX_AGE",
    "TELEGRAM_MINIAPP_BOTS",
    "TELEGRAM_OIDC_CLIENT_ID",
    "TELEGRAM_OIDC_CLIENT_SECRET",
    "TELEGRAM_OIDC_ISSUER_URL",
    "GOOGLE_CLIENT_ID",
    "GOOGLE_CLIENT_SECRET",
    "GOOGLE_ISSUER_URL",
    "GOOGLE_REDIRECT_URIS",
    "DATABASE_URL",
    "REDIS_URL",
    "RUST_LOG",
    "NEURALBOX_ADMINS",
    "NEURALBOX_LISTEN",
    "NEURALBOX_METRICS_LISTEN",
    "NEURALBOX_PUBLIC_URL",
    "NEURALBOX_JWT_SECRET",
    "NEURALBOX_SERVICE_TOKEN",
    "NEURALBOX_ALLOWED_ORIGINS",
    "NEURALBOX_TRUSTED_PROXIES",
    "NEURALBOX_PLANS_FILE",
    "NEURALBOX_CACHE_KEYS",
    "NEURALBOX_BROADCAST_RATE",
    "NEURALBOX_GITHUB_KEYS_URL",
    "NEURALBOX_LOG",
    "SMTP_URL",
    "MAIL_FROM",
];

/// The keys of GitHub's secret scanning.
const GITHUB_KEYS_URL: &str = "https://api.github.com/meta/public_keys/secret_scanning";

/// Everything the program is told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// The bot's token.
    pub bot_token: Secret,
    /// The Bot API server.
    pub telegram_api_url: Url,
    /// Where updates are pushed to; polling if unset.
    pub webhook: Option<TelegramWebhookConfig>,
    /// How old a login widget's payload may be, in seconds.
    pub login_max_age: i64,
    /// How old a Mini App's payload may be, in seconds.
    pub miniapp_max_age: i64,
    /// Who may change other people's plans.
    pub admins: Vec<TelegramId>,
    /// SQLite or Postgres.
    pub database_url: Secret,
    /// Where instances count requests together; each alone if unset.
    pub redis_url: Option<Secret>,
    /// Where HTTP is served.
    pub listen: SocketAddr,
    /// Where `/metrics` is served.
    pub metrics_listen: SocketAddr,
    /// Where people reach us; no path, no slash at the end when printed.
    pub public_url: Url,
    /// Signs access tokens; made at first start if unset.
    pub jwt_secret: Option<Secret>,
    /// The credential of the operator's other programs; without one those calls are off.
    pub service_token: Option<Secret>,
    /// Websites that embed us.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// What people can have.
    pub plans: Plans,
    /// How many keys may be held in memory.
    pub cache_keys: usize,
    /// Messages of broadcasts a second, of all instances together.
    pub broadcast_rate: u32,
    /// Where GitHub publishes the keys that sign its reports of leaked keys.
    pub github_keys_url: Url,
    /// How Google knows us; off if unset.
    pub google: Option<UpstreamClient>,
    /// How "Log in with Telegram" knows us; off if unset.
    pub telegram_login: Option<UpstreamClient>,
    /// Other bots, whose Mini Apps may sign people in.
    pub miniapp_bots: Vec<TelegramId>,
    /// How mails are sent; without it there are no e-mail accounts.
    pub mail: Option<MailConfig>,
    /// Which log lines are written.
    pub log_filter: String,
    /// How they look.
    pub log_format: LogFormat,
}

/// Where Telegram pushes updates to, and how it proves that it is Telegram.
#[derive(Clone, Debug)]
pub struct TelegramWebhookConfig {
    /// Our route is its path.
    pub url: Url,
    /// Comes in `X-Telegram-Bot-Api-Secret-Token`.
    pub secret: Secret,
}

/// The mail server, and whom its mails come from.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// Takes our mails.
    pub server: SmtpServer,
    /// Stands in them as `From`.
    pub from: MailFrom,
}

/// Every fault of every name.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigErrors(Vec<(String, String)>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        f.write_str("the settings cannot be used:")?;
        self.0.iter().try_for_each(|(name, what)| write!(f, "\n  {name:width$}  {what}"))?;
        f.write_str("\nEvery name is explained in .env.example.")
    }
}

impl std::error::Error for ConfigErrors {}

impl Config {
    /// Reads the environment, and below it the file `.env` of the working folder, if there is one.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub fn from_environment() -> Result<Self, ConfigErrors> {
        let mut names = BTreeMap::new();
        match dotenvy::from_path_iter(".env") {
            Ok(lines) => {
                for line in lines {
                    let (name, value) =
                        line.map_err(|fault| ConfigErrors(vec![(".env".to_owned(), line_fault(&fault))]))?;
                    names.insert(name, value);
                }
            }
            Err(fault) if fault.not_found() => {}
            Err(fault) => return Err(ConfigErrors(vec![(".env".to_owned(), fault.to_string())])),
        }
        for (name, value) in std::env::vars_os() {
            if let (Ok(name), Ok(value)) = (name.into_string(), value.into_string()) {
                names.insert(name, value);
            }
        }
        Self::from_names(names)
    }

    /// Reads names with their values. A name without a value counts as unset.
    pub fn from_names(names: BTreeMap<String, String>) -> Result<Self, ConfigErrors> {
        let mut read = EnvReader::new(names);
        let bot_token = read.required("TELEGRAM_BOT_TOKEN", "the token that @BotFather gave you", values::bot_token);
        let api_url = read.or("TELEGRAM_API_URL", "https://api.telegram.org", values::base_url);
        let webhook_url = read.optional("TELEGRAM_WEBHOOK_URL", values::webhook_url);
        let webhook_secret = read.optional("TELEGRAM_WEBHOOK_SECRET", values::webhook_secret);
        let login_max_age = read.or("TELEGRAM_LOGIN_MAX_AGE", "300", values::seconds);
        let miniapp_max_age = read.or("TELEGRAM_MINIAPP_MAX_AGE", "86400", values::seconds);
        let admins = read.or("NEURALBOX_ADMINS", "", |text| values::list(text, values::admin));
        let database_url = read.or("DATABASE_URL", "sqlite://data/neuralbox.db", values::database_url);
        let redis_url = read.optional("REDIS_URL", values::redis_url);
        let listen = read.or("NEURALBOX_LISTEN", "127.0.0.1:8080", values::address);
        let metrics_listen = read.or("NEURALBOX_METRICS_LISTEN", "127.0.0.1:9090", values::address);
        let public_url = read.or("NEURALBOX_PUBLIC_URL", "http://localhost:8080", values::public_url);
        let jwt_secret = read.raw("NEURALBOX_JWT_SECRET", values::jwt_secret);
        let service_token = read.optional("NEURALBOX_SERVICE_TOKEN", values::service_token);
        let allowed_origins = read.or("NEURALBOX_ALLOWED_ORIGINS", "", |text| values::list(text, values::origin));
        let trusted_proxies = read.or("NEURALBOX_TRUSTED_PROXIES", "", |text| values::list(text, values::network));
        let plans = read.optional("NEURALBOX_PLANS_FILE", values::plans_file);
        let cache_keys = read.or("NEURALBOX_CACHE_KEYS", "1000000", values::count);
        let broadcast_rate = read.or("NEURALBOX_BROADCAST_RATE", "25", values::rate);
        let github_keys_url = read.or("NEURALBOX_GITHUB_KEYS_URL", GITHUB_KEYS_URL, values::https_or_loopback);
        let mail_server = read.optional("SMTP_URL", SmtpServer::parse);
        let mail_from = read.optional("MAIL_FROM", MailFrom::parse);
        read.together("SMTP_URL", "MAIL_FROM");
        let log_filter = read.or("RUST_LOG", "info", |text| Ok(text.to_owned()));
        let log_format = read.or("NEURALBOX_LOG", "text", values::log_format);
        let google = sign_in::google(&mut read, public_url.as_ref());
        let telegram_login = sign_in::telegram_login(&mut read, public_url.as_ref());
        let miniapp_bots = sign_in::miniapp_bots(&mut read, bot_token.as_ref());
        let plans = plans.map_or_else(|| Plans::parse(Plans::SHIPPED), Ok);
        read.finish()?;
        // Nothing is missing once there is no fault; `?` says so to the compiler.
        let all = || -> Option<Self> {
            let bot_token = bot_token?;
            let webhook = webhook_url.map(|url| TelegramWebhookConfig {
                secret: webhook_secret.unwrap_or_else(|| values::webhook_secret_of(&bot_token)),
                url,
            });
            Some(Self {
                webhook,
                bot_token,
                telegram_api_url: api_url?,
                login_max_age: login_max_age?,
                miniapp_max_age: miniapp_max_age?,
                admins: admins?,
                database_url: database_url?,
                redis_url,
                listen: listen?,
                metrics_listen: metrics_listen?,
                public_url: public_url?,
                jwt_secret,
                service_token,
                allowed_origins: allowed_origins?,
                trusted_proxies: trusted_proxies?,
                plans: plans.ok()?,
                cache_keys: cache_keys?,
                broadcast_rate: broadcast_rate?,
                github_keys_url: github_keys_url?,
                google,
                telegram_login,
                miniapp_bots: miniapp_bots?,
                mail: mail_server.zip(mail_from).map(|(server, from)| MailConfig { server, from }),
                log_filter: log_filter?,
                log_format: log_format?,
            })
        };
        all().ok_or_else(|| ConfigErrors(vec![("settings".to_owned(), "are incomplete".to_owned())]))
    }

    /// The folder of what we make ourselves: the one of the SQLite file, else `data`.
    #[must_use]
    pub fn data_folder(&self) -> PathBuf {
        let file = self.database_url.reveal().strip_prefix("sqlite:").map(|rest| rest.trim_start_matches("//"));
        let file = file.map(|file| file.split('?').next().unwrap_or(file));
        let folder = file.and_then(|file| Path::new(file).parent());
        folder.filter(|folder| !folder.as_os_str().is_empty()).map_or_else(|| PathBuf::from("data"), Path::to_path_buf)
    }
}

/// dotenvy's own message would show the line, and with it perhaps a secret.
fn line_fault(fault: &dotenvy::Error) -> String {
    match fault {
        dotenvy::Error::LineParse(line, _) => {
            let name = line.split('=').next().unwrap_or_default().trim();
            format!("a line cannot be read (it begins with {:?})", name.chars().take(40).collect::<String>())
        }
        _ => "cannot be read".to_owned(),
    }
}
