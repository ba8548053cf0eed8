//! Connections to Postgres.
//!
//! sqlx can ping a connection each time it is acquired, at the cost of a round trip per statement. Here a connection is
//! pinged only if it was idle for a while, or if another one broke since it was last used. So a statement that met a
//! broken connection can be retried once: if the server is back, it gets a working one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions};
use sqlx::{Connection, Postgres, Result, Transaction};

/// Maximum wait for a connection; afterwards the database counts as unavailable.
pub(in crate::store) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Idle time after which a connection is pinged before use.
const IDLE_BEFORE_PING: Duration = Duration::from_secs(2);
/// Limit of one statement, in milliseconds. The writer limits whole batches on its own.
const STATEMENT_TIMEOUT_MILLIS: &str = "10000";

/// Connection pools to a Postgres server.
#[derive(Clone, Debug)]
pub(in crate::store) struct PostgresPools {
    /// Pool for ordinary statements.
    pub(in crate::store) pool: PgPool,
    /// Priority pool for statements that must not queue behind others.
    pub(in crate::store) aside: PgPool,
    cuts: BrokenConnections,
}

/// Time at which a connection was last found broken.
#[derive(Clone, Debug, Default)]
struct BrokenConnections(Arc<Mutex<Option<Instant>>>);

impl PostgresPools {
    /// Connects to a server.
    pub(in crate::store) async fn open(options: PgConnectOptions) -> Result<Self> {
        // The server ends a transaction left open, so that its locks are released. JIT is off because no statement runs
        // long enough to repay it, although the planner expects so for a page of a long list.
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

    /// Returns the same server with the priority pool in place of the ordinary one.
    pub(in crate::store) fn aside(&self) -> Self {
        Self { pool: self.aside.clone(), ..self.clone() }
    }

    /// Begins a transaction. Retried once if the connection was broken.
    pub(in crate::store) async fn begin(&self) -> Result<Transaction<'static, Postgres>> {
        match self.pool.begin().await {
            Err(fault) if self.is_cut(&fault) => self.pool.begin().await,
            begun => begun,
        }
    }

    /// Subscribes to a channel on a separate connection, which takes none from the pools.
    pub(in crate::store) async fn listen(&self, channel: &str) -> Result<PgListener> {
        let options = (*self.pool.connect_options()).clone();
        let own =
            PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE_TIMEOUT).connect_with(options).await?;
        let mut listener = PgListener::connect_with(&own).await?;
        listener.listen(channel).await?;
        Ok(listener)
    }

    /// True if the error means a broken connection, so that a retry on another one may succeed.
    pub(in crate::store) fn is_cut(&self, fault: &sqlx::Error) -> bool {
        let cut = match fault {
            sqlx::Error::Io(_) => true,
            // The server was stopped or crashed.
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
    /// True if a connection was found broken within that time.
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
