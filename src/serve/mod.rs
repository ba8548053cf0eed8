//! Composition: builds every part, runs the parts concurrently and stops them in order.
//!
//! The order of a shutdown: no more updates and requests are accepted, those in flight finish, the jobs write what
//! they have collected, the store closes.

pub(crate) mod jwt_secret;
mod metrics_server;
pub(crate) mod open_files;
pub mod private_files;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::bot::{self, Bot};
use crate::config::Config;
use crate::domain::{ClockAndRng, Domain, DomainSettings};
use crate::gateway::redis::SharedRateLimiter;
use crate::gateway::smtp::SmtpClient;
use crate::gateway::telegram::{ConnectionStatus, Telegram};
use crate::jobs::context::JobContext;
use crate::model::text::texts::Texts;
use crate::store::Store;
use crate::{jobs, telemetry, web};

/// Longest time that work in flight may take to finish after the signal to stop.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(8);
/// Longest time that the store may take to close after that.
const STORE_CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// Telegram's script of the login widget.
const WIDGET_SCRIPT_URL: &str = "https://telegram.org/js/telegram-widget.js?23";

/// Bound listeners. The caller binds them, so a test can use port 0.
#[derive(Debug)]
pub struct Sockets {
    /// Serves everything except metrics.
    pub http: TcpListener,
    /// Serves `/metrics`.
    pub metrics: TcpListener,
}

impl Sockets {
    /// Binds the addresses of the settings. An error names the setting.
    pub async fn bind(config: &Config) -> Result<Self, String> {
        let bind = async |name: &str, address: SocketAddr| {
            TcpListener::bind(address).await.map_err(|fault| format!("{name}: cannot listen on {address}: {fault}"))
        };
        let http = bind("NEURALBOX_LISTEN", config.listen).await?;
        Ok(Self { http, metrics: bind("NEURALBOX_METRICS_LISTEN", config.metrics_listen).await? })
    }
}

/// The application: all parts, built and ready to run.
pub struct App {
    config: Config,
    domain: Domain,
    telegram: Telegram,
    link: ConnectionStatus,
    texts: Arc<Texts>,
    metrics: PrometheusHandle,
    widget_script: Url,
    loopback_origins: web::LoopbackOrigins,
    mailer: Option<SmtpClient>,
}

impl App {
    /// Builds every part. Connects to the database and to no other service.
    pub async fn build(config: Config, env: ClockAndRng) -> Result<Self, String> {
        let jwt_secret = match &config.jwt_secret {
            Some(secret) => secret.clone(),
            None => jwt_secret::load_or_create(&config.data_folder(), &env)?,
        };
        let store =
            Store::open(config.database_url.reveal()).await.map_err(|fault| format!("DATABASE_URL: {fault}"))?;
        let limiter = config.redis_url.as_ref().map(SharedRateLimiter::at).transpose();
        let limiter = limiter.map_err(|error| format!("REDIS_URL: {error}"))?;
        let settings = DomainSettings {
            public_url: config.public_url.origin().ascii_serialization(),
            api_url: config.api_url.clone().map(String::from),
            jwt_secret,
            bot_token: config.bot_token.clone(),
            login_max_age: config.login_max_age,
            miniapp_max_age: config.miniapp_max_age,
            plans: config.plans.clone(),
            cache_keys: config.cache_keys,
            admins: config.admins.clone(),
            github_keys_url: config.github_keys_url.clone(),
            service_token: config.service_token.clone(),
            google: config.google.clone(),
            telegram_login: config.telegram_login.clone(),
            miniapp_bots: config.miniapp_bots.clone(),
            broadcast_rate: config.broadcast_rate,
            mails: config.mail.is_some(),
            support: config.support.clone(),
            terms_url: config.terms_url.clone(),
            oauth: config.oauth.clone(),
        };
        let mut domain = Domain::new(store, env, settings, limiter).map_err(|error| format!("{error:?}"))?;
        if let Some(previous) = &config.previous_jwt_secret {
            domain = domain.with_previous_jwt_secret(previous).map_err(|error| format!("{error:?}"))?;
        }
        let telegram = Telegram::new(&config.bot_token, config.telegram_api_url.clone())?;
        let domain = domain.with_telegram(telegram.clone()).map_err(|error| format!("{error:?}"))?;
        let widget_script = Url::parse(WIDGET_SCRIPT_URL).map_err(|fault| fault.to_string())?;
        let mailer =
            config.mail.clone().map(|mail| SmtpClient::new(mail.server, mail.from, &config.public_url)).transpose()?;
        let (texts, metrics) = (Arc::new(Texts::load()?), telemetry::metrics::install_recorder()?);
        let (link, loopback_origins) = (ConnectionStatus::default(), web::LoopbackOrigins::default());
        Ok(Self { config, domain, telegram, link, texts, metrics, widget_script, loopback_origins, mailer })
    }

