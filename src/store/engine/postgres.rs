//! Connections to Postgres.
//!
//! sqlx can ask a connection whether it is still there each time it is taken: a round trip for every statement. Here only
//! one is asked that was idle for a while, or that was let go before another one was found cut. So what finds a cut connection
//! may be tried once more: if the server is back, it meets a good one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions};
use sqlx::{Connection, Postgres, Result, Transaction};

/// How long a caller waits for a connection before the database counts as away.
pub(in crate::store) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an idle connection is thought to be there without asking.
const IDLE_BEFORE_PING: Duration = Duration::from_secs(2);
/// How long a statement may take, in milliseconds; the writer has a limit of its own for a batch.
const STATEMENT_TIMEOUT_MILLIS: &str = "10000";

/// Connections to a server.
#[derive(Clone, Debug)]
pub(in crate::store) struct PostgresPools {
    /// To be taken.
    pub(in crate::store) pool: PgPool,
    /// To be taken for what must not wait behind everybody's work.
    pub(in crate::store) aside: PgPool,
    cuts: BrokenConnections,
}

/// When a connection was last found cut.
#[derive(Clone, Debug, Default)]
struct BrokenConnections(Arc<Mutex<Option<Instant>>>);

impl PostgresPools {
    /// Connects to a server.
    pub(in crate::store) async fn open(options: PgConnectOptions) -> Result<Self> {
        // Should a transaction ever be left open, the server ends it rather than keep its locks. No statement of ours runs for so
        // long that compiling it pays, and for a page of a long list the server would think so.
        let settings = [
            ("idle_in_transaction_session_timeout", "30000"),
            ("statement_timeout", STATEMENT_TIMEOUT_MILLIS),
            ("jit", "off"),
        ];
        let options = options.options(settings).application_name("neuralbox-auth");
        let cuts = BrokenConnections::default();
        let aside = pool(&cuts).max_connections(2).connect_lazy_with(options.clone());
        let pool = pool(&cuts).max_connections(16).connect_with(options).await?;
        Ok(Self { pool, aside, cuts })
    }

    /// Those for what must not wait.
    pub(in crate::store) fn aside(&self) -> Self {
        Self { pool: self.aside.clone(), ..self.clone() }
    }

    /// Begins a transaction.
    pub(in crate::store) async fn begin(&self) -> Result<Transaction<'static, Postgres>> {
        match self.pool.begin().await {
            Err(fault) if self.is_cut(&fault) => self.pool.begin().await,
            begun => begun,
        }
    }

    /// What is told on a channel from here on, on a connection of its own: those of the pool are for work.
    pub(in crate::store) async fn listen(&self, channel: &str) -> Result<PgListener> {
        let options = (*self.pool.connect_options()).clone();
        let own =
            PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE_TIMEOUT).connect_with(options).await?;
        let mut listener = PgListener::connect_with(&own).await?;
        listener.listen(channel).await?;
        Ok(listener)
    }

    /// Whether a connection was found cut: what it was asked is worth asking again, of another.
    pub(in crate::store) fn is_cut(&self, fault: &sqlx::Error) -> bool {
        let cut = match fault {
            sqlx::Error::Io(_) => true,
            // The server was stopped, or crashed.
            sqlx::Error::Database(fault) => matches!(fault.code().as_deref(), Some("57P01" | "57P02")),
            _ => false,
        };
        if cut {
            *self.cuts.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        cut
    }
}

impl BrokenConnections {
    /// Whether there was one since a connection was let go that long ago.
    fn were_within(&self, idle: Duration) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| at.elapsed() <= idle)
    }
}

fn pool(cuts: &BrokenConnections) -> PgPoolOptions {
    let cuts = cuts.clone();
    PgPoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT).test_before_acquire(false).before_acquire(
        move |connection, about| {
            let doubtful = about.idle_for >= IDLE_BEFORE_PING || cuts.were_within(about.idle_for);
            Box::pin(async move {
                if doubtful {
                    connection.ping().await?;
                }
                Ok(true)
            })
        },
    )
}
