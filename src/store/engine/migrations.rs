//! Migrations, written once for Postgres and translated for SQLite.

use sqlx::migrate::{Migration, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Returns the migrations for Postgres.
pub(in crate::store) fn for_postgres() -> Migrator {
    all_but("_sqlite", |sql| sql)
}

/// Returns the migrations for SQLite.
pub(in crate::store) fn for_sqlite() -> Migrator {
    all_but("_postgres", in_sqlite)
}

/// Selects migrations by database. A file whose name ends in that of the other database is skipped.
fn all_but(skip: &str, translate: impl Fn(String) -> String) -> Migrator {
    let skip = skip.replace('_', " ");
    let ours = MIGRATIONS.iter().filter(|migration| !migration.description.ends_with(&skip));
    Migrator::with_migrations(
        ours.map(|m| {
            let sql = AssertSqlSafe(translate(m.sql.as_str().to_owned())).into_sql_str();
            Migration::new(m.version, m.description.clone(), m.migration_type, sql, m.no_tx)
        })
        .collect(),
    )
}

/// Translates types of Postgres to SQLite. Never change a line: sqlx identifies applied migrations by the hash of the
/// result.
fn in_sqlite(sql: String) -> String {
    [
        ("bigint generated always as identity", "integer"),
        ("bigint", "integer"),
        ("boolean", "integer"),
        ("bytea", "blob"),
        ("\n);", "\n) strict;"),
    ]
    .iter()
    .fold(sql, |sql, (from, to)| sql.replace(from, to))
}
