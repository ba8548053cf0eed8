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
pub mod list_page;
pub mod mail_queue;
pub mod notices;
pub mod oauth;
pub mod purge;
pub mod sessions;
pub mod sign_in;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinHandle;

use self::engine::connection_fault::{describe, is_pooled, is_read_only};
use self::engine::db::Db;
use self::engine::writer::{WriteHealth, Writer};

pub use self::engine::connection_fault::is_away;
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
    #[error("{}", describe(.0))]
    Database(#[from] sqlx::Error),
}

/// Reason the database is not ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseTrouble {
    /// It does not answer, or the latest write failed.
    Unavailable,
    /// It answers and takes no writes.
    ReadOnly,
    /// A pooler changes the server behind a connection.
    Pooled,
}

impl StoreError {
    /// Returns what the error says about the database.
    #[must_use]
    pub fn trouble(&self) -> DatabaseTrouble {
        match self {
            Self::Database(fault) if is_read_only(fault) => DatabaseTrouble::ReadOnly,
            Self::Database(fault) if is_pooled(fault) => DatabaseTrouble::Pooled,
            Self::Busy | Self::Database(_) => DatabaseTrouble::Unavailable,
        }
    }
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

    /// Fails if the database does not answer or takes no writes, or the latest write failed.
    pub async fn ping(&self) -> Result<()> {
        self.db.check().await?;
        Ok(self.health.check()?)
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
