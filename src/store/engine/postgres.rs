//! Connections to Postgres.
//!
//! sqlx can ping a connection each time it is acquired, at the cost of a round trip per statement. Here a connection is
//! checked only if it was idle for a while, or if another one failed since it was last used. So a statement that met a
//! connection that cannot do its work can be retried once: if the server is back, it gets a working one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::pool::{PoolConnection, PoolConnectionMetadata};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgListener, PgPool, PgPoolOptions};
use sqlx::{Connection, Executor, Postgres, Result, raw_sql};

use crate::store::engine::connection_fault::{is_cut, is_pooled, is_read_only, pooled, read_only};

/// Maximum wait for a connection; afterwards the database counts as unavailable.
pub(in crate::store) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Idle time after which a connection is checked before use.
const IDLE_BEFORE_CHECK: Duration = Duration::from_secs(2);
/// Interval at which a read-only server makes connections suspect: while it lasts, reads open new connections as well.
const READ_ONLY_INTERVAL: Duration = Duration::from_secs(1);
/// Time for which a pooler that was noticed makes the database unready.
const POOLED_MEMORY: Duration = Duration::from_mins(1);
/// Settings of each connection. The server ends a transaction left open, so that its locks are released. The writer
/// limits whole batches on its own. JIT is off because no statement runs long enough to repay it, although the planner
/// expects so for a page of a long list. Startup parameters would be shorter, but poolers refuse or ignore them.
const CONNECTION_SETTINGS: &str =
    "set idle_in_transaction_session_timeout = 30000; set statement_timeout = 10000; set jit = off";

/// Connection pools to a Postgres server.
#[derive(Clone, Debug)]
pub(in crate::store) struct PostgresPools {
    /// Pool for ordinary statements.
    pub(in crate::store) pool: PgPool,
    /// Priority pool for statements that must not queue behind others.
    pub(in crate::store) aside: PgPool,
    faults: ConnectionFaults,
}

/// Times at which connections were last found unable to do their work.
#[derive(Clone, Debug, Default)]
struct ConnectionFaults(Arc<Mutex<FaultTimes>>);

#[derive(Debug, Default)]
struct FaultTimes {
    cut: Option<Instant>,
    read_only: Option<Instant>,
    pooled: Option<Instant>,
}

/// A write transaction. Dropped without `commit` or `rollback`, it closes its connection, which may still be busy.
#[derive(Debug)]
pub struct PostgresTransaction {
    connection: PoolConnection<Postgres>,
    is_open: bool,
}

impl PostgresPools {
    /// Connects to a server.
    pub(in crate::store) async fn open(options: PgConnectOptions) -> Result<Self> {
        let faults = ConnectionFaults::default();
        let aside = pool(&faults).max_connections(2).connect_lazy_with(options.clone());
        let pool = pool(&faults).max_connections(16).connect_with(options).await?;
        Ok(Self { pool, aside, faults })
    }

    /// Returns the same server with the priority pool in place of the ordinary one.
    pub(in crate::store) fn aside(&self) -> Self {
        Self { pool: self.aside.clone(), ..self.clone() }
    }

    /// Begins a transaction. Retried once if the connection was broken.
    pub(in crate::store) async fn begin(&self) -> Result<PostgresTransaction> {
        match self.try_begin().await {
            Err(fault) if self.is_cut(&fault) => self.try_begin().await,
            begun => begun,
        }
    }

