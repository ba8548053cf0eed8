//! Settings, read once from the environment into types. All errors are reported together, and none contains a secret.

mod env_file;
mod oauth;
mod partial;
mod reader;
mod sign_in;
mod urls;
mod values;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use url::Url;

use crate::gateway::smtp::{MailFrom, SmtpServer};
use crate::model::accounts::account::TelegramId;
use crate::model::admin_action::role::AdminList;
use crate::model::billing::plan::Plans;
use crate::model::billing::support::SupportContact;
use crate::model::crypto::secret::Secret;
use crate::model::oauth::settings::OAuthSettings;
use crate::model::sign_in::upstream_oidc::UpstreamClient;
use crate::store::engine::database_url;
use crate::telemetry::LogFormat;

use self::partial::PartialConfig;
use self::reader::EnvReader;

/// Known settings. Any other `NEURALBOX_…` name is a misspelling and stops the start.
const SETTINGS: [&str; 40] = [
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
    "NEURALBOX_API_URL",
    "NEURALBOX_JWT_SECRET",
    "NEURALBOX_JWT_SECRET_PREVIOUS",
    "NEURALBOX_SERVICE_TOKEN",
    "NEURALBOX_ALLOWED_ORIGINS",
    "NEURALBOX_TRUSTED_PROXIES",
    "NEURALBOX_PLANS_FILE",
    "NEURALBOX_SUPPORT",
    "NEURALBOX_TERMS_URL",
    "NEURALBOX_CACHE_KEYS",
    "NEURALBOX_BROADCAST_RATE",
    "NEURALBOX_GITHUB_KEYS_URL",
    "NEURALBOX_OAUTH",
    "NEURALBOX_OAUTH_RESOURCES",
    "NEURALBOX_OAUTH_KEY_DAYS",
    "NEURALBOX_OAUTH_BUNDLED_CLIENTS",
    "NEURALBOX_LOG",
    "SMTP_URL",
    "MAIL_FROM",
];

/// File in the working directory with settings that the environment lacks.
pub const ENV_FILE: &str = ".env";
/// Default of `NEURALBOX_LISTEN`.
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";
/// Stands for the bot token where there is no bot. Telegram has no bot 0.
const NO_BOT_TOKEN: &str = "0:none";
/// Public keys of GitHub secret scanning.
const GITHUB_KEYS_URL: &str = "https://api.github.com/meta/public_keys/secret_scanning";

/// Settings of the service.
#[derive(Clone, Debug)]
pub struct Config {
    /// Token of our bot, also the key of Telegram's sign-in payloads.
    pub bot_token: Secret,
    /// Bot API server.
    pub telegram_api_url: Url,
    /// Webhook for updates; `None` for long polling.
    pub webhook: Option<TelegramWebhookConfig>,
    /// Maximum age of a login widget payload, in seconds.
    pub login_max_age: i64,
    /// Maximum age of Mini App data, in seconds.
    pub miniapp_max_age: i64,
    /// People with admin rights, and their roles.
    pub admins: AdminList,
    /// URL of the SQLite file or Postgres database. Contains a password.
    pub database_url: Secret,
    /// Redis for shared rate limits; `None` to let each instance count alone.
    pub redis_url: Option<Secret>,
    /// Address of the HTTP server.
    pub listen: SocketAddr,
    /// Address of `/metrics`, apart from the public server.
    pub metrics_listen: SocketAddr,
    /// Public URL of the service, without a path; printed without a slash at the end.
    pub public_url: Url,
    /// Address of the API behind the operator's gateway, shown in snippets; `None` to show our own check of a key.
    pub api_url: Option<Url>,
    /// Key of access tokens; `None` to generate one at the first start.
    pub jwt_secret: Option<Secret>,
    /// Key of access tokens before the latest change; what it signed stays valid.
    pub previous_jwt_secret: Option<Secret>,
    /// Credential of the operator's own programs; `None` turns their calls off.
    pub service_token: Option<Secret>,
    /// Websites that may embed the sign-in.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// Plans that accounts can have.
    pub plans: Plans,
    /// Contact that people are sent to with questions.
    pub support: Option<SupportContact>,
    /// Address of the terms; `None` for the built-in page.
    pub terms_url: Option<Url>,
    /// Limit of keys in the key cache.
    pub cache_keys: usize,
    /// Limit of broadcast messages a second, over all instances.
    pub broadcast_rate: u32,
    /// URL of the public keys that sign GitHub's leak reports.
    pub github_keys_url: Url,
    /// Registration at Google; `None` turns the sign-in off.
    pub google: Option<UpstreamClient>,
    /// Registration at "Log in with Telegram"; `None` turns the sign-in off.
    pub telegram_login: Option<UpstreamClient>,
    /// Ids of other bots whose Mini Apps may sign people in.
    pub miniapp_bots: Vec<TelegramId>,
    /// Our own OAuth provider; `None` turns it off.
    pub oauth: Option<OAuthSettings>,
    /// Outgoing mail; `None` turns email accounts off.
    pub mail: Option<MailConfig>,
    /// Log filter in the syntax of `RUST_LOG`.
    pub log_filter: String,
    /// Format of the log lines.
    pub log_format: LogFormat,
}

