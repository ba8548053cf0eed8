//! Database backup: a consistent copy in one file, taken while the service runs.
//!
//! For SQLite the copy is a database (`vacuum into`); for Postgres it is an archive of `pg_dump` for `pg_restore`. The
//! file appears under its name once it is complete and flushed to disk. It is readable by its owner only, and never
//! overwrites a file.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tempfile::NamedTempFile;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::store::engine::database_url;

/// Maximum wait for a locked file.
const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// SQLite steps between checks for an interrupt: some microseconds.
const INTERRUPT_CHECK_STEPS: i32 = 10_000;

/// Failure of a backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file of that name exists.
    #[error("already exists; a backup never overwrites a file")]
    Taken,
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] io::Error),
    /// The SQLite file does not exist.
    #[error("DATABASE_URL: the database does not exist")]
    NoDatabase,
    /// The URL is invalid, or the database cannot be read.
    #[error("DATABASE_URL: {0}")]
    Database(#[from] sqlx::Error),
    /// `pg_dump` could not be started.
    #[error("pg_dump could not be started ({0}); on Debian, install postgresql-client")]
    NoProgram(io::Error),
    /// `pg_dump` failed with this error output.
    #[error("pg_dump: {0}")]
    Dump(String),
    /// The backup was interrupted.
    #[error("interrupted; nothing was written")]
    Stopped,
    /// The copy failed its integrity check.
    #[error("the copy failed its integrity check: {0}")]
    Damaged(String),
}

/// Copies the database of `url` into a new file, unless interrupted by `stop`. Returns the size in bytes.
pub async fn back_up(url: &str, file: &Path, stop: &CancellationToken) -> Result<u64, BackupError> {
    if file.try_exists()? {
        return Err(BackupError::Taken);
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A folder of its own: SQLite puts a journal next to the file it writes.
    let part_folder = tempfile::Builder::new().prefix(".backup-").tempdir_in(folder)?;
    let part = NamedTempFile::new_in(part_folder.path())?;
    let copied = if url.starts_with("sqlite:") {
        copy(database_url::sqlite(url)?, part.path(), stop.clone()).await
    } else {
        stop.run_until_cancelled(dump(url, part.path())).await.unwrap_or(Err(BackupError::Stopped))
    };
    if stop.is_cancelled() {
        return Err(BackupError::Stopped);
    }
    copied.and_then(|()| publish(part, file, folder))
}

/// Flushes the copy to disk and gives it its final name.
fn publish(part: NamedTempFile, file: &Path, folder: &Path) -> Result<u64, BackupError> {
    part.as_file().sync_all()?;
    let bytes = part.as_file().metadata()?.len();
    part.persist_noclobber(file).map_err(|failed| match failed.error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Taken,
        _ => BackupError::File(failed.error),
    })?;
    std::fs::File::open(folder)?.sync_all()?;
    Ok(bytes)
}

/// Copies an SQLite file and checks the copy.
async fn copy(from: SqliteConnectOptions, to: &Path, stop: CancellationToken) -> Result<(), BackupError> {
    if !from.get_filename().try_exists()? {
        return Err(BackupError::NoDatabase);
    }
    let name =
        to.to_str().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the file name is not valid UTF-8"))?;
    let mut original = from.create_if_missing(false).busy_timeout(SQLITE_BUSY_TIMEOUT).connect().await?;
    original.lock_handle().await?.set_progress_handler(INTERRUPT_CHECK_STEPS, move || !stop.is_cancelled());
    sqlx::query("vacuum into $1").bind(name).execute(&mut original).await?;
    original.close().await?;
    let mut copy: SqliteConnection = SqliteConnectOptions::new().filename(to).read_only(true).connect().await?;
    let (check,): (String,) = sqlx::query_as("pragma quick_check(1)").fetch_one(&mut copy).await?;
    copy.close().await?;
    if check == "ok" { Ok(()) } else { Err(BackupError::Damaged(check)) }
}

/// Runs `pg_dump`. The password is passed in the environment, because any user can read the arguments of a process.
async fn dump(url: &str, to: &Path) -> Result<(), BackupError> {
    let (url, password) = for_libpq(url)?;
    let mut dump = Command::new("pg_dump");
    dump.args(["--format=custom", "--no-owner", "--no-password"]).arg("--file").arg(to).arg("--dbname").arg(url);
    dump.envs(password.map(|password| ("PGPASSWORD", password)));
    let ended = dump.stdin(Stdio::null()).kill_on_drop(true).output().await.map_err(BackupError::NoProgram)?;
    if ended.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&ended.stderr);
    Err(BackupError::Dump(stderr.trim().trim_start_matches("pg_dump: ").to_owned()))
}

/// Converts the URL for libpq, with the password split off.
fn for_libpq(url: &str) -> Result<(String, Option<String>), BackupError> {
    let wrong = |why: &str| BackupError::Database(sqlx::Error::Configuration(why.into()));
    let mut url = Url::parse(url).map_err(|fault| wrong(&fault.to_string()))?;
    let (known, passwords): (Vec<_>, Vec<_>) = url.query_pairs().into_owned().partition(|(name, _)| name != "password");
    let in_front = url.password().map(|word| percent_decode_str(word).decode_utf8_lossy().into_owned());
    let password = in_front.or_else(|| passwords.into_iter().map(|(_, word)| word).next_back());
    let known = known.into_iter().filter_map(|(name, value)| Some((libpq_name(&name)?.to_owned(), value)));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(known).finish();
    // libpq does not decode a plus as a space.
    let query = query.replace('+', "%20");
    url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
    if url.has_host() {
        url.set_password(None).map_err(|()| wrong("expected the name of a server"))?;
    }
    Ok((url.into(), password))
}

/// Returns the name that libpq gives a parameter; `None` if only sqlx knows it.
fn libpq_name(name: &str) -> Option<&str> {
    match name {
        "ssl-mode" => Some("sslmode"),
        "ssl-root-cert" | "ssl-ca" => Some("sslrootcert"),
        "ssl-cert" => Some("sslcert"),
        "ssl-key" => Some("sslkey"),
        name if name == "statement-cache-capacity" || name.starts_with("options[") => None,
        name => Some(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_becomes_an_argument() {
        for (url, plain, password) in [
            ("postgres://db.example/auth", "postgres://db.example/auth", None),
            ("postgres://ivan:a%2Fb@db.example:6432/auth", "postgres://ivan@db.example:6432/auth", Some("a/b")),
            (
                "postgres:///auth?host=/run/postgresql&password=word",
                "postgres:///auth?host=%2Frun%2Fpostgresql",
                Some("word"),
            ),
            (
                "postgres://ivan@db/auth?sslmode=require&statement-cache-capacity=10&options=-c%20a%3Db%2Bc",
                "postgres://ivan@db/auth?sslmode=require&options=-c%20a%3Db%2Bc",
                None,
            ),
            (
                "postgres://ivan@db/auth?ssl-mode=verify-ca&ssl-ca=a.pem&options[a]=b",
                "postgres://ivan@db/auth?sslmode=verify-ca&sslrootcert=a.pem",
                None,
            ),
        ] {
            assert_eq!(for_libpq(url).unwrap(), (plain.to_owned(), password.map(ToOwned::to_owned)));
        }
    }
}
