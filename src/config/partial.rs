//! Settings while they are read: each is missing if its value is invalid, so that all errors are found together.

use std::net::SocketAddr;

use ipnet::IpNet;
use url::Url;

use crate::config::reader::EnvReader;
use crate::config::{
    Config, DEFAULT_LISTEN, GITHUB_KEYS_URL, MailConfig, TelegramWebhookConfig, oauth, sign_in, urls, values,
};
use crate::gateway::smtp::{MailFrom, SmtpServer};
use crate::model::accounts::account::TelegramId;
use crate::model::admin_action::role::AdminList;
use crate::model::billing::plan::Plans;
use crate::model::billing::support::SupportContact;
use crate::model::crypto::secret::Secret;
use crate::model::oauth::settings::OAuthSettings;
use crate::model::sign_in::upstream_oidc::UpstreamClient;
use crate::telemetry::LogFormat;

/// Settings that were valid.
pub(super) struct PartialConfig {
    bot_token: Option<Secret>,
    api_url: Option<Url>,
    webhook_url: Option<Url>,
    webhook_secret: Option<Secret>,
    login_max_age: Option<i64>,
    miniapp_max_age: Option<i64>,
    admins: Option<AdminList>,
    database_url: Option<Secret>,
    redis_url: Option<Secret>,
    listen: Option<SocketAddr>,
    metrics_listen: Option<SocketAddr>,
    public_url: Option<Url>,
    snippet_url: Option<Url>,
    jwt_secret: Option<Secret>,
    previous_jwt_secret: Option<Secret>,
    service_token: Option<Secret>,
    allowed_origins: Option<Vec<String>>,
    trusted_proxies: Option<Vec<IpNet>>,
    plans: Option<Plans>,
    support: Option<SupportContact>,
    terms_url: Option<Url>,
    cache_keys: Option<usize>,
    broadcast_rate: Option<u32>,
    github_keys_url: Option<Url>,
    google: Option<UpstreamClient>,
    telegram_login: Option<UpstreamClient>,
    miniapp_bots: Option<Vec<TelegramId>>,
    oauth_is_on: Option<bool>,
    oauth: Option<OAuthSettings>,
    mail_server: Option<SmtpServer>,
    mail_from: Option<MailFrom>,
    log_filter: Option<String>,
    log_format: Option<LogFormat>,
}

