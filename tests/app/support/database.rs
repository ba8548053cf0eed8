//! A database for one test.
//!
//! Migrating takes Postgres longer than most tests take. So one database is migrated, and each test gets a copy of it.

use neuralbox_auth::model::crypto::rng;
use neuralbox_auth::model::crypto::rng::SystemRng;
use neuralbox_auth::store::Store;
use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

/// What the template was migrated with. The program contains the same, and migrates what a copy may lack.
static MIGRATIONS: Migrator = sqlx::migrate!();
/// SQLSTATE `invalid_catalog_name`: the template does not exist.
const NO_SUCH_DATABASE: &str = "3D000";

/// Which database a test runs on.
#[derive(Clone, Copy, Debug)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// Where it is.
pub enum Place {
    Sqlite { url: String, _folder: TempDir },
    Postgres { url: String, name: String },
}

impl Database {
    /// Makes one: in Postgres with every table, in SQLite a file that does not exist yet.
    pub async fn make(self) -> Place {
        match self {
            Self::Sqlite => self.make_empty().await,
            Self::Postgres => make_copy().await,
        }
    }

    /// Makes one without tables, as the operator does before the first start.
    pub async fn make_empty(self) -> Place {
        match self {
            Self::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}", folder.path().join("test.db").display());
                Place::Sqlite { url, _folder: folder }
            }
            Self::Postgres => {
                let name = new_name();
                run(&mut connect().await, &format!("create database {name}")).await.expect("a database of our own");
                Place::Postgres { url: url_of(&name), name }
            }
        }
    }
}

impl Place {
    /// The `DATABASE_URL` of it.
    pub fn url(&self) -> &str {
        match self {
            Self::Sqlite { url, .. } | Self::Postgres { url, .. } => url,
        }
    }

    /// Takes it away.
    pub async fn clear(self) {
        if let Self::Postgres { name, .. } = self {
            let statement = format!("drop database {name} with (force)");
            run(&mut connect().await, &statement).await.expect("the database to go");
        }
    }
}

/// The server that tests make their databases on. Postgres is never skipped: without a server its tests fail.
#[expect(clippy::disallowed_methods, reason = "a test learns of its server as a program does")]
fn server() -> String {
    std::env::var("TEST_POSTGRES_URL")
        .expect("TEST_POSTGRES_URL must name a Postgres server on which databases may be made; scripts/test starts one")
}

async fn connect() -> PgConnection {
    PgConnection::connect(&server()).await.expect("the Postgres server of TEST_POSTGRES_URL")
}

async fn run(connection: &mut PgConnection, statement: &str) -> sqlx::Result<()> {
    connection.execute(AssertSqlSafe(statement.to_owned())).await.map(drop)
}

fn new_name() -> String {
    format!("neuralbox_test_{}", hex::encode(rng::bytes::<8>(&SystemRng)))
}

fn url_of(database: &str) -> String {
    let mut url = url::Url::parse(&server()).expect("TEST_POSTGRES_URL to be a URL");
    url.set_path(database);
    url.to_string()
}

/// Copies the template, and makes the template if it does not exist.
async fn make_copy() -> Place {
    let (mut connection, name, template) = (connect().await, new_name(), template());
    let copy = format!("create database {name} template {template}");
    let mut made = run(&mut connection, &copy).await;
    if is_missing(&made) {
        make_template(&mut connection, &template).await;
        made = run(&mut connection, &copy).await;
    }
    made.expect("a copy of the template");
    Place::Postgres { url: url_of(&name), name }
}

fn is_missing(made: &sqlx::Result<()>) -> bool {
    let fault = made.as_ref().err().and_then(sqlx::Error::as_database_error);
    fault.is_some_and(|fault| fault.code().as_deref() == Some(NO_SUCH_DATABASE))
}

/// Migrates a database and gives it the template's name once it is whole. One process does so, the others wait for it: the
/// lock ends with the connection, so a process that is killed holds up nobody. The template stays for the next run.
async fn make_template(connection: &mut PgConnection, template: &str) {
    let lock = "select pg_advisory_lock(hashtext($1))";
    sqlx::query(lock).bind(template).execute(&mut *connection).await.expect("the lock");
    let exists = "select exists (select from pg_database where datname = $1)";
    let (exists,): (bool,) = sqlx::query_as(exists).bind(template).fetch_one(&mut *connection).await.unwrap();
    if !exists {
        let Place::Postgres { url, name } = Database::Postgres.make_empty().await else { unreachable!() };
        Store::open(&url).await.expect("a database that can be migrated").close().await;
        // Postgres copies no database that somebody is connected to.
        run(connection, &format!("alter database {name} with allow_connections false")).await.unwrap();
        run(connection, &format!("alter database {name} rename to {template}")).await.expect("the template");
    }
    let unlock = "select pg_advisory_unlock(hashtext($1))";
    sqlx::query(unlock).bind(template).execute(&mut *connection).await.expect("the lock's end");
}

/// Named by what it was migrated with: other migrations have another template.
fn template() -> String {
    let mut hash = Sha256::new();
    for migration in MIGRATIONS.iter() {
        hash.update(migration.version.to_be_bytes());
        hash.update(migration.description.as_bytes());
        hash.update(&migration.checksum);
    }
    format!("neuralbox_template_{}", hex::encode(&hash.finalize()[..8]))
}
