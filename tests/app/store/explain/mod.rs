//! No statement of the store reads a growing table from end to end.
//!
//! SQLite says how it would run each statement. Postgres decides by the size of its tables, which are empty here: so it is told
//! to avoid full scans at any cost, and to join by look-ups. If it still reads a whole table, it has no index for the statement.

mod source;

use neuralbox_auth::store::Store;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};

use self::source::{Statement, statements, tables};
use crate::support::Database;

/// Tables that stay small, and why.
const SMALL: [(&str, &str); 4] = [
    ("parked_update", "updates that are being handled"),
    ("send_pace", "one row per channel"),
    ("oauth_client", "registered by admins, one by one"),
    ("oauth_key", "a few for each algorithm"),
];

/// Parts of statements that may read a whole table, and why.
const ALLOWED: [(&str, &str); 3] = [
    ("as newcomers", "statistics, when an admin asks for them"),
    ("select plan, count(*) from", "statistics, when an admin asks for them"),
    ("select count(*) from api_key where revoked_at is null", "the size of the key cache, once at the start"),
];

/// Only a function of Postgres makes it: SQLite has no other instance to notify.
const POSTGRES_ONLY: &str = "pg_notify";

/// Settings under which a plan shows if a statement can do without a full scan. An empty index is as cheap to read whole as to
/// search, so the tables with a choice of them get rows.
const AVOID_SCANS: &str = "
    set plan_cache_mode = force_generic_plan;
    set enable_seqscan = off;
    set enable_hashjoin = off;
    set enable_mergejoin = off;
    insert into account (name, plan, created_at, plan_until, deletion_due_at, merged_into)
      select 'Ivan', 'free', 1, n, n, n from generate_series(1, 5000) as n;
    insert into api_key (account_id, name, folded_name, digest, masked, created_at)
      select n % 5000 + 1, 'key ' || n, 'key ' || n, unhex(md5('' || n)), '', 1 from generate_series(1, 10000) as n;
    insert into oauth_grant (account_id, client_id, sub, scopes, is_offline, auth_time, amr, device, network, created_at, last_used_at)
      select n % 5000 + 1, 'c_' || n % 10, '', '', true, 1, '', '', '', 1, 1 from generate_series(1, 10000) as n;
    analyze account, api_key, oauth_grant";

#[test]
fn every_statement_is_found() {
    let found = statements();
    assert!(found.len() > 150, "{}", found.len());
    let has = |sql: &str| found.iter().any(|statement| statement.sql.contains(sql));
    assert!(has("delete from notice where (id) in (select id from notice where created_at >= $2"), "of a macro");
    assert!(has("where id in ($1)") && has("created_at) values ($1, $2, $3, $4, $5, $6, $7)"), "of a list");
}

#[tokio::test]
async fn sqlite_searches_by_an_index() {
    let place = Database::Sqlite.make().await;
    Store::open(place.url()).await.unwrap().close().await;
    let mut connection = SqliteConnection::connect(place.url()).await.unwrap();
    let mut scans = Vec::new();
    for statement in statements().into_iter().filter(|statement| !statement.sql.contains(POSTGRES_ONLY)) {
        let explain = AssertSqlSafe(format!("explain query plan {}", statement.sql));
        let plan = sqlx::raw_sql(explain).fetch_all(&mut connection).await;
        let plan = plan.unwrap_or_else(|fault| panic!("{fault}: {statement:#?}"));
        let lines: Vec<String> = plan.iter().map(|row| row.get("detail")).collect();
        let read_whole = lines.iter().filter_map(|line| line.strip_prefix("SCAN ")?.split(' ').next());
        scans.extend(not_allowed(&statement, read_whole.map(ToOwned::to_owned), &lines));
    }
    place.clear().await;
    assert!(scans.is_empty(), "{}", scans.join("\n\n"));
}

#[tokio::test]
async fn postgres_searches_by_an_index() {
    let place = Database::Postgres.make().await;
    let mut connection = PgConnection::connect(place.url()).await.unwrap();
    sqlx::raw_sql(AVOID_SCANS).execute(&mut connection).await.unwrap();
    let mut scans = Vec::new();
    for (statement, number) in statements().into_iter().zip(1..) {
        let lines = plan_of(&statement, number, &mut connection).await;
        scans.extend(not_allowed(&statement, scanned(&lines).into_iter(), &lines));
    }
    connection.close().await.unwrap();
    place.clear().await;
    assert!(scans.is_empty(), "{}", scans.join("\n\n"));
}

async fn plan_of(statement: &Statement, number: usize, connection: &mut PgConnection) -> Vec<String> {
    let sql = &statement.sql;
    let parameters = (1..=20).filter(|number| sql.contains(&format!("${number}"))).max().unwrap_or(0);
    let nulls = vec!["null"; parameters].join(", ");
    let values = if nulls.is_empty() { String::new() } else { format!("({nulls})") };
    let prepare = AssertSqlSafe(format!("prepare s{number} as {sql}"));
    let prepared = sqlx::raw_sql(prepare).execute(&mut *connection).await;
    prepared.unwrap_or_else(|fault| panic!("{fault}: {statement:#?}"));
    let explain = AssertSqlSafe(format!("explain (costs off) execute s{number}{values}"));
    let plan = sqlx::raw_sql(explain).fetch_all(connection).await;
    plan.unwrap_or_else(|fault| panic!("{fault}: {statement:#?}")).iter().map(|row| row.get(0)).collect()
}

/// The tables that a plan of Postgres reads whole: by no index, or by all of one.
fn scanned(plan: &[String]) -> Vec<String> {
    let mut tables = Vec::new();
    for (index, line) in plan.iter().enumerate() {
        let table = line.split_once(" on ").map(|(_, rest)| rest.split(' ').next().unwrap_or_default().to_owned());
        let details = || {
            plan[index + 1..].iter().take_while(|line| !line.trim_start().starts_with("->") && !line.contains("Plan "))
        };
        if line.contains("Seq Scan on ") {
            tables.extend(table);
        } else if line.contains("Index Scan") || line.contains("Index Only Scan") {
            let is_search = details().any(|line| line.trim_start().starts_with("Index Cond"));
            tables.extend(table.filter(|_| !is_search));
        }
    }
    tables
}

/// What to report of a statement that reads these tables (or their aliases) whole.
fn not_allowed(statement: &Statement, read_whole: impl Iterator<Item = String>, plan: &[String]) -> Option<String> {
    let Statement { file, sql } = statement;
    let is_allowed = ALLOWED.iter().any(|(part, _)| sql.contains(part));
    let tables = tables();
    let is_growing = |table: &String| tables.contains(table) && SMALL.iter().all(|(small, _)| table != small);
    let growing: Vec<String> = read_whole.map(|name| table_of(sql, &name)).filter(is_growing).collect();
    let is_refused = !is_allowed && !growing.is_empty();
    is_refused.then(|| format!("{file} reads {growing:?} whole:\n{sql}\n{}", plan.join("\n")))
}

/// The table that a statement calls by that name or alias.
fn table_of(sql: &str, name: &str) -> String {
    let words: Vec<&str> =
        sql.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let introduces = |word: &str| matches!(word, "from" | "join" | "into" | "update");
    let alias = words
        .windows(4)
        .find(|words| introduces(words[0]) && (words[2] == name || (words[2] == "as" && words[3] == name)));
    alias.map_or(name, |words| words[1]).to_owned()
}
