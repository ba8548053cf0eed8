//! The file of SQLite.
//!
//! It has one writer at a time, so it gets one writing connection to queue for. What is committed goes to a log beside the
//! file first (WAL). Copying it into the file takes a while, so a connection of its own does that while others go on writing.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Result};

use crate::store::engine::migrations;
use crate::store::engine::postgres::ACQUIRE_TIMEOUT;

/// How often a locked file is tried again when it is opened, every 100 ms.
const OPEN_ATTEMPTS: u32 = 100;
/// Pages of 4 KiB in the log at which the writer itself stops to copy it, should nobody else have done so.
const WAL_AUTOCHECKPOINT_PAGES: &str = "50000";
/// How often copying is tried again at once, because more was written meanwhile. Only a log that is copied to its end is
/// begun anew, and each time there is less to copy.
const CHECKPOINT_ATTEMPTS: usize = 4;

/// Connections to a file.
#[derive(Clone, Debug)]
pub(in crate::store) struct SqlitePools {
    /// Those that cannot write.
    pub(in crate::store) read: SqlitePool,
    /// The one that can.
    pub(in crate::store) write: SqlitePool,
    fold: SqlitePool,
}

impl SqlitePools {
    /// Opens it, makes it if it is not there, and migrates it.
    pub(in crate::store) async fn open(options: SqliteConnectOptions) -> Result<Self> {
        // While another instance turns the same new file to WAL, SQLite says "locked" without waiting.
        let mut left = OPEN_ATTEMPTS;
        loop {
            left -= 1;
            match Self::try_open(options.clone()).await {
                Err(sqlx::Error::Database(fault)) if left > 0 && fault.code().as_deref() == Some("5") => pause().await,
                opened => return opened,
            }
        }
    }

    async fn try_open(options: SqliteConnectOptions) -> Result<Self> {
        make_private(options.get_filename()).map_err(sqlx::Error::Io)?;
        let options = options
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10)) // for another process, such as a backup
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full) // what was answered survives a power cut
            .pragma("temp_store", "memory") // a statement that may have to be undone would make a file for that
            .pragma("wal_autocheckpoint", WAL_AUTOCHECKPOINT_PAGES);
        let pool = || {
            SqlitePoolOptions::new()
                .test_before_acquire(false)
                .idle_timeout(None)
                .max_lifetime(None)
                .acquire_timeout(ACQUIRE_TIMEOUT)
        };
        let write = pool()
            .max_connections(1)
            // After a disk error SQLite has ended the transaction itself, and sqlx believes it open for ever.
            .after_release(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_with(options.clone())
            .await?;
        let small = options.pragma("cache_size", "-500");
        let fold = pool().max_connections(1).connect_lazy_with(small.clone());
        let read = pool().max_connections(readers()).connect_with(small.pragma("query_only", "ON")).await?;
        let mut tx = write.begin_with("begin immediate").await?; // the lock that sqlx takes in Postgres only
        migrations::for_sqlite().run(&mut *tx).await?;
        tx.commit().await?;
        Ok(Self { read, write, fold })
    }

    /// Copies the log into the file, as far as nobody who reads still needs it.
    pub(in crate::store) async fn checkpoint(&self) -> Result<()> {
        for _ in 0..CHECKPOINT_ATTEMPTS {
            let (_, logged, copied): (i64, i64, i64) =
                sqlx::query_as("pragma wal_checkpoint(passive)").fetch_one(&self.fold).await?;
            if copied >= logged {
                break;
            }
        }
        Ok(())
    }

    /// Lets go of every connection, once the statements in hand are done.
    pub(in crate::store) async fn close(&self) {
        self.read.close().await;
        self.fold.close().await;
        self.write.close().await;
    }
}

/// How many may read at a time: each connection holds a copy of the schema and pages of its own, a megabyte and a half.
fn readers() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    u32::try_from(2 * cores).unwrap_or(u32::MAX).clamp(3, 8)
}

#[expect(clippy::disallowed_methods, reason = "SQLite does not tell when the lock is gone")]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// Makes the folder and the file, readable by their owner only (SQLite gives its WAL the file's mode).
fn make_private(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(file)?;
    Ok(())
}
