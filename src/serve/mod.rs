//! Composition: builds every part, runs them side by side, and stops them in order.

use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
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
use crate::model::crypto::rng;
use crate::model::crypto::secret::Secret;
use crate::model::text::texts::Texts;
use crate::store::Store;
use crate::{jobs, telemetry, web};

/// How long the work in hand may take to finish after the signal to stop.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(8);
/// How long the store may then take to finish and let go.
const STORE_CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// How often measurements are folded.
const METRICS_UPKEEP_INTERVAL: Duration = Duration::from_secs(5);
/// Telegram's own script of the login widget.
const WIDGET_SCRIPT_URL: &str = "https://telegram.org/js/telegram-widget.js?23";

/// The sockets to serve on. The caller owns them: a test binds port 0.
#[derive(Debug)]
pub struct Sockets {
    /// For everything but metrics.
    pub http: TcpListener,
    /// For `/metrics`.
    pub metrics: TcpListener,
}

impl Sockets {
    /// Binds the addresses of the settings.
    pub async fn bind(config: &Config) -> Result<Self, String> {
        let bind = async |name: &str, address: SocketAddr| {
            TcpListener::bind(address).await.map_err(|fault| format!("{name}: cannot listen on {address}: {fault}"))
        };
        let http = bind("NEURALBOX_LISTEN", config.listen).await?;
        Ok(Self { http, metrics: bind("NEURALBOX_METRICS_LISTEN", config.metrics_listen).await? })
    }
}

/// All parts, built and ready to run.
pub struct App {
    config: Config,
    domain: Domain,
    telegram: Telegram,
    link: ConnectionStatus,
    texts: Arc<Texts>,
    metrics: PrometheusHandle,
    widget_script: Url,
    mailer: Option<SmtpClient>,
}

impl App {
    /// Builds every part. Calls the database, and nobody else.
    pub async fn build(config: Config, env: ClockAndRng) -> Result<Self, String> {
        let jwt_secret = match &config.jwt_secret {
            Some(secret) => secret.clone(),
            None => load_or_create_jwt_secret(&config.data_folder(), &env)?,
        };
        let store =
            Store::open(config.database_url.reveal()).await.map_err(|fault| format!("DATABASE_URL: {fault}"))?;
        let meters = config.redis_url.as_ref().map(SharedRateLimiter::at).transpose();
        let meters = meters.map_err(|fault| format!("REDIS_URL: {fault}"))?;
        let rules = DomainSettings {
            public_url: config.public_url.origin().ascii_serialization(),
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
        };
        let domain = Domain::new(store, env, rules, meters).map_err(|fault| format!("{fault:?}"))?;
        let telegram = Telegram::new(&config.bot_token, config.telegram_api_url.clone())?;
        let widget_script = Url::parse(WIDGET_SCRIPT_URL).map_err(|fault| fault.to_string())?;
        let mailer =
            config.mail.clone().map(|mail| SmtpClient::new(mail.server, mail.from, &config.public_url)).transpose()?;
        let (texts, metrics) = (Arc::new(Texts::load()?), telemetry::metrics()?);
        Ok(Self { config, domain, telegram, link: ConnectionStatus::default(), texts, metrics, widget_script, mailer })
    }

    /// Signs in by another widget than Telegram's: the pretend one's.
    #[must_use]
    pub fn with_widget_script(self, widget_script: Url) -> Self {
        Self { widget_script, ..self }
    }

    /// The verbs, for a caller that has more to do than serve.
    #[must_use]
    pub fn domain(&self) -> Domain {
        self.domain.clone()
    }

    /// Serves until `stop`, then finishes what is in hand: first no more updates and requests are taken, then the jobs
    /// write down what they gathered, then the store is closed.
    pub async fn run(self, sockets: Sockets, stop: CancellationToken) -> Result<(), String> {
        let Self { config, domain, telegram, link, texts, metrics, widget_script, mailer } = self;
        let gate = web::VerifyEndpoint::new(domain.clone(), config.trusted_proxies.clone());
        let settings = web::WebSettings {
            public_url: config.public_url,
            allowed_origins: config.allowed_origins,
            trusted_proxies: config.trusted_proxies,
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
        let http = Box::pin(web::serve(sockets.http, routes, gate, stop.clone()));
        let exporter = serve_metrics(sockets.metrics, metrics, stop.clone());
        let jobs = Box::pin(jobs::run(context, mailer, stop.clone()));
        let bot = Box::pin(bot.run(source, stop.clone()));
        let parts = async { tokio::join!(http, exporter, bot, jobs) };
        let ended = until_shutdown_timeout(parts, &stop).await;
        // Requests that were in hand at the signal have used keys too.
        let last = async {
            let _ = domain.flush_last_used().await;
            domain.close().await;
        };
        if tokio::time::timeout(STORE_CLOSE_TIMEOUT, last).await.is_err() {
            tracing::warn!("the database did not let go within {} s", STORE_CLOSE_TIMEOUT.as_secs());
        }
        let Some((http, exporter, (), ())) = ended else {
            tracing::warn!("work was still in hand after {} s and is given up", SHUTDOWN_TIMEOUT.as_secs());
            return Ok(());
        };
        http.and(exporter).map_err(|fault| format!("HTTP: {fault}"))
    }
}

/// Runs `work` to its end, but no longer than [`SHUTDOWN_TIMEOUT`] after `stop`.
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

async fn serve_metrics(
    listener: TcpListener,
    metrics: PrometheusHandle,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let read = metrics.clone();
    let routes = Router::new().route("/metrics", get(async move || read.render()));
    let stopped = stop.clone().cancelled_owned();
    let serve = axum::serve(listener, routes).with_graceful_shutdown(stopped).into_future();
    // Folds what was measured into its buckets, whether anybody reads them or not.
    let fold = async {
        while tokio::time::timeout(METRICS_UPKEEP_INTERVAL, stop.cancelled()).await.is_err() {
            metrics.run_upkeep();
        }
    };
    tokio::join!(serve, fold).0
}

/// The secret that was made at the first start, or a new one: in a file that only we can read.
fn load_or_create_jwt_secret(folder: &Path, env: &ClockAndRng) -> Result<Secret, String> {
    let file = folder.join("jwt_secret");
    let fault = |fault: std::io::Error| {
        format!("NEURALBOX_JWT_SECRET is unset, and {} cannot be used: {fault}", file.display())
    };
    // Made first of all, and the database is to be in it: for us only.
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(fault)?;
    let made = URL_SAFE_NO_PAD.encode(rng::bytes::<48>(env.rng.as_ref()));
    // Written aside and linked into place: of several instances that start together, one wins, and no half file is read.
    let aside = folder.join(format!(".jwt_secret.{}", URL_SAFE_NO_PAD.encode(rng::bytes::<8>(env.rng.as_ref()))));
    if !file.exists() {
        let mut new =
            std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside).map_err(fault)?;
        new.write_all(made.as_bytes()).and_then(|()| new.sync_all()).map_err(fault)?;
        let linked = std::fs::hard_link(&aside, &file);
        std::fs::remove_file(&aside).map_err(fault)?;
        match linked {
            Err(taken) if taken.kind() != std::io::ErrorKind::AlreadyExists => return Err(fault(taken)),
            _ => {}
        }
    }
    let kept = std::fs::read_to_string(&file).map_err(fault)?;
    let kept = kept.trim();
    if kept.len() < 32 {
        return Err(format!("{} is too short to be a secret: delete it to have a new one made", file.display()));
    }
    Ok(Secret::new(kept.to_owned()))
}
