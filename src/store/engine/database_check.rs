//! Database check for the operator: condition and pending migrations. Changes nothing.

use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Error, Result};

use crate::store::engine::{database_url, migrations, pooler};

pub use crate::store::engine::connection_fault::describe;

/// Maximum wait for a server or a locked file.
const DATABASE_CHECK_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum number of connections of one instance: the pool, the priority pool, and the change feed.
const CONNECTIONS_PER_INSTANCE: i64 = 19;

/// Condition of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseStatus {
    /// Name and version of the database software.
    pub program: String,
    /// Number of pending migrations; the next start runs them.
    pub behind: usize,
    /// Problems that prevent the service from running.
    pub faults: Vec<String>,
    /// Risks that do not prevent the service from running.
    pub doubts: Vec<String>,
}

/// Checks the database of `url`; `None` if it is an SQLite file that does not exist yet.
pub async fn check_database(url: &str) -> Result<Option<DatabaseStatus>> {
    let look = async {
        if url.starts_with("sqlite:") {
            check_file(database_url::sqlite(url)?).await
        } else {
            check_server(database_url::postgres(url)?).await.map(Some)
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
        faults.push(format!("not writable: {fault}"));
    }
    let (check,): (String,) = sqlx::query_as("pragma quick_check(1)").fetch_one(&mut file).await?;
    if check != "ok" {
        faults.push(format!("damaged file: {check}"));
    }
    file.close().await?;
    Ok(Some(DatabaseStatus { program: format!("SQLite {version}"), behind, faults, doubts: Vec::new() }))
}

async fn check_server(options: PgConnectOptions) -> Result<DatabaseStatus> {
    pooler::refuse_changing_servers(&options).await?;
    let mut server: PgConnection = options.connect().await?;
    let sql = "select current_setting('server_version'), current_setting('transaction_read_only') = 'on',
                 current_setting('fsync') = 'on' and current_setting('synchronous_commit') <> 'off',
                 cast(current_setting('max_connections') as bigint), to_regclass('_sqlx_migrations') is not null,
                 coalesce(has_table_privilege(to_regclass('account'), 'insert')
                   and has_table_privilege(to_regclass('account'), 'update'), true)";
    let (version, is_read_only, is_durable, connections, is_begun, may_write): (String, bool, bool, i64, bool, bool) =
        sqlx::query_as(sql).fetch_one(&mut server).await?;
    let done = if is_begun { sqlx::query_as(APPLIED_MIGRATIONS).fetch_all(&mut server).await? } else { Vec::new() };
    server.close().await?;
    let (behind, mut faults) = compare(&migrations::for_postgres(), &done);
    if is_read_only {
        faults.push("not writable: the server is read-only, like a standby".to_owned());
    }
    if !may_write {
        faults.push("not writable: the role of DATABASE_URL may not change the tables".to_owned());
    }
    let mut doubts = Vec::new();
    if !is_durable {
        let doubt = "fsync or synchronous_commit is off: acknowledged writes can be lost in a power failure";
        doubts.push(doubt.to_owned());
    }
    if connections < CONNECTIONS_PER_INSTANCE {
        doubts.push(format!("max_connections is {connections}, but an instance may use {CONNECTIONS_PER_INSTANCE}"));
    }
    Ok(DatabaseStatus { program: format!("Postgres {version}"), behind, faults, doubts })
}

/// Reads the migrations that were applied.
const APPLIED_MIGRATIONS: &str = "select version, success from _sqlx_migrations order by version";

/// Counts pending migrations and lists problems with the applied ones.
fn compare(ours: &Migrator, done: &[(i64, bool)]) -> (usize, Vec<String>) {
    let is_done = |version: i64| done.iter().any(|(made, _)| *made == version);
    let behind = ours.iter().filter(|ours| !is_done(ours.version)).count();
    let newer = done.iter().any(|(made, _)| ours.iter().all(|ours| ours.version != *made));
    let failed = done.iter().any(|(_, success)| !success);
    let newer = newer.then(|| "a newer version of this program has migrated it".to_owned());
    let failed = failed.then(|| "a migration was interrupted".to_owned());
    (behind, newer.into_iter().chain(failed).collect())
}
