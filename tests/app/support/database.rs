//! A database for one test.
//!
//! Migrating Postgres takes longer than most tests. So a template database is migrated once, and each test gets a copy.

use neuralbox_auth::model::crypto::rng;
use neuralbox_auth::model::crypto::rng::SystemRng;
use neuralbox_auth::store::Store;
use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

/// Migrations of the template. The program embeds the same ones and applies any that a copy lacks.
static MIGRATIONS: Migrator = sqlx::migrate!();
/// SQLSTATE `invalid_catalog_name`: the template does not exist.
const NO_SUCH_DATABASE: &str = "3D000";

/// Database system of a test.
#[derive(Clone, Copy, Debug)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// Location of a test's database.
pub enum Place {
    Sqlite { url: String, _folder: TempDir },
    Postgres { url: String, name: String },
}

impl Database {
    /// Creates a database. Postgres has every table; for SQLite, the file does not exist yet.
    pub async fn make(self) -> Place {
        match self {
            Self::Sqlite => self.make_empty().await,
            Self::Postgres => make_copy().await,
        }
    }

    /// Creates a database without tables, as an operator does before the first start.
    pub async fn make_empty(self) -> Place {
        match self {
            Self::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}", folder.path().join("test.db").display());
                Place::Sqlite { url, _folder: folder }
            }
            Self::Postgres => {
                let name = new_name();
                run(&mut connect().await, &format!("create database {name}")).await.expect("creating a database");
                Place::Postgres { url: url_of(&name), name }
            }
        }
    }
}

impl Place {
    /// Value of `DATABASE_URL`.
    pub fn url(&self) -> &str {
        match self {
            Self::Sqlite { url, .. } | Self::Postgres { url, .. } => url,
        }
    }

    /// Drops the database.
    pub async fn clear(self) {
        if let Self::Postgres { name, .. } = self {
            let statement = format!("drop database {name} with (force)");
            run(&mut connect().await, &statement).await.expect("dropping the database");
        }
    }
}

/// URL of the Postgres server for test databases. Panics without a server: Postgres tests are never skipped.
#[expect(clippy::disallowed_methods, reason = "the environment names the Postgres server")]
fn server() -> String {
    std::env::var("TEST_POSTGRES_URL")
        .expect("TEST_POSTGRES_URL must name a Postgres server for databases of tests; scripts/test starts one")
}

async fn connect() -> PgConnection {
    PgConnection::connect(&server()).await.expect("TEST_POSTGRES_URL should name a running Postgres server")
}

async fn run(connection: &mut PgConnection, statement: &str) -> sqlx::Result<()> {
    connection.execute(AssertSqlSafe(statement.to_owned())).await.map(drop)
}

fn new_name() -> String {
    format!("neuralbox_test_{}", hex::encode(rng::bytes::<8>(&SystemRng)))
}

fn url_of(database: &str) -> String {
    let mut url = url::Url::parse(&server()).expect("TEST_POSTGRES_URL should be a URL");
    url.set_path(database);
    url.to_string()
}

/// Copies the template, and creates the template first if it is missing.
async fn make_copy() -> Place {
    let (mut connection, name, template) = (connect().await, new_name(), template());
    let copy = format!("create database {name} template {template}");
    let mut made = run(&mut connection, &copy).await;
    if is_missing(&made) {
        make_template(&mut connection, &template).await;
        made = run(&mut connection, &copy).await;
    }
    made.expect("copying the template");
    Place::Postgres { url: url_of(&name), name }
}

fn is_missing(made: &sqlx::Result<()>) -> bool {
    let fault = made.as_ref().err().and_then(sqlx::Error::as_database_error);
    fault.is_some_and(|fault| fault.code().as_deref() == Some(NO_SUCH_DATABASE))
}

/// Migrates a database and then renames it to the template's name. An advisory lock lets one process do so while the
/// others wait. The lock ends with its connection, so a killed process blocks nobody. Later runs reuse it.
async fn make_template(connection: &mut PgConnection, template: &str) {
    let lock = "select pg_advisory_lock(hashtext($1))";
    sqlx::query(lock).bind(template).execute(&mut *connection).await.expect("taking the lock");
    let exists = "select exists (select from pg_database where datname = $1)";
    let (exists,): (bool,) = sqlx::query_as(exists).bind(template).fetch_one(&mut *connection).await.unwrap();
    if !exists {
        let Place::Postgres { url, name } = Database::Postgres.make_empty().await else { unreachable!() };
        Store::open(&url).await.expect("migrating the template").close().await;
        // Postgres refuses to copy a database with open connections.
        run(connection, &format!("alter database {name} with allow_connections false")).await.unwrap();
        run(connection, &format!("alter database {name} rename to {template}")).await.expect("renaming the template");
    }
    let unlock = "select pg_advisory_unlock(hashtext($1))";
    sqlx::query(unlock).bind(template).execute(&mut *connection).await.expect("releasing the lock");
}

/// Name of the template. Contains a hash of the migrations, so changed migrations get another template.
fn template() -> String {
    let mut hash = Sha256::new();
    for migration in MIGRATIONS.iter() {
        hash.update(migration.version.to_be_bytes());
        hash.update(migration.description.as_bytes());
        hash.update(&migration.checksum);
    }
    format!("neuralbox_template_{}", hex::encode(&hash.finalize()[..8]))
}