impl PartialConfig {
    /// Reads every setting. The reader keeps the errors.
    pub(super) fn read(reader: &mut EnvReader) -> Self {
        let mut partial = Self {
            bot_token: reader.required("TELEGRAM_BOT_TOKEN", "the token from @BotFather", values::bot_token),
            api_url: reader.or("TELEGRAM_API_URL", "https://api.telegram.org", urls::bot_api_url),
            webhook_url: reader.optional("TELEGRAM_WEBHOOK_URL", urls::webhook_url),
            webhook_secret: reader.optional("TELEGRAM_WEBHOOK_SECRET", values::webhook_secret),
            login_max_age: reader.or("TELEGRAM_LOGIN_MAX_AGE", "300", values::seconds),
            miniapp_max_age: reader.or("TELEGRAM_MINIAPP_MAX_AGE", "86400", values::seconds),
            admins: reader.or("NEURALBOX_ADMINS", "", values::admins),
            database_url: reader.or("DATABASE_URL", "sqlite://data/neuralbox.db", values::database_url),
            redis_url: reader.optional("REDIS_URL", values::redis_url),
            listen: reader.or("NEURALBOX_LISTEN", DEFAULT_LISTEN, values::address),
            metrics_listen: reader.or("NEURALBOX_METRICS_LISTEN", "127.0.0.1:9090", values::address),
            public_url: reader.or("NEURALBOX_PUBLIC_URL", "http://localhost:8080", urls::public_url),
            snippet_url: reader.optional("NEURALBOX_API_URL", urls::snippet_url),
            jwt_secret: reader.raw("NEURALBOX_JWT_SECRET", values::jwt_secret),
            previous_jwt_secret: reader.raw("NEURALBOX_JWT_SECRET_PREVIOUS", values::jwt_secret),
            service_token: reader.optional("NEURALBOX_SERVICE_TOKEN", values::service_token),
            allowed_origins: reader.or("NEURALBOX_ALLOWED_ORIGINS", "", |text| values::list(text, urls::origin)),
            trusted_proxies: reader.or("NEURALBOX_TRUSTED_PROXIES", "", |text| values::list(text, values::network)),
            plans: reader.optional("NEURALBOX_PLANS_FILE", values::plans_file),
            support: reader.optional("NEURALBOX_SUPPORT", values::support),
            terms_url: reader.optional("NEURALBOX_TERMS_URL", urls::https_or_loopback),
            cache_keys: reader.or("NEURALBOX_CACHE_KEYS", "1000000", values::count),
            broadcast_rate: reader.or("NEURALBOX_BROADCAST_RATE", "25", values::rate),
            github_keys_url: reader.or("NEURALBOX_GITHUB_KEYS_URL", GITHUB_KEYS_URL, urls::https_or_loopback),
            mail_server: reader.optional("SMTP_URL", SmtpServer::parse),
            mail_from: reader.optional("MAIL_FROM", MailFrom::parse),
            log_filter: reader.or("RUST_LOG", "info", values::log_filter),
            log_format: reader.or("NEURALBOX_LOG", "text", values::log_format),
            oauth_is_on: oauth::is_on(reader),
            oauth: None,
            google: None,
            telegram_login: None,
            miniapp_bots: None,
        };
        reader.together("SMTP_URL", "MAIL_FROM");
        if let Some(what) = urls::webhook_port_error(partial.webhook_url.as_ref(), partial.api_url.as_ref()) {
            reader.refuse("TELEGRAM_WEBHOOK_URL", what);
        }
        partial.oauth = oauth::settings(reader);
        partial.google = sign_in::google(reader, partial.public_url.as_ref());
        partial.telegram_login = sign_in::telegram_login(reader, partial.public_url.as_ref());
        partial.miniapp_bots = sign_in::miniapp_bots(reader, partial.bot_token.as_ref());
        partial
    }

    /// Returns the configuration; `None` if a setting is missing, which the reader has reported.
    pub(super) fn complete(self) -> Option<Config> {
        let bot_token = self.bot_token?;
        let webhook = self.webhook_url.map(|url| TelegramWebhookConfig {
            secret: self.webhook_secret.unwrap_or_else(|| values::webhook_secret_of(&bot_token)),
            url,
        });
        Some(Config {
            webhook,
            bot_token,
            telegram_api_url: self.api_url?,
            login_max_age: self.login_max_age?,
            miniapp_max_age: self.miniapp_max_age?,
            admins: self.admins?,
            database_url: self.database_url?,
            redis_url: self.redis_url,
            listen: self.listen?,
            metrics_listen: self.metrics_listen?,
            public_url: self.public_url?,
            api_url: self.snippet_url,
            jwt_secret: self.jwt_secret,
            previous_jwt_secret: self.previous_jwt_secret,
            service_token: self.service_token,
            allowed_origins: self.allowed_origins?,
            trusted_proxies: self.trusted_proxies?,
            plans: self.plans.map_or_else(|| Plans::parse(Plans::SHIPPED), Ok).ok()?,
            support: self.support,
            terms_url: self.terms_url,
            cache_keys: self.cache_keys?,
            broadcast_rate: self.broadcast_rate?,
            github_keys_url: self.github_keys_url?,
            google: self.google,
            telegram_login: self.telegram_login,
            miniapp_bots: self.miniapp_bots?,
            oauth: Some(self.oauth?).filter(|_| self.oauth_is_on == Some(true)),
            mail: self.mail_server.zip(self.mail_from).map(|(server, from)| MailConfig { server, from }),
            log_filter: self.log_filter?,
            log_format: self.log_format?,
        })
    }
}
