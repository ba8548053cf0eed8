//! Connections to an SQLite file.
//!
//! SQLite allows one writer, so there is one write connection. Commits go to a log next to the file first (WAL).
//! Copying the log into the file takes a while; a separate connection does that while writes continue.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Result};

use crate::store::engine::migrations;
use crate::store::engine::postgres::ACQUIRE_TIMEOUT;

/// Number of attempts to open a locked file, 100 ms apart.
const OPEN_ATTEMPTS: u32 = 100;
/// Log size in pages of 4 KiB at which the writer itself copies the log, in case no checkpoint has.
const WAL_AUTOCHECKPOINT_PAGES: &str = "50000";
/// Number of passes of a checkpoint. SQLite restarts the log only once it is copied completely, and writes during one
/// pass need another, shorter one.
const CHECKPOINT_ATTEMPTS: usize = 4;

/// Connection pools to an SQLite file.
#[derive(Clone, Debug)]
pub(in crate::store) struct SqlitePools {
    /// Read-only connections.
    pub(in crate::store) read: SqlitePool,
    /// The write connection.
    pub(in crate::store) write: SqlitePool,
    fold: SqlitePool,
}

impl SqlitePools {
    /// Opens and migrates the file, creating it if missing.
    pub(in crate::store) async fn open(options: SqliteConnectOptions) -> Result<Self> {
        // While another instance switches a new file to WAL, SQLite reports "locked" without waiting.
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
            .synchronous(SqliteSynchronous::Full) // an acknowledged write survives a power cut
            .pragma("temp_store", "memory") // statement journals need no file
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
            // After a disk error SQLite has ended the transaction, but sqlx still considers it open.
            .after_release(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_with(options.clone())
            .await?;
        let small = options.pragma("cache_size", "-500");
        let fold = pool().max_connections(1).connect_lazy_with(small.clone());
        let read = pool().max_connections(readers()).connect_with(small.pragma("query_only", "ON")).await?;
        let mut tx = write.begin_with("begin immediate").await?; // sqlx locks migrations on Postgres only
        migrations::for_sqlite().run(&mut *tx).await?;
        tx.commit().await?;
        Ok(Self { read, write, fold })
    }

    /// Copies the log into the file, up to the oldest page that a reader still needs.
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

    /// Closes all connections once their statements have finished.
    pub(in crate::store) async fn close(&self) {
        self.read.close().await;
        self.fold.close().await;
        self.write.close().await;
    }
}

/// Number of read connections. Each takes about 1.5 MB for its copy of the schema and its page cache.
fn readers() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    u32::try_from(2 * cores).unwrap_or(u32::MAX).clamp(3, 8)
}

#[expect(clippy::disallowed_methods, reason = "SQLite does not notify when a lock is released")]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// Creates folder and file, accessible by their owner only. SQLite gives its WAL the mode of the file.
fn make_private(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(file)?;
    Ok(())
}
