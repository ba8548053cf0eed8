//! A lone sign-in has nobody to share a commit with. Batching must not make it wait.
//!
//! Its expected cost is that of its writes as a plain transaction plus that of HTTP, each measured separately.

use std::time::{Duration, Instant};

use neuralbox_auth::model::crypto::rng;
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::hot_paths::load::{Load, Shape, Slice};
use crate::hot_paths::machine::{Core, pinned};
use crate::hot_paths::pairs::Spread;
use crate::hot_paths::place::Database;
use crate::hot_paths::rows::{PEOPLE, named};
use crate::hot_paths::seed::{Logins, Numbers, Who, known, lines_file};
use crate::hot_paths::service::{Service, now};
use crate::{Bench, Fault};

/// Rounds of floor, sign-in and plain transaction, a second each.
const ROUNDS: usize = 5;
/// More sign-ins than one connection makes in a second.
const ENOUGH: usize = 20_000;
/// Milliseconds that a lone sign-in may take longer than its parts.
const GOAL: f64 = 1.0;

/// Measures the row.
pub(crate) fn run(bench: &mut Bench, database: &Database, service: &Service, url: &str) -> Result<(), Fault> {
    let name = named("sign-in, lone", database);
    if !bench.wants(&name) {
        return Ok(());
    }
    let mut logins = Logins::of(&bench.telegram, Who::Returning(PEOPLE));
    let floor = Load { connections: 1, ..bench.floor.load(1) };
    let (mut floors, mut sign_ins, mut writes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        floors.push(floor.run(&bench.family())?);
        let lines = lines_file(bench.folder.path().join("lone"), &logins.next(ENOUGH))?;
        let target = service.target("/api/v2/auth/telegram");
        let load = Load { target, shape: Shape::Login, lines: Some(lines), ..floor.clone() };
        sign_ins.push(load.run(&bench.family())?);
        writes.push(plain_writes(url)?);
    }
    if sign_ins.iter().any(|slice| slice.refused > 0.0) {
        return Err(format!("{name}: some were refused").into());
    }
    let p50 = |slices: &[Slice]| slices.iter().map(|slice| slice.p50).collect::<Vec<_>>();
    let (floors, sign_ins) = (p50(&floors), p50(&sign_ins));
    let parts = floors.iter().zip(&writes).map(|(floor, writes)| floor + writes);
    let more = Spread::of(sign_ins.iter().zip(parts).map(|(whole, parts)| whole - parts).collect());
    let [floor, whole, writes] = [floors, sign_ins, writes].map(|values| Spread::of(values).median);
    let figure = format!(
        "{:+.2} [{:+.2}..{:+.2}] ms: p50 {whole:.2} ms, beside {writes:.2} for its writes alone and {floor:.2} for HTTP",
        more.median, more.low, more.high
    );
    bench.table.figure(&name, &figure, Some(("at most +1 ms", more.median <= GOAL)));
    Ok(())
}

/// The median of the same writes as a plain transaction, in milliseconds: by this program, on the service's core.
fn plain_writes(url: &str) -> Result<f64, Fault> {
    let ended = pinned(Core::Measured, std::env::current_exe()?).args(["write-sign-ins", url]).output()?;
    let said = String::from_utf8_lossy(&ended.stdout);
    said.trim()
        .parse()
        .map_err(|_| format!("the plain writes failed: {}", String::from_utf8_lossy(&ended.stderr)).into())
}

/// Writes sign-ins for a second, one transaction after another, and prints the median in milliseconds.
pub(crate) async fn write(url: &str) -> Result<(), Fault> {
    let took = if url.starts_with("sqlite:") { write_sqlite(url).await? } else { write_postgres(url).await? };
    println!("{}", Spread::of(took.iter().map(|took| took.as_secs_f64() * 1e3).collect()).median);
    Ok(())
}

/// Statements of a sign-in of a person with an account.
const USED: &str =
    "insert into used_login_signature (signature, expires_at) values ($1, $2) on conflict (signature) do nothing";
const FOUND: &str = "select a.id, a.name, a.plan, a.token_balance, i.label
                     from identity i join account a on a.id = i.account_id
                     where i.kind = 'telegram' and i.subject = $1";
const BEGUN: &str = "insert into session (account_id, device, network, created_at, last_seen_at, refresh_digest)
                     values ($1, 'unknown program', '127.0.0.0/24', $2, $2, $3) returning id";
const WRITTEN_DOWN: &str =
    "insert into account_activity (account_id, created_at, event, actor, device, network, session_id)
                            values ($1, $2, '{\"kind\":\"signed_in\",\"method\":\"widget\"}', 'person', 'unknown program',
                              '127.0.0.0/24', $3)";
const PLACE: &str = "insert into known_source (account_id, device, network, first_at)
                     values ($1, 'unknown program', '127.0.0.0/24', $2)
                     on conflict (account_id, device, network) do nothing";

/// The same lines for both databases, whose types differ.
macro_rules! write_sign_ins {
    ($connection:ident, $begin:expr) => {{
        let (rng, now, began) = (Numbers::from(usize::try_from(std::process::id())?), now(), Instant::now());
        let mut took = Vec::new();
        for n in 0.. {
            let asked = Instant::now();
            let mut tx = $begin;
            let signature = rng::bytes::<32>(&rng).to_vec();
            sqlx::query(USED).bind(&signature).bind(now + 86_400).execute(&mut *tx).await?;
            let subject = known(n % PEOPLE).id.to_string();
            let found: Vec<(i64, String, String, i64, Option<String>)> =
                sqlx::query_as(FOUND).bind(subject).fetch_all(&mut *tx).await?;
            let (account, ..) = found.first().ok_or("nobody is there")?;
            let begun = sqlx::query_as(BEGUN).bind(account).bind(now).bind(&signature);
            let begun: Vec<(i64,)> = begun.fetch_all(&mut *tx).await?;
            let (session,) = begun.first().ok_or("no session")?;
            sqlx::query(WRITTEN_DOWN).bind(account).bind(now).bind(session).execute(&mut *tx).await?;
            sqlx::query(PLACE).bind(account).bind(now).execute(&mut *tx).await?;
            tx.commit().await?;
            took.push(asked.elapsed());
            if began.elapsed() > Duration::from_secs(1) {
                break;
            }
        }
        Ok(took)
    }};
}

async fn write_sqlite(url: &str) -> Result<Vec<Duration>, Fault> {
    let mut connection = SqliteConnection::connect(url).await?;
    // The settings of the service.
    sqlx::raw_sql("pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 10000")
        .execute(&mut connection)
        .await?;
    write_sign_ins!(connection, connection.begin_with("begin immediate").await?)
}

async fn write_postgres(url: &str) -> Result<Vec<Duration>, Fault> {
    let mut connection = PgConnection::connect(url).await?;
    write_sign_ins!(connection, connection.begin().await?)
}