/// Telegram's webhook: its URL and the secret that authenticates it.
#[derive(Clone, Debug)]
pub struct TelegramWebhookConfig {
    /// Public URL; its path is our route.
    pub url: Url,
    /// Expected value of `X-Telegram-Bot-Api-Secret-Token`.
    pub secret: Secret,
}

/// Mail server and sender.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// SMTP server that takes our mails.
    pub server: SmtpServer,
    /// `From` of every mail.
    pub from: MailFrom,
}

/// All errors of all settings, as pairs of name and text.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigErrors(Vec<(String, String)>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid settings:")?;
        self.0.iter().try_for_each(|(name, what)| write!(f, "\n  {name}: {what}"))?;
        f.write_str("\nEvery setting is explained in .env.example.")
    }
}

impl std::error::Error for ConfigErrors {}

impl Config {
    /// Reads the environment. Names that it lacks come from the file `.env` of the working directory, if there is one.
    pub fn from_environment() -> Result<Self, ConfigErrors> {
        names_of_environment().and_then(Self::from_names)
    }

    /// Like [`Self::from_environment`], for a command that never calls Telegram and serves nobody: it needs no bot token.
    pub fn from_environment_without_bot() -> Result<Self, ConfigErrors> {
        let mut names = names_of_environment()?;
        if names.get("TELEGRAM_BOT_TOKEN").is_none_or(|token| token.trim().is_empty()) {
            names.insert("TELEGRAM_BOT_TOKEN".to_owned(), NO_BOT_TOKEN.to_owned());
        }
        Self::from_names(names)
    }

    /// Reads `NEURALBOX_LISTEN` alone, for a command that asks the running service: other settings may be missing.
    pub fn listen_from_environment() -> Result<SocketAddr, ConfigErrors> {
        const LISTEN: &str = "NEURALBOX_LISTEN";
        let names = names_of_environment()?;
        let value = names.get(LISTEN).map(|value| value.trim()).filter(|value| !value.is_empty());
        values::address(value.unwrap_or(DEFAULT_LISTEN)).map_err(|what| ConfigErrors(vec![(LISTEN.to_owned(), what)]))
    }

    /// Returns the settings that the environment or the file `.env` holds, for a command that uses none of them.
    #[must_use]
    pub fn names_that_are_set() -> Vec<&'static str> {
        let file = std::fs::read(ENV_FILE).ok().and_then(|bytes| env_file::parse(&bytes).ok()).unwrap_or_default();
        let is_set = |name: &&str| {
            let in_file = file.get(*name).is_some_and(|value| !value.is_empty());
            in_file || std::env::var_os(name).is_some_and(|value| !value.is_empty())
        };
        SETTINGS.into_iter().filter(|name| *name != "RUST_LOG").filter(is_set).collect()
    }

    /// Reads names and values. A name with an empty value counts as unset.
    pub fn from_names(names: BTreeMap<String, String>) -> Result<Self, ConfigErrors> {
        let mut reader = EnvReader::new(names);
        let partial = PartialConfig::read(&mut reader);
        reader.finish()?;
        let incomplete = || ("settings".to_owned(), "expected all values, got only some".to_owned());
        partial.complete().ok_or_else(|| ConfigErrors(vec![incomplete()]))
    }

    /// Returns a warning if the bot token travels without TLS.
    #[must_use]
    pub fn transport_warning(&self) -> Option<String> {
        urls::plain_text_warning(&self.telegram_api_url)
    }

    /// Returns the folder for generated files: that of the SQLite file, else `data`.
    #[must_use]
    pub fn data_folder(&self) -> PathBuf {
        let file = database_url::sqlite_file(self.database_url.reveal());
        let folder = file.as_deref().and_then(Path::parent);
        folder.filter(|folder| !folder.as_os_str().is_empty()).map_or_else(|| PathBuf::from("data"), Path::to_path_buf)
    }
}

