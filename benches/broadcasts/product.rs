//! The product in this process, on a database with many people.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use neuralbox_auth::config::Config;
use neuralbox_auth::domain::admin::access::Admin;
use neuralbox_auth::domain::broadcasts::DraftChange;
use neuralbox_auth::domain::{ClockAndRng, Domain};
use neuralbox_auth::model::broadcasts::{Broadcast, BroadcastId, BroadcastState, LocalizedText, Segment};
use neuralbox_auth::model::crypto::rng::SystemRng;
use neuralbox_auth::model::text::language::Language;
use neuralbox_auth::model::time::SystemClock;
use neuralbox_auth::serve::{App, Sockets};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::Fault;

/// Database of a row.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    /// SQLite file.
    Sqlite,
    /// Postgres server.
    Postgres(String),
}

impl Database {
    /// Name in the rows.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "Postgres",
        }
    }

    /// Creates an empty database.
    async fn make(&self, folder: &Path) -> Result<String, Fault> {
        let name = format!("bench_{}", hex::encode(neuralbox_auth::model::crypto::rng::bytes::<8>(&SystemRng)));
        let Self::Postgres(server) = self else { return Ok(format!("sqlite://{}/{name}.db", folder.display())) };
        let create = format!("create database {name}");
        PgConnection::connect(server).await?.execute(AssertSqlSafe(create)).await?;
        let mut url = url::Url::parse(server)?;
        url.set_path(&name);
        Ok(url.into())
    }

    async fn clear(&self, url: &str) -> Result<(), Fault> {
        if let Self::Postgres(server) = self {
            let name = url.rsplit('/').next().unwrap_or_default();
            let drop = format!("drop database {name} with (force)");
            PgConnection::connect(server).await?.execute(AssertSqlSafe(drop)).await?;
        }
        Ok(())
    }
}

/// Running product.
pub(crate) struct Product {
    pub(crate) domain: Domain,
    database: Database,
    url: String,
    stop: CancellationToken,
    running: JoinHandle<Result<(), String>>,
}

/// Conditions under which the product runs.
pub(crate) struct Scenario<'a> {
    /// URL of the Bot API.
    pub(crate) telegram: &'a str,
    /// Messages a second.
    pub(crate) rate: i64,
    /// Number of people.
    pub(crate) people: i64,
}

impl Product {
    /// Starts the product under these conditions.
    pub(crate) async fn start(
        database: &Database,
        folder: &Path,
        Scenario { telegram, rate, people }: Scenario<'_>,
    ) -> Result<Self, Fault> {
        let url = database.make(folder).await?;
        let rate = rate.to_string();
        let names = [
            ("TELEGRAM_BOT_TOKEN", "1000000001:a-token-of-the-bench"),
            ("TELEGRAM_API_URL", telegram),
            ("DATABASE_URL", &url),
            ("NEURALBOX_LISTEN", "127.0.0.1:0"),
            ("NEURALBOX_METRICS_LISTEN", "127.0.0.1:0"),
            ("NEURALBOX_JWT_SECRET", "a secret of the bench that guards nothing at all"),
            ("NEURALBOX_BROADCAST_RATE", &rate),
        ];
        let names: BTreeMap<String, String> =
            names.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let config = Config::from_names(names)?;
        let sockets = Sockets::bind(&config).await?;
        let env = ClockAndRng { clock: Arc::new(SystemClock), rng: Arc::new(SystemRng) };
        let app = App::build(config, env).await?;
        seed(&url, people).await?;
        let (domain, stop) = (app.domain(), CancellationToken::new());
        let local = stop.clone();
        let running = tokio::spawn(async move { app.run(sockets, local).await });
        Ok(Self { domain, database: database.clone(), url, stop, running })
    }

    /// Starts a broadcast to everyone.
    pub(crate) async fn broadcast(&self, people: i64) -> Result<BroadcastId, Fault> {
        let admin = Admin::operator();
        let fault = |fault| Fault::from(format!("{fault:?}"));
        let id = self.domain.draft_broadcast(&admin, None).await.map_err(fault)?.id;
        let words = LocalizedText { html: "<b>News</b>: your plan has news for you".to_owned(), buttons: Vec::new() };
        let changes = [DraftChange::Text(Language::English, Some(words)), DraftChange::Segment(Segment::Everyone)];
        self.domain.edit_broadcast(&admin, id, &changes, None).await.map_err(fault)?;
        self.domain.start_broadcast(&admin, id, people, None).await.map_err(fault)?;
        Ok(id)
    }

    /// Returns a broadcast with its progress.
    pub(crate) async fn look(&self, id: BroadcastId) -> Result<Broadcast, Fault> {
        self.domain.broadcast(&Admin::operator(), id).await.map_err(|fault| format!("{fault:?}").into())
    }

    /// Waits until the broadcast has left these states, and returns the duration.
    pub(crate) async fn past(&self, id: BroadcastId, states: &[BroadcastState]) -> Result<Duration, Fault> {
        let began = Instant::now();
        while states.contains(&self.look(id).await?.state) {
            pause().await;
        }
        Ok(began.elapsed())
    }

    /// Stops the product and drops its database.
    pub(crate) async fn end(self) -> Result<(), Fault> {
        self.stop.cancel();
        self.running.await??;
        self.database.clear(&self.url).await
    }
}

/// Waits briefly.
#[expect(clippy::disallowed_methods, reason = "a bench watches in real time")]
pub(crate) async fn pause() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

/// People who have started the bot: their Telegram ids are 1, 2, 3 …
async fn seed(url: &str, people: i64) -> Result<(), Fault> {
    let numbers =
        format!("(with recursive c(n) as (select 1 union all select n + 1 from c where n < {people}) select n from c)");
    let mut statements = vec![
        format!("insert into account (name, plan, created_at) select 'Ivan', 'free', 0 from {numbers} as s"),
        "insert into identity (kind, subject, account_id, created_at, last_seen_at)
         select 'telegram', cast(id as text), id, 0, 1 from account"
            .to_owned(),
    ];
    if !url.starts_with("sqlite:") {
        statements.push("analyze".to_owned());
    }
    for statement in statements {
        let statement = AssertSqlSafe(statement);
        if url.starts_with("sqlite:") {
            SqliteConnection::connect(url).await?.execute(statement).await?;
        } else {
            PgConnection::connect(url).await?.execute(statement).await?;
        }
    }
    Ok(())
}

/// Memory of this process in MiB.
pub(crate) fn memory() -> Result<f64, Fault> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS in /proc/self/status")?;
    let kibibytes: f64 = line.split_whitespace().next().ok_or("an empty VmRSS")?.parse()?;
    Ok(kibibytes / 1024.0)
}
