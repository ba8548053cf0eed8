//! How a database is, before anybody works with it: for the operator, who wants to know and to change nothing.

use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Error, Result};

use crate::store::engine::migrations;

/// How long a server, or a locked file, is waited for.
const DATABASE_CHECK_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections to a server that an instance may take: those of the pool, those aside, and the line that news comes by.
const CONNECTIONS_PER_INSTANCE: i64 = 19;

/// How a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseStatus {
    /// The program and its version.
    pub program: String,
    /// How many changes of its tables are still to be made; the next start makes them.
    pub behind: usize,
    /// What keeps the service from working with it.
    pub faults: Vec<String>,
    /// What may go wrong with it.
    pub doubts: Vec<String>,
}

/// Looks at the database of `url`; `None` if it is a file that is not there yet. Changes nothing.
pub async fn check_database(url: &str) -> Result<Option<DatabaseStatus>> {
    let look = async {
        if url.starts_with("sqlite:") {
            check_file(url.parse()?).await
        } else {
            check_server(url.parse()?).await.map(Some)
        }
    };
    tokio::time::timeout(DATABASE_CHECK_TIMEOUT * 2, look).await.unwrap_or(Err(Error::PoolTimedOut))
}

async fn check_file(options: SqliteConnectOptions) -> Result<Option<DatabaseStatus>> {
    if !options.get_filename().try_exists()? {
        return Ok(None);
    }
    let mut file: SqliteConnection =
        options.create_if_missing(false).busy_timeout(DATABASE_CHECK_TIMEOUT).connect().await?;
    let (version,): (String,) = sqlx::query_as("select sqlite_version()").fetch_one(&mut file).await?;
    let sql = "select count(*) from sqlite_master where name = '_sqlx_migrations'";
    let (is_begun,): (i64,) = sqlx::query_as(sql).fetch_one(&mut file).await?;
    let done = if is_begun == 0 { Vec::new() } else { sqlx::query_as(APPLIED_MIGRATIONS).fetch_all(&mut file).await? };
    let (behind, mut faults) = compare(&migrations::for_sqlite(), &done);
    if let Err(fault) = sqlx::raw_sql("begin immediate; rollback").execute(&mut file).await {
        faults.push(format!("it cannot be written to: {fault}"));
    }
    let (check,): (String,) = sqlx::query_as("pragma quick_check(1)").fetch_one(&mut file).await?;
    if check != "ok" {
        faults.push(format!("the file is damaged: {check}"));
    }
    file.close().await?;
    Ok(Some(DatabaseStatus { program: format!("SQLite {version}"), behind, faults, doubts: Vec::new() }))
}

async fn check_server(options: PgConnectOptions) -> Result<DatabaseStatus> {
    let mut server: PgConnection = options.connect().await?;
    let sql = "select current_setting('server_version'), current_setting('transaction_read_only') = 'on',
                 current_setting('fsync') = 'on' and current_setting('synchronous_commit') <> 'off',
                 cast(current_setting('max_connections') as bigint), to_regclass('_sqlx_migrations') is not null";
    let (version, is_read_only, is_durable, connections, is_begun): (String, bool, bool, i64, bool) =
        sqlx::query_as(sql).fetch_one(&mut server).await?;
    let done = if is_begun { sqlx::query_as(APPLIED_MIGRATIONS).fetch_all(&mut server).await? } else { Vec::new() };
    server.close().await?;
    let (behind, mut faults) = compare(&migrations::for_postgres(), &done);
    if is_read_only {
        faults.push("it cannot be written to: it is read only, as a standby is".to_owned());
    }
    let mut doubts = Vec::new();
    if !is_durable {
        doubts
            .push("fsync or synchronous_commit is off: what was answered can be lost when the power fails".to_owned());
    }
    if connections < CONNECTIONS_PER_INSTANCE {
        doubts.push(format!("max_connections is {connections}, and an instance may take {CONNECTIONS_PER_INSTANCE}"));
    }
    Ok(DatabaseStatus { program: format!("Postgres {version}"), behind, faults, doubts })
}

/// Changes of the tables that were made.
const APPLIED_MIGRATIONS: &str = "select version, success from _sqlx_migrations order by version";

/// How many changes are still to be made, and what those that were made say against this program.
fn compare(ours: &Migrator, done: &[(i64, bool)]) -> (usize, Vec<String>) {
    let is_done = |version: i64| done.iter().any(|(made, _)| *made == version);
    let behind = ours.iter().filter(|ours| !is_done(ours.version)).count();
    let newer = done.iter().any(|(made, _)| ours.iter().all(|ours| ours.version != *made));
    let failed = done.iter().any(|(_, success)| !success);
    let newer = newer.then(|| "a newer version of this program has changed its tables".to_owned());
    let failed = failed.then(|| "a change of its tables was cut off".to_owned());
    (behind, newer.into_iter().chain(failed).collect())
}
