//! Floor 1, what we keep: every SQL text of the program, beside its values.
//!
//! Rules of the shared SQL subset, all tried on both databases (`docs/decisions/0002-portable-sql.md`):
//! - lower case, `$1` placeholders, `bigint` Unix times from the clock, no `now()`; a statement that only reads begins with
//!   `select`;
//! - `demo_people(sum(x) as bigint)`, `nulls last`, row values for keyset pages; no `for update`, `= any($1)`, constraint names or
//!   data-changing CTEs;
//! - never read, decide, write: one guarded `update … where … returning` decides;
//! - what may happen only once carries a unique key, and the second attempt is a conflict, not an error;
//! - a list of rows is one parameter, a JSON text, read with `json_each` (and `unhex` for bytes);
//! - every write is a [`Write`] that the writer's task runs; no network call inside it.

pub mod accounts;
pub mod admin;
pub mod api_keys;
pub mod billing;
pub mod bot_state;
pub mod broadcasts;
pub mod engine;
pub mod mail_queue;
pub mod notices;
pub mod sessions;
pub mod sign_in;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinHandle;

use self::engine::db::Db;
use self::engine::writer::{WriteHealth, Writer};

pub use self::engine::db::Tx;
pub use self::engine::writer::Write;

/// Why the store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// More work waits than the writer can do soon, or it is shutting down. Nothing was done.
    #[error("the store is busy")]
    Busy,
    /// The database failed or could not be reached.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// An answer of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Everything we keep. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    strength: WriteHealth,
    writer: Arc<Mutex<Option<Writer>>>,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Store {
    /// Connects to the database of `url`, migrates it, and starts the writer. Safe when several instances start together.
    pub async fn open(url: &str) -> Result<Self> {
        let db = Db::connect(url).await?;
        let strength = WriteHealth::default();
        let (writer, task) = Writer::start(db.clone(), strength.clone());
        Ok(Self { db, strength, writer: Arc::new(Mutex::new(Some(writer))), task: Arc::new(Mutex::new(Some(task))) })
    }

    /// Hands work to the writer; it is durable when this returns.
    pub async fn write<W: Write>(&self, work: W) -> Result<W::Out> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        writer.ok_or(StoreError::Busy)?.write(work).await
    }

    /// Whether the database answers, and took the latest write.
    pub async fn ping(&self) -> Result<()> {
        self.strength.check()?;
        let _: (i64,) = self.db.one("select cast(1 as bigint)", &[]).await?;
        Ok(())
    }

    /// Brings SQLite's file itself up to date with what was committed, so that its log does not grow.
    pub async fn checkpoint(&self) -> Result<()> {
        Ok(self.db.checkpoint().await?)
    }

    /// Finishes the work in hand and lets the database go. Later writes are refused as busy.
    pub async fn close(&self) {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            // It only fails if it panicked, which the panic has already said.
            let _ = task.await;
        }
        self.db.close().await;
    }
}

/// Whether the database could not be reached or could not do its work, rather than refused what it was asked: it may pass.
#[must_use]
pub fn is_away(fault: &sqlx::Error) -> bool {
    match fault {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        // Postgres: 08 connection, 53 resources, 57 operator intervention. SQLite: 5 busy, 6 locked, 10 I/O, 13 full, 14 can't open.
        sqlx::Error::Database(fault) => fault.code().is_some_and(|code| {
            // A statement that took too long says nothing of the others.
            let server =
                code.len() == 5 && code != "57014" && ["08", "53", "57"].iter().any(|class| code.starts_with(class));
            server || (code.len() < 5 && code.parse().is_ok_and(is_file_trouble))
        }),
        _ => false,
    }
}

/// Reads SQLite's result code; the low byte of an extended code is its primary code.
const fn is_file_trouble(code: u32) -> bool {
    matches!(code & 0xff, 5 | 6 | 10 | 13 | 14)
}