    async fn try_begin(&self) -> Result<PostgresTransaction> {
        // Open from the start: dropped while it begins, it is in an unknown state.
        let mut tx = PostgresTransaction { connection: self.pool.acquire().await?, is_open: true };
        tx.connection.execute(raw_sql("begin")).await?;
        Ok(tx)
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

    /// Notifies the subscribers of a channel. Fails if the server takes no writes: another one may be the primary, and
    /// its changes would not be received from here.
    pub(in crate::store) async fn notify(&self, channel: &str, text: &str) -> Result<()> {
        let sql = "select current_setting('transaction_read_only') = 'on' from (select pg_notify($1, $2)) as sent";
        let mut connection = self.pool.acquire().await?;
        let outcome = sqlx::query_as::<_, (bool,)>(sql).bind(channel).bind(text).fetch_one(&mut *connection).await;
        let outcome = outcome.and_then(|(is_read_only,)| if is_read_only { Err(read_only()) } else { Ok(()) });
        self.judge(connection, outcome)
    }

    /// Checks that the server answers and takes writes.
    pub(in crate::store) async fn check(&self) -> Result<()> {
        if self.faults.pooled_within(POOLED_MEMORY) {
            return Err(pooled());
        }
        match self.try_check().await {
            Err(fault) if self.is_cut(&fault) => self.try_check().await,
            checked => checked,
        }
    }

    async fn try_check(&self) -> Result<()> {
        let mut connection = self.pool.acquire().await?;
        let outcome = takes_writes(&mut connection).await;
        self.judge(connection, outcome.and_then(|takes_writes| if takes_writes { Ok(()) } else { Err(read_only()) }))
    }

    /// Returns the outcome of a statement, and closes its connection if that cannot do its work.
    pub(in crate::store) fn judge<T>(&self, mut connection: PoolConnection<Postgres>, outcome: Result<T>) -> Result<T> {
        if outcome.as_ref().is_err_and(|fault| self.is_cut(fault)) {
            connection.close_on_drop();
        }
        outcome
    }

    /// True if the error means a connection that cannot do its work, so that a retry on another one may succeed.
    pub(in crate::store) fn is_cut(&self, fault: &sqlx::Error) -> bool {
        let is_cut = is_cut(fault);
        if is_cut {
            self.faults.record(fault);
        }
        is_cut
    }
}

impl PostgresTransaction {
    /// Returns the connection, for the statements of the transaction.
    pub(in crate::store) fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Commits.
    pub(in crate::store) async fn commit(mut self) -> Result<()> {
        self.connection.execute(raw_sql("commit")).await?;
        self.is_open = false;
        Ok(())
    }

    /// Rolls back after an error. A connection that cannot do its work is closed instead, which rolls back as well.
    pub(in crate::store) async fn rollback(mut self, fault: &sqlx::Error) -> Result<()> {
        if !is_cut(fault) {
            self.connection.execute(raw_sql("rollback")).await?;
            self.is_open = false;
        }
        Ok(())
    }
}

impl Drop for PostgresTransaction {
    fn drop(&mut self) {
        if self.is_open {
            self.connection.close_on_drop();
        }
    }
}

impl ConnectionFaults {
    fn record(&self, fault: &sqlx::Error) {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if is_read_only(fault) {
            if times.read_only.is_none_or(|at| at.elapsed() >= READ_ONLY_INTERVAL) {
                times.read_only = Some(Instant::now());
            }
            return;
        }
        times.cut = Some(Instant::now());
        if is_pooled(fault) {
            times.pooled = times.cut;
        }
    }

    fn pooled_within(&self, time: Duration) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pooled.is_some_and(|at| at.elapsed() <= time)
    }

    /// Returns the check that a connection needs before use.
    fn check_for(&self, about: &PoolConnectionMetadata) -> PendingCheck {
        let times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = |at: Option<Instant>| at.is_some_and(|at| at.elapsed() <= about.idle_for);
        if since(times.read_only) {
            PendingCheck::TakesWrites
        } else if about.idle_for >= IDLE_BEFORE_CHECK || since(times.cut) {
            PendingCheck::Answers
        } else {
            PendingCheck::Nothing
        }
    }
}

/// Check of a connection before use.
enum PendingCheck {
    /// It was in use a moment ago.
    Nothing,
    /// It may be broken.
    Answers,
    /// It may lead to a server that has become read-only.
    TakesWrites,
}

async fn takes_writes(connection: &mut PgConnection) -> Result<bool> {
    let sql = "select current_setting('transaction_read_only') = 'off'";
    let (takes_writes,): (bool,) = sqlx::query_as(sql).fetch_one(connection).await?;
    Ok(takes_writes)
}

fn pool(faults: &ConnectionFaults) -> PgPoolOptions {
    let faults = faults.clone();
    let options = PgPoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT).test_before_acquire(false);
    let options = options.after_connect(|connection, _| {
        Box::pin(async move { connection.execute(raw_sql(CONNECTION_SETTINGS)).await.map(drop) })
    });
    options.before_acquire(move |connection, about| {
        let check = faults.check_for(&about);
        Box::pin(async move {
            match check {
                PendingCheck::Nothing => Ok(true),
                PendingCheck::Answers => connection.ping().await.map(|()| true),
                PendingCheck::TakesWrites => takes_writes(connection).await,
            }
        })
    })
}
