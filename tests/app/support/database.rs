//! A database for one test.

use neuralbox_auth::model::crypto::rng;
use neuralbox_auth::model::crypto::rng::SystemRng;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

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
    /// Makes an empty one.
    pub async fn make(self) -> Place {
        match self {
            Self::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}", folder.path().join("test.db").display());
                Place::Sqlite { url, _folder: folder }
            }
            Self::Postgres => {
                let name = format!("neuralbox_test_{}", hex::encode(rng::bytes::<8>(&SystemRng)));
                run(&format!("create database {name}")).await;
                let mut url = url::Url::parse(&server()).expect("TEST_POSTGRES_URL to be a URL");
                url.set_path(&name);
                Place::Postgres { url: url.to_string(), name }
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
            run(&format!("drop database {name} with (force)")).await;
        }
    }
}

/// The server that tests make their databases on. Postgres is never skipped: without a server its tests fail.
#[expect(clippy::disallowed_methods, reason = "a test learns of its server as a program does")]
fn server() -> String {
    std::env::var("TEST_POSTGRES_URL")
        .expect("TEST_POSTGRES_URL must name a Postgres server on which databases may be made; scripts/test starts one")
}

async fn run(statement: &str) {
    let mut connection = PgConnection::connect(&server()).await.expect("the Postgres server of TEST_POSTGRES_URL");
    connection.execute(AssertSqlSafe(statement.to_owned())).await.expect("a database of our own");
}
