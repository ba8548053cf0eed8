//! One SQL text for two databases. The difference between them is confined to this file, `sqlite.rs`, `postgres.rs` and
//! `migrations.rs`, and to `backup.rs` and `database_check.rs`, which serve the operator.
//!
//! Three methods read (`all`, `first`, `one`) and one writes (`run`); each takes a text and its values. They read every
//! statement to its end: sqlx's `fetch_one` stops early and misses the error of the commit in SQLite.

use std::time::{Duration, Instant};

use serde::Serialize;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgListener, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, ConnectOptions, Connection, Encode, FromRow, Postgres, Result, Sqlite, Transaction, Type};

use crate::store::engine::postgres::{PostgresPools, PostgresTransaction};
use crate::store::engine::sqlite::SqlitePools;
use crate::store::engine::{database_url, migrations, pooler};
use crate::telemetry;

/// Maximum duration of a read.
const READ_TIMEOUT: Duration = Duration::from_secs(12);

/// Connections to the database.
#[derive(Clone, Debug)]
pub(in crate::store) enum Db {
    /// An SQLite file.
    Sqlite(SqlitePools),
    /// A Postgres server.
    Postgres(PostgresPools),
}

/// A write transaction. Dropping it without `commit` rolls it back.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite, begun as `immediate`: the write lock is acquired at the start, never in the middle.
    Sqlite(Transaction<'static, Sqlite>),
    /// On Postgres, at `read committed`.
    Postgres(PostgresTransaction),
}

/// A value that binds to a `$1` of both databases.
pub(in crate::store) trait BindValue: Sync {
    /// Binds the value to an SQLite statement.
    fn to_sqlite(&self, to: &mut SqliteArguments) -> Result<(), BoxDynError>;
    /// Binds the value to a Postgres statement.
    fn to_postgres(&self, to: &mut PgArguments) -> Result<(), BoxDynError>;
}

impl<'q, T> BindValue for T
where
    T: Sync + Type<Sqlite> + Type<Postgres> + Encode<'q, Sqlite> + Encode<'q, Postgres>,
{
    fn to_sqlite(&self, to: &mut SqliteArguments) -> Result<(), BoxDynError> {
        to.add(self)
    }

    fn to_postgres(&self, to: &mut PgArguments) -> Result<(), BoxDynError> {
        to.add(self)
    }
}

/// Values of a statement, `$1` first.
pub(in crate::store) type Values<'a> = &'a [&'a dyn BindValue];

/// A row of both databases: tuples, and structs that derive `FromRow`.
pub(in crate::store) trait RowValue:
    Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>
{
}
impl<T> RowValue for T where T: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}

fn bound<A: Arguments>(
    values: Values<'_>,
    add: impl Fn(&dyn BindValue, &mut A) -> Result<(), BoxDynError>,
) -> Result<A> {
    let mut to = A::default();
    values.iter().try_for_each(|value| add(*value, &mut to)).map_err(sqlx::Error::Encode)?;
    Ok(to)
}

/// Limits a read: a frozen server does not even report a timeout.
async fn bounded<T>(read: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(READ_TIMEOUT, read).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Encodes rows as one value, a JSON text for `json_each`.
pub(in crate::store) fn list<T: Serialize>(rows: impl IntoIterator<Item = T>) -> Result<String> {
    serde_json::to_string(&rows.into_iter().collect::<Vec<T>>()).map_err(|fault| sqlx::Error::Encode(fault.into()))
}

/// Reads the rows of a statement.
macro_rules! rows {
    ($sql:ident, $values:ident, $to:ident, $executor:expr) => {
        sqlx::query_as_with($sql, bound($values, |value, to| value.$to(to))?).fetch_all($executor).await
    };
}

/// Read methods of the database and of a transaction.
macro_rules! reading {
    ($type:ty, $self:ident: $this:ty, $sqlite:pat => $s:expr, $postgres:pat => $p:expr) => {
        impl $type {
            async fn ask<T: RowValue>($self: $this, sql: &'static str, values: Values<'_>) -> Result<Vec<T>> {
                let started = Instant::now();
                let rows = bounded(async {
                    match $self {
                        $sqlite => rows!(sql, values, to_sqlite, $s),
                        $postgres => $p(sql, values).await,
                    }
                })
                .await;
                telemetry::metrics::db_statement_duration_seconds(started.elapsed(), outcome_label(&rows));
                rows
            }

            /// Returns the first row, if any.
            pub(in crate::store) async fn first<T: RowValue>(
                $self: $this,
                sql: &'static str,
                values: Values<'_>,
            ) -> Result<Option<T>> {
                Ok($self.all(sql, values).await?.into_iter().next())
            }

            /// Returns the only row; fails if there is none.
            pub(in crate::store) async fn one<T: RowValue>(
                $self: $this,
                sql: &'static str,
                values: Values<'_>,
            ) -> Result<T> {
                $self.first(sql, values).await?.ok_or(sqlx::Error::RowNotFound)
            }
        }
    };
}

reading!(
    Db,
    self: &Self,
    Self::Sqlite(file) => &file.read,
    Self::Postgres(server) => async |sql, values: Values<'_>| {
        let mut connection = server.pool.acquire().await?;
        let rows = rows!(sql, values, to_postgres, &mut *connection);
        server.judge(connection, rows)
    }
);
reading!(
    Tx,
    self: &mut Self,
    Self::Sqlite(tx) => &mut **tx,
    Self::Postgres(tx) => async |sql, values: Values<'_>| rows!(sql, values, to_postgres, tx.connection())
);