    /// Replaces Telegram's login widget with another script, such as that of the sandbox.
    #[must_use]
    pub fn with_widget_script(self, widget_script: Url) -> Self {
        Self { widget_script, ..self }
    }

    /// Allows every website of this machine to use sessions, beside those of the settings.
    #[must_use]
    pub fn with_loopback_origins(self) -> Self {
        Self { loopback_origins: web::LoopbackOrigins::Allowed, ..self }
    }

    /// The domain, for a caller that does more than serve or does not serve at all.
    #[must_use]
    pub fn domain(&self) -> Domain {
        self.domain.clone()
    }

    /// Serves until `stop`, then shuts down in order. Returns at most 10 s after `stop`.
    pub async fn run(self, sockets: Sockets, stop: CancellationToken) -> Result<(), String> {
        let Self { config, domain, telegram, link, texts, metrics, widget_script, loopback_origins, mailer } = self;
        for warning in private_files::warnings(&config).into_iter().chain(config.transport_warning()) {
            tracing::warn!("{warning}");
        }
        if let Err(error) = domain.prepare_oauth().await {
            // Keys and bundled clients are also made when they are first needed.
            tracing::warn!(?error, "oauth: not prepared");
        }
        let trusted_proxies = web::TrustedProxies::new(config.trusted_proxies);
        let verify = web::VerifyEndpoint::new(domain.clone(), Arc::clone(&trusted_proxies));
        let settings = web::WebSettings {
            public_url: config.public_url,
            allowed_origins: web::AllowedOrigins::new(config.allowed_origins, loopback_origins),
            trusted_proxies,
            widget_script,
        };
        let context = JobContext { domain: domain.clone(), telegram: telegram.clone(), texts: Arc::clone(&texts) };
        let bot = Bot::new(domain.clone(), telegram, link.clone(), Arc::clone(&texts));
        let (source, webhook) = match config.webhook {
            Some(hook) => (bot::UpdateSource::Webhook(hook.url.clone(), hook.secret.clone()), Some(hook)),
            None => (bot::UpdateSource::Polling, None),
        };
        let mut routes = web::router(&domain, settings, link, texts);
        if let Some(hook) = webhook {
            routes = routes.merge(bot::webhook(bot.clone(), hook.url.path(), hook.secret, stop.clone()));
        }
        tracing::info!(address = ?sockets.http.local_addr().ok(), "serving");
        let socket = web::ServerSocket { listener: sockets.http, open_files: open_files::raise_limit() };
        let http = Box::pin(web::serve(socket, routes, verify, stop.clone()));
        let exporter = metrics_server::serve(sockets.metrics, metrics, stop.clone());
        let jobs = Box::pin(jobs::run(context, mailer, stop.clone()));
        let bot = Box::pin(bot.run(source, stop.clone()));
        let parts = async { tokio::join!(http, exporter, bot, jobs) };
        let ended = until_shutdown_timeout(parts, &stop).await;
        // Requests that were in flight at the signal have used keys, too.
        let last = async {
            let _ = domain.flush_last_used().await;
            domain.close().await;
        };
        if tokio::time::timeout(STORE_CLOSE_TIMEOUT, last).await.is_err() {
            tracing::warn!(timeout_secs = STORE_CLOSE_TIMEOUT.as_secs(), "shutdown: database not closed in time");
        }
        let Some((http, exporter, (), ())) = ended else {
            tracing::warn!(timeout_secs = SHUTDOWN_TIMEOUT.as_secs(), "shutdown: tasks still running, aborting");
            return Ok(());
        };
        http.and(exporter).map_err(|fault| format!("HTTP: {fault}"))
    }
}

/// Runs `work` to completion, at most [`SHUTDOWN_TIMEOUT`] beyond `stop`. Returns `None` if it did not finish.
async fn until_shutdown_timeout<T>(work: impl Future<Output = T>, stop: &CancellationToken) -> Option<T> {
    let late = async {
        stop.cancelled().await;
        let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, std::future::pending::<()>()).await;
    };
    tokio::select! {
        done = work => Some(done),
        () = late => None,
    }
}