/// Reads the names and values of the environment, and below them those of the file `.env`.
#[expect(clippy::disallowed_methods, reason = "the only access to the environment")]
fn names_of_environment() -> Result<BTreeMap<String, String>, ConfigErrors> {
    let mut names = match std::fs::read(ENV_FILE) {
        Ok(bytes) => env_file::parse(&bytes)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
        Err(error) => {
            let what = format!("expected a readable file, got {error}");
            return Err(ConfigErrors(vec![(ENV_FILE.to_owned(), what)]));
        }
    };
    let mut errors = Vec::new();
    for (name, value) in std::env::vars_os() {
        let Ok(name) = name.into_string() else { continue };
        match value.into_string() {
            Ok(value) => drop(names.insert(name, value)),
            Err(_) if SETTINGS.contains(&name.as_str()) => {
                errors.push((name, "expected UTF-8, got other bytes".to_owned()));
            }
            Err(_) => {}
        }
    }
    if errors.is_empty() { Ok(names) } else { Err(ConfigErrors(errors)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::oauth::settings::BundledCli;

    fn with(name: &str, value: &str) -> Result<Config, String> {
        let names = [("TELEGRAM_BOT_TOKEN", "1:a-token"), (name, value)];
        let names = names.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::from_names(names).map_err(|errors| errors.to_string())
    }

    #[test]
    fn what_people_write_elsewhere_is_taken() {
        let listen = |value| with("NEURALBOX_LISTEN", value).map(|config| config.listen.to_string());
        assert_eq!(listen(":8080").as_deref(), Ok("0.0.0.0:8080"));
        assert_eq!(listen("*:8080").as_deref(), Ok("0.0.0.0:8080"));
        assert_eq!(listen("0.0.0.0:8080").as_deref(), Ok("0.0.0.0:8080"));
        assert_eq!(listen("LocalHost:8080").as_deref(), Ok("127.0.0.1:8080"));
        assert_eq!(listen("[::]:8080").as_deref(), Ok("[::]:8080"));
        let origins = |value| with("NEURALBOX_ALLOWED_ORIGINS", value).map(|config| config.allowed_origins.join(" "));
        assert_eq!(
            origins("HTTPS://Shop.Example:443/, http://x.example:81").as_deref(),
            Ok("https://shop.example http://x.example:81")
        );
        assert_eq!(origins("https://b\u{fc}cher.example").as_deref(), Ok("https://xn--bcher-kva.example"));
        let public = |value| with("NEURALBOX_PUBLIC_URL", value).map(|config| config.public_url.to_string());
        assert_eq!(public("HTTPS://Auth.Example/").as_deref(), Ok("https://auth.example/"));
        let shown = |value| with("NEURALBOX_API_URL", value).map(|config| config.api_url.map(|url| url.to_string()));
        assert_eq!(shown("https://API.example/v1/models"), Ok(Some("https://api.example/v1/models".to_owned())));
        let api = |value| with("TELEGRAM_API_URL", value).map(|config| config.telegram_api_url.to_string());
        assert_eq!(api("https://API.telegram.org///").as_deref(), Ok("https://api.telegram.org/"));
        for private in
            ["telegram-bot-api:8081", "10.1.2.3", "[fd00::1]:8081", "bot.internal", "100.64.0.1", "localhost"]
        {
            let config = with("TELEGRAM_API_URL", &format!("http://{private}")).expect(private);
            assert_eq!(config.transport_warning().is_some(), private != "localhost", "{private}");
        }
        let database = |value| with("DATABASE_URL", value).map(|config| config.database_url.reveal().to_owned());
        assert_eq!(database("PostgreSQL://u:p@h/n").as_deref(), Ok("postgresql://u:p@h/n"));
        let roles =
            |config: Config| config.admins.iter().map(|admin| admin.role.as_str()).collect::<Vec<_>>().join(" ");
        let admins = |value| with("NEURALBOX_ADMINS", value).map(roles);
        assert_eq!(admins("1, 2,3 ,").as_deref(), Ok("owner owner owner"));
        assert_eq!(admins("1:owner,2:support, 3 : Announcer,4").as_deref(), Ok("owner support announcer owner"));
        assert_eq!(with("NEURALBOX_CACHE_KEYS", "1_000").map(|config| config.cache_keys), Ok(1000));
        assert_eq!(with("TELEGRAM_LOGIN_MAX_AGE", " 1_000 ").map(|config| config.login_max_age), Ok(1000));
        assert_eq!(with("NEURALBOX_LOG", "JSON").map(|config| config.log_format), Ok(LogFormat::Json));
        let oauth = |name, value| with(name, value).map(|config| config.oauth.is_some());
        assert_eq!((oauth("NEURALBOX_OAUTH", ""), oauth("NEURALBOX_OAUTH", "Off")), (Ok(true), Ok(false)));
        let days =
            |value| with("NEURALBOX_OAUTH_KEY_DAYS", value).map(|config| config.oauth.map(|oauth| oauth.key_days));
        assert_eq!((days(""), days("0")), (Ok(Some(90)), Ok(Some(0))));
        let cli = |value| {
            with("NEURALBOX_OAUTH_BUNDLED_CLIENTS", value).map(|config| config.oauth.map(|oauth| oauth.bundled_cli))
        };
        assert_eq!((cli(""), cli("none")), (Ok(Some(BundledCli::Present)), Ok(Some(BundledCli::Absent))));
        for filter in ["WARN", "info,neuralbox_auth::web=debug", "neuralbox_auth=trace", "sqlx=off,info"] {
            assert_eq!(with("RUST_LOG", filter).map(|config| config.log_filter), Ok(filter.to_owned()));
        }
        for (name, value) in [
            ("TELEGRAM_WEBHOOK_URL", "https://example.com:8443/hook/"),
            ("NEURALBOX_TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8, 192.0.2.1"),
            ("REDIS_URL", "rediss://:p@cache.example:6380"),
            ("GOOGLE_REDIRECT_URIS", " https://example.com/back , "),
            ("NEURALBOX_OAUTH_RESOURCES", "https://api.example/v1, urn:example:billing"),
        ] {
            with(name, value).unwrap_or_else(|errors| panic!("{name}={value}: {errors}"));
        }
    }

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        for (name, value, reason) in [
            ("TELEGRAM_BOT_TOKEN", "bot1:secret", "a bot token"),
            ("TELEGRAM_BOT_TOKEN", "secret", "a bot token"),
            ("TELEGRAM_BOT_TOKEN", "1:", "a bot token"),
            ("TELEGRAM_BOT_TOKEN", "\"1:secret\"", "without quotes"),
            ("TELEGRAM_API_URL", "http://api.telegram.org", "only in a private network"),
            ("TELEGRAM_API_URL", "http://8.8.8.8:8081", "only in a private network"),
            ("TELEGRAM_API_URL", "http://[2001:db8::1]", "only in a private network"),
            ("TELEGRAM_API_URL", "api.telegram.org", "https:// or http://"),
            ("TELEGRAM_API_URL", "https://api.telegram.org/bot1:secret/", "without the bot token"),
            ("TELEGRAM_API_URL", "https://user:secret@proxy.example", "got more"),
            ("TELEGRAM_WEBHOOK_URL", "https://example.com:8080/hook", "port 443"),
            ("TELEGRAM_LOGIN_MAX_AGE", "5m", "seconds"),
            ("TELEGRAM_LOGIN_MAX_AGE", "-1", "seconds"),
            ("TELEGRAM_MINIAPP_MAX_AGE", "1.5", "seconds"),
            ("DATABASE_URL", "sqlite::memory:", "in memory"),
            ("DATABASE_URL", "SQLITE://:memory:", "in memory"),
            ("DATABASE_URL", "postgres://u:secret#x@h/n", "percent-encode"),
            ("REDIS_URL", "redis://:secret@h/zero", "another form"),
            ("REDIS_URL", "'redis://h'", "without quotes"),
            ("NEURALBOX_LISTEN", "8080", "an address"),
            ("NEURALBOX_LISTEN", "http://127.0.0.1:8080", "an address"),
            ("NEURALBOX_LISTEN", "auth.example:8080", "an address"),
            ("NEURALBOX_METRICS_LISTEN", "off", "an address"),
            ("NEURALBOX_PUBLIC_URL", "example.com", "https://"),
            ("NEURALBOX_PUBLIC_URL", "https://example.com/auth", "scheme, host and port"),
            ("NEURALBOX_PUBLIC_URL", "https://*.example.com", "a pattern"),
            ("NEURALBOX_API_URL", "api.example", "https://"),
            ("NEURALBOX_API_URL", "https://user:secret@api.example", "without a user"),
            ("NEURALBOX_JWT_SECRET_PREVIOUS", "secret", "32 bytes"),
            ("NEURALBOX_SERVICE_TOKEN", "Bearer secret-0123456789-0123456789-0123", "without spaces"),
            ("NEURALBOX_ADMINS", "@ivan", "Telegram ids"),
            ("NEURALBOX_ADMINS", "1 2", "Telegram ids"),
            ("NEURALBOX_ADMINS", "[1]", "Telegram ids"),
            ("NEURALBOX_ADMINS", "1:boss", "owner, support or announcer"),
            ("NEURALBOX_ADMINS", "1:", "owner, support or announcer"),
            ("NEURALBOX_ADMINS", "support:1", "Telegram ids"),
            ("NEURALBOX_ADMINS", "1:owner,2,1:support", "one role for each id"),
            ("NEURALBOX_ALLOWED_ORIGINS", "https://*.example.com", "a pattern"),
            ("NEURALBOX_ALLOWED_ORIGINS", "*", "URL"),
            ("NEURALBOX_ALLOWED_ORIGINS", "null", "URL"),
            ("NEURALBOX_ALLOWED_ORIGINS", "example.com", "URL"),
            ("NEURALBOX_ALLOWED_ORIGINS", "https://a.example https://b.example", "URL"),
            ("NEURALBOX_ALLOWED_ORIGINS", "https://example.com/path", "without a path"),
            ("NEURALBOX_TRUSTED_PROXIES", "*", "a network"),
            ("NEURALBOX_TRUSTED_PROXIES", "loopback", "a network"),
            ("NEURALBOX_TRUSTED_PROXIES", "10.0.0.0/8 192.168.0.0/16", "a network"),
            ("NEURALBOX_SUPPORT", "ask Ivan", "@name"),
            ("NEURALBOX_TERMS_URL", "terms.html", "https://"),
            ("NEURALBOX_CACHE_KEYS", "1e6", "positive number"),
            ("NEURALBOX_CACHE_KEYS", "0", "positive number"),
            ("NEURALBOX_BROADCAST_RATE", "25/s", "messages a second"),
            ("NEURALBOX_GITHUB_KEYS_URL", "http://api.github.com/keys", "https://"),
            ("TELEGRAM_WEBHOOK_URL", "https://example.com/oauth2/token", "a path of its own"),
            ("TELEGRAM_WEBHOOK_URL", "https://example.com/.well-known/telegram", "a path of its own"),
            ("NEURALBOX_OAUTH", "yes", "on or off"),
            ("NEURALBOX_OAUTH_RESOURCES", "api", "absolute URIs"),
            ("NEURALBOX_OAUTH_RESOURCES", "https://api.example/#top", "without a fragment"),
            ("NEURALBOX_OAUTH_RESOURCES", "https://user:secret@api.example", "without a password"),
            ("NEURALBOX_OAUTH_KEY_DAYS", "90d", "days"),
            ("NEURALBOX_OAUTH_KEY_DAYS", "-1", "days"),
            ("NEURALBOX_OAUTH_BUNDLED_CLIENTS", "cli,web", "cli or none"),
            ("NEURALBOX_LOG", "true", "text or json"),
            ("RUST_LOG", "verbose", "levels"),
            ("RUST_LOG", "true", "levels"),
        ] {
            let refused = with(name, value).expect_err(value);
            assert!(refused.contains(&format!("\n  {name}: ")), "{name}={value}: {refused}");
            assert!(refused.contains(reason) && !refused.contains("secret"), "{name}={value}: {refused}");
        }
    }
}
