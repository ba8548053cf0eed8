//! One SQL text for two databases. All that knows which of them is in use lives in this file, and in
//! `sqlite.rs`, `postgres.rs` and `migrations.rs` beside it; and in `backup.rs` and `condition.rs`, which serve the operator.
//!
//! Three verbs that read, `all`, `first`, `one`, and one that writes, `run`, take a text and its values. They read every
//! statement to its end: sqlx's own `fetch_one` stops early, and in SQLite so loses the error of the commit.

use std::time::{Duration, Instant};

use serde::Serialize;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgConnection, PgListener, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Connection, Encode, FromRow, Postgres, Result, Sqlite, Transaction, Type};

use crate::store::engine::migrations;
use crate::store::engine::postgres::PostgresPools;
use crate::store::engine::sqlite::SqlitePools;
use crate::telemetry;

/// How long a caller waits for what it reads.
const READ_TIMEOUT: Duration = Duration::from_secs(12);

/// Where everything is kept.
#[derive(Clone, Debug)]
pub(in crate::store) enum Db {
    /// A file of ours.
    Sqlite(SqlitePools),
    /// A server.
    Postgres(PostgresPools),
}

/// A writing transaction. Dropping it without `commit` rolls it back.
#[derive(Debug)]
pub enum Tx {
    /// In SQLite, begun as `immediate`: it never finds out later that it may not write.
    Sqlite(Transaction<'static, Sqlite>),
    /// In Postgres, at `read committed`.
    Postgres(Transaction<'static, Postgres>),
}

/// What can be bound to a `$1` of both databases.
pub(in crate::store) trait BindValue: Sync {
    /// Adds itself to a statement for SQLite.
    fn to_sqlite(&self, to: &mut SqliteArguments) -> Result<(), BoxDynError>;
    /// Adds itself to a statement for Postgres.
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

/// The values of a statement, `$1` first.
pub(in crate::store) type Values<'a> = &'a [&'a dyn BindValue];

/// What can be read from a row of both databases: tuples, and structs that derive `FromRow`.
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

/// A frozen server answers nothing, not even that it takes too long.
async fn bounded<T>(read: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(READ_TIMEOUT, read).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Rows as one value, a JSON text for `json_each`.
pub(in crate::store) fn list<T: Serialize>(rows: impl IntoIterator<Item = T>) -> Result<String> {
    serde_json::to_string(&rows.into_iter().collect::<Vec<T>>()).map_err(|fault| sqlx::Error::Encode(fault.into()))
}

/// The reading verbs, for the database and for a transaction.
macro_rules! reading {
    ($type:ty, $self:ident: $this:ty, $sqlite:pat => $s:expr, $postgres:pat => $p:expr) => {
        impl $type {
            async fn ask<T: RowValue>($self: $this, sql: &'static str, values: Values<'_>) -> Result<Vec<T>> {
                let asked = Instant::now();
                let rows = bounded(async {
                    match $self {
                        $sqlite => {
                            sqlx::query_as_with(sql, bound(values, |v, to| v.to_sqlite(to))?).fetch_all($s).await
                        }
                        $postgres => {
                            sqlx::query_as_with(sql, bound(values, |v, to| v.to_postgres(to))?).fetch_all($p).await
                        }
                    }
                })
                .await;
                telemetry::statement(asked.elapsed(), rows.is_ok());
                rows
            }

            /// The first row, if any.
            pub(in crate::store) async fn first<T: RowValue>(
                $self: $this,
                sql: &'static str,
                values: Values<'_>,
            ) -> Result<Option<T>> {
                Ok($self.all(sql, values).await?.into_iter().next())
            }

            /// The one row, which has to be there.
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

reading!(Db, self: &Self, Self::Sqlite(file) => &file.read, Self::Postgres(server) => &server.pool);
reading!(Tx, self: &mut Self, Self::Sqlite(tx) => &mut **tx, Self::Postgres(tx) => &mut **tx);

impl Db {
    /// Every row. Asked again when the connection turns out to be cut: reading twice is reading.
    pub(in crate::store) async fn all<T: RowValue>(&self, sql: &'static str, values: Values<'_>) -> Result<Vec<T>> {
        match (self.ask(sql, values).await, self) {
            (Err(fault), Self::Postgres(server)) if server.is_cut(&fault) => self.ask(sql, values).await,
            (rows, _) => rows,
        }
    }
}

impl Tx {
    /// Every row.
    pub(in crate::store) async fn all<T: RowValue>(&mut self, sql: &'static str, values: Values<'_>) -> Result<Vec<T>> {
        self.ask(sql, values).await
    }

    /// The number of rows changed. Only a transaction writes, and only the writer has one.
    pub(in crate::store) async fn run(&mut self, sql: &'static str, values: Values<'_>) -> Result<u64> {
        let asked = Instant::now();
        let changed = match self {
            Self::Sqlite(tx) => {
                let query = sqlx::query_with(sql, bound(values, |v, to| v.to_sqlite(to))?);
                query.execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            Self::Postgres(tx) => {
                let query = sqlx::query_with(sql, bound(values, |v, to| v.to_postgres(to))?);
                query.execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        };
        telemetry::statement(asked.elapsed(), changed.is_ok());
        changed
    }
}

impl Db {
    /// Connects and migrates. A URL that does not begin with `sqlite:` is of Postgres.
    pub(in crate::store) async fn connect(url: &str) -> Result<Self> {
        if !url.starts_with("sqlite:") {
            // On a connection of its own, without a limit of time: an index on a large table takes a while.
            let mut connection = PgConnection::connect(url).await?;
            migrations::for_postgres().run(&mut connection).await?;
            connection.close().await?;
            return PostgresPools::open(url.parse()?).await.map(Self::Postgres);
        }
        SqlitePools::open(url.parse()?).await.map(Self::Sqlite)
    }

    /// Brings the file itself up to date with what was committed; a server does so by itself.
    pub(in crate::store) async fn checkpoint(&self) -> Result<()> {
        match self {
            Self::Sqlite(file) => file.checkpoint().await,
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Begins a writing transaction. Only the writer does: a transaction never lives in a request's future.
    pub(in crate::store) async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(file) => Tx::Sqlite(file.write.begin_with("begin immediate").await?),
            Self::Postgres(server) => Tx::Postgres(server.begin().await?),
        })
    }

    /// The same database, for what must not wait behind everybody's work.
    pub(in crate::store) fn aside(&self) -> Self {
        match self {
            Self::Postgres(server) => Self::Postgres(server.aside()),
            Self::Sqlite(file) => Self::Sqlite(file.clone()),
        }
    }

    /// Whether no other instance can share it.
    pub(in crate::store) const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// What the other instances tell from here on; in SQLite there are none.
    pub(in crate::store) async fn listen(&self, channel: &str) -> Result<Option<PgListener>> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(server) => server.listen(channel).await.map(Some),
        }
    }

    /// Lets go of every connection, once the statements in hand are done.
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
    /// Makes it durable.
    pub(in crate::store) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }

    /// Undoes it. A connection that is gone has undone it already.
    pub(in crate::store) async fn rollback(self) {
        let undone = match self {
            Self::Sqlite(tx) => tx.rollback().await,
            Self::Postgres(tx) => tx.rollback().await,
        };
        if let Err(fault) = undone {
            tracing::debug!(%fault, "the rollback could not be sent");
        }
    }
}
