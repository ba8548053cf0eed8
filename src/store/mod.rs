//! Floor 1, the store: every SQL text of the program, next to its values.
//!
//! Rules of the shared SQL subset, verified on both databases (`docs/decisions/0002-portable-sql.md`):
//! - lower case, `$1` placeholders, `bigint` Unix times from the clock, no `now()`; a read-only statement begins with
//!   `select`;
//! - `cast(sum(x) as bigint)`, `nulls last`, row values for keyset pages; no `for update`, `= any($1)`, constraint
//!   names or data-changing CTEs;
//! - never read, decide, write: one guarded `update … where … returning` decides;
//! - an effect that may happen only once carries a unique key, and the second attempt is a conflict, not an error;
//! - a list of rows is one parameter, a JSON text, read with `json_each` (and `unhex` for bytes);
//! - every write is a [`Write`] that the writer task runs; it makes no network call;
//! - a statement is a string literal, or a `concat!` of literals: the tests find and explain each one, and refuse a full
//!   scan of a growing table;
//! - a table that grows is listed in [`purge`] with its retention.

pub mod accounts;
pub mod admin;
pub mod api_keys;
pub mod billing;
pub mod bot_state;
pub mod broadcasts;
pub mod engine;
pub mod mail_queue;
pub mod notices;
pub mod purge;
pub mod sessions;
pub mod sign_in;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinHandle;

use self::engine::db::Db;
use self::engine::writer::{WriteHealth, Writer};

pub use self::engine::db::Tx;
pub use self::engine::queue::WriteLane;
pub use self::engine::writer::Write;

/// Failure of a read or write.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The write queue is full, or the store is closing. Nothing was written.
    #[error("the store is busy")]
    Busy,
    /// The database failed or is unreachable.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Result of a read or write.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Handle to the database and its writer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    health: WriteHealth,
    writer: Arc<Mutex<Option<Writer>>>,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Store {
    /// Connects to the database of `url`, migrates it, and starts the writer. Several instances may start concurrently.
    pub async fn open(url: &str) -> Result<Self> {
        let db = Db::connect(url).await?;
        let health = WriteHealth::default();
        let (writer, task) = Writer::start(db.clone(), health.clone());
        Ok(Self { db, health, writer: Arc::new(Mutex::new(Some(writer))), task: Arc::new(Mutex::new(Some(task))) })
    }

    /// Runs a write and returns once it is durable.
    pub async fn write<W: Write>(&self, work: W) -> Result<W::Out> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        writer.ok_or(StoreError::Busy)?.write(work).await
    }

    /// Fails if the database does not answer or the latest write failed.
    pub async fn ping(&self) -> Result<()> {
        self.health.check()?;
        let _: (i64,) = self.db.one("select cast(1 as bigint)", &[]).await?;
        Ok(())
    }

    /// Copies SQLite's log into its file, so that the log does not grow. Does nothing on Postgres.
    pub async fn checkpoint(&self) -> Result<()> {
        Ok(self.db.checkpoint().await?)
    }

    /// Finishes queued writes and closes all connections. Later writes fail as busy.
    pub async fn close(&self) {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            // Joining fails only after a panic, which was already logged.
            let _ = task.await;
        }
        self.db.close().await;
    }
}

/// True if the database is unreachable or impaired, so that a retry may succeed. False if it rejected the statement.
#[must_use]
pub fn is_away(fault: &sqlx::Error) -> bool {
    match fault {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        // Postgres: 08 connection, 53 resources, 57 operator intervention.
        // SQLite: 5 busy, 6 locked, 10 I/O, 13 full, 14 can't open.
        sqlx::Error::Database(fault) => fault.code().is_some_and(|code| {
            // A statement timeout says nothing about other statements.
            let server =
                code.len() == 5 && code != "57014" && ["08", "53", "57"].iter().any(|class| code.starts_with(class));
            server || (code.len() < 5 && code.parse().is_ok_and(is_file_trouble))
        }),
        _ => false,
    }
}

/// True for a SQLite result code of that class. The low byte of an extended code is its primary code.
const fn is_file_trouble(code: u32) -> bool {
    matches!(code & 0xff, 5 | 6 | 10 | 13 | 14)
}