impl Db {
    /// Returns every row. Retried once if the connection was broken: a read has no effect.
    pub(in crate::store) async fn all<T: RowValue>(&self, sql: &'static str, values: Values<'_>) -> Result<Vec<T>> {
        match (self.ask(sql, values).await, self) {
            (Err(fault), Self::Postgres(server)) if server.is_cut(&fault) => self.ask(sql, values).await,
            (rows, _) => rows,
        }
    }
}

impl Tx {
    /// Returns every row.
    pub(in crate::store) async fn all<T: RowValue>(&mut self, sql: &'static str, values: Values<'_>) -> Result<Vec<T>> {
        self.ask(sql, values).await
    }

    /// Returns the number of changed rows. Only a transaction writes, and only the writer has one.
    pub(in crate::store) async fn run(&mut self, sql: &'static str, values: Values<'_>) -> Result<u64> {
        let started = Instant::now();
        let changed = match self {
            Self::Sqlite(tx) => {
                let query = sqlx::query_with(sql, bound(values, |v, to| v.to_sqlite(to))?);
                query.execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            Self::Postgres(tx) => {
                let query = sqlx::query_with(sql, bound(values, |v, to| v.to_postgres(to))?);
                query.execute(tx.connection()).await.map(|done| done.rows_affected())
            }
        };
        telemetry::metrics::db_statement_duration_seconds(started.elapsed(), outcome_label(&changed));
        changed
    }
}

impl Db {
    /// Connects and migrates. A URL that does not begin with `sqlite:` belongs to Postgres.
    pub(in crate::store) async fn connect(url: &str) -> Result<Self> {
        if !url.starts_with("sqlite:") {
            let options = database_url::postgres(url)?;
            pooler::refuse_changing_servers(&options).await?;
            // A connection of its own without a statement timeout: building an index on a large table takes long.
            let mut connection = options.connect().await?;
            migrations::for_postgres().run(&mut connection).await?;
            connection.close().await?;
            return PostgresPools::open(options).await.map(Self::Postgres);
        }
        SqlitePools::open(database_url::sqlite(url)?).await.map(Self::Sqlite)
    }

    /// Fails if the database does not answer, or takes no writes. SQLite notices the latter only when it writes.
    pub(in crate::store) async fn check(&self) -> Result<()> {
        match self {
            Self::Sqlite(_) => self.one::<(i64,)>("select cast(1 as bigint)", &[]).await.map(drop),
            Self::Postgres(server) => bounded(server.check()).await,
        }
    }

    /// Notifies the subscribers of a channel. Fails if the server takes no writes. Does nothing on SQLite.
    pub(in crate::store) async fn notify(&self, channel: &str, text: &str) -> Result<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(server) => bounded(server.aside().notify(channel, text)).await,
        }
    }

    /// True if the error means a connection that cannot do its work, so that a retry may succeed.
    pub(in crate::store) fn is_cut(&self, fault: &sqlx::Error) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(server) => server.is_cut(fault),
        }
    }

    /// Copies SQLite's log into its file; a Postgres server does so automatically.
    pub(in crate::store) async fn checkpoint(&self) -> Result<()> {
        match self {
            Self::Sqlite(file) => file.checkpoint().await,
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Begins a write transaction. For the writer only: a transaction never lives in the future of a request.
    pub(in crate::store) async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(file) => Tx::Sqlite(file.write.begin_with("begin immediate").await?),
            Self::Postgres(server) => Tx::Postgres(server.begin().await?),
        })
    }

    /// Returns the same database with the priority pool, for reads that must not queue behind others.
    pub(in crate::store) fn aside(&self) -> Self {
        match self {
            Self::Postgres(server) => Self::Postgres(server.aside()),
            Self::Sqlite(file) => Self::Sqlite(file.clone()),
        }
    }

    /// True if no other instance can share the database.
    pub(in crate::store) const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Subscribes to notifications of other instances; `None` on SQLite, which has none.
    pub(in crate::store) async fn listen(&self, channel: &str) -> Result<Option<PgListener>> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(server) => server.listen(channel).await.map(Some),
        }
    }

    /// Closes all connections once their statements have finished.
    pub(in crate::store) async fn close(&self) {
        match self {
            Self::Sqlite(file) => file.close().await,
            Self::Postgres(server) => {
                server.pool.close().await;
                server.aside.close().await;
            }
        }
    }
}

impl Tx {
    /// Commits; the changes are durable afterwards.
    pub(in crate::store) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }

    /// Rolls back after an error. A broken connection has rolled back already.
    pub(in crate::store) async fn rollback(self, fault: &sqlx::Error) {
        let undone = match self {
            Self::Sqlite(tx) => tx.rollback().await,
            Self::Postgres(tx) => tx.rollback(fault).await,
        };
        if let Err(fault) = undone {
            tracing::debug!(error = %fault, "transaction: rollback could not be sent");
        }
    }
}

/// Returns the outcome of a statement as a metric label.
const fn outcome_label<T>(outcome: &Result<T>) -> &'static str {
    if outcome.is_ok() { "ok" } else { "failed" }
}
