//! Databases to measure on: a SQLite file, and one on a Postgres server.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::Fault;
use crate::hot_paths::machine::{Core, find, free_port, pinned};
use crate::hot_paths::service::pause;

/// Database of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    /// SQLite file.
    Sqlite,
    /// Postgres server with this URL.
    Postgres(String),
}

/// An empty database, and its `DATABASE_URL`.
pub(crate) struct Place {
    /// `DATABASE_URL`.
    pub(crate) url: String,
    /// Postgres server and the name of the database there.
    on: Option<(String, String)>,
}

impl Database {
    /// Name in the rows.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "Postgres",
        }
    }

    /// Creates an empty database.
    pub(crate) async fn make(&self, folder: &Path, name: &str) -> Result<Place, Fault> {
        let Self::Postgres(server) = self else {
            return Ok(Place { url: format!("sqlite://{}/{name}.db", folder.display()), on: None });
        };
        let name = format!("neuralbox_{name}_{}", std::process::id());
        run(server, format!("create database {name}")).await?;
        let mut url = url::Url::parse(server)?;
        url.set_path(&name);
        Ok(Place { url: url.into(), on: Some((server.clone(), name)) })
    }
}

impl Place {
    /// Drops the database from a server that continues to run.
    pub(crate) async fn clear(self) -> Result<(), Fault> {
        match self.on {
            Some((server, name)) => run(&server, format!("drop database {name} with (force)")).await,
            None => Ok(()),
        }
    }
}

async fn run(server: &str, statement: String) -> Result<(), Fault> {
    PgConnection::connect(server).await?.execute(AssertSqlSafe(statement)).await?;
    Ok(())
}

/// A Postgres server.
pub(crate) struct Postgres {
    /// Its URL.
    pub(crate) url: String,
    /// Our own server: on the other core, and ended with this process.
    ours: Option<Child>,
}

impl Postgres {
    /// The server of `TEST_POSTGRES_URL`, else one of our own; none if Postgres is not installed.
    #[expect(clippy::disallowed_methods, reason = "the bench learns of a server as the tests do")]
    pub(crate) async fn find_or_start(folder: &Path) -> Result<Option<Self>, Fault> {
        if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
            return Ok(Some(Self { url, ours: None }));
        }
        let Some(programs) = programs() else { return Ok(None) };
        let server = Self::start(folder, &programs)?;
        for _ in 0..200 {
            if PgConnection::connect(&server.url).await.is_ok() {
                return Ok(Some(server));
            }
            pause().await;
        }
        Err(format!("Postgres does not answer: {}", fs::read_to_string(folder.join("postgres.log"))?).into())
    }

    /// Starts a server with the default settings, which are durable.
    fn start(folder: &Path, programs: &Path) -> Result<Self, Fault> {
        let home = folder.join("postgres");
        fs::create_dir(&home)?;
        // Postgres refuses to run as root.
        let root = fs::metadata("/proc/self")?.uid() == 0;
        if root {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
            Command::new("chown").arg("postgres").arg(&home).status()?;
        }
        let program = |name: &str| {
            // Fast shutdown if this process ends first.
            let mut command = pinned(Core::Rest, "setpriv");
            command.args(["--pdeathsig", "INT"]);
            if root {
                command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
            }
            command.arg(programs.join(name)).current_dir(&home).stdin(Stdio::null());
            command
        };
        let data = home.join("data");
        let made =
            program("initdb").arg("-D").arg(&data).args(["-U", "postgres", "-A", "trust", "-E", "UTF8"]).output()?;
        if !made.status.success() {
            return Err(format!("initdb: {}", String::from_utf8_lossy(&made.stderr)).into());
        }
        let port = free_port()?.to_string();
        let log = fs::File::create(folder.join("postgres.log"))?;
        let server = program("postgres")
            .arg("-D")
            .arg(&data)
            .args(["-h", "127.0.0.1", "-p", &port, "-k", ""])
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        Ok(Self { url: format!("postgres://postgres@127.0.0.1:{port}/postgres"), ours: Some(server) })
    }

    /// Process id of our own server.
    pub(crate) fn process(&self) -> Option<u32> {
        self.ours.as_ref().map(Child::id)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(server) = &mut self.ours {
            // Fast shutdown: sessions are cut, and nothing remains.
            let _ = Command::new("kill").args(["-s", "INT", &server.id().to_string()]).status();
            let _ = server.wait();
        }
    }
}

/// The folder of Postgres' programs, of the newest version that is installed.
fn programs() -> Option<PathBuf> {
    let named = find("initdb").and_then(|file| file.parent().map(Path::to_path_buf));
    let version = |folder: &PathBuf| folder.file_name()?.to_str()?.parse::<u32>().ok();
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path());
    named.or_else(|| {
        let newest = installed.filter(|folder| folder.join("bin/initdb").is_file()).max_by_key(version);
        newest.map(|folder| folder.join("bin"))
    })
}
