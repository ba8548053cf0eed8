//! Rows of a database: key verifications, sign-ins, refreshes.

use crate::hot_paths::load::{Load, Shape, Target};
use crate::hot_paths::lone;
use crate::hot_paths::pairs::Turns;
use crate::hot_paths::place::Database;
use crate::hot_paths::seed::{Logins, Seed, Who, lines_file, strange_keys};
use crate::hot_paths::service::{HUGE, Service, TINY, status_for};
use crate::hot_paths::table::Goal;
use crate::{Bench, Fault};

/// People with an account, on the plan whose limit is never reached.
pub(crate) const PEOPLE: usize = 20_000;
/// People of these with two keys each.
const WITH_KEYS: usize = 2_000;
/// People on the plan with a tiny limit, one key each.
const LIMITED: usize = 8;
/// Slices of a row much slower than the floor, and seconds of each.
const LONG: (usize, u64) = (4, 2);
/// Sign-ins or refreshes prepared for a slice; more than it sends.
const ENOUGH_A_SLICE: usize = 100_000;

/// The rows of a database.
const KINDS: [&str; 8] = [
    "verify, hit",
    "verify, miss",
    "verify, garbage",
    "verify, limited",
    "sign-in, returning",
    "sign-in, new",
    "refresh",
    "sign-in, lone",
];

/// Expected result of a verification.
struct Check {
    name: &'static str,
    keys: Vec<String>,
    status: u16,
    goal: Goal,
}

/// Measures the selected rows of a database.
pub(crate) async fn run(bench: &mut Bench, database: &Database) -> Result<(), Fault> {
    if !KINDS.iter().map(|kind| named(kind, database)).any(|name| bench.wants(&name)) {
        return Ok(());
    }
    let place = database.make(bench.folder.path(), "bench").await?;
    let outcome = rows(bench, database, &place.url).await;
    place.clear().await?;
    outcome
}

async fn rows(bench: &mut Bench, database: &Database, url: &str) -> Result<(), Fault> {
    Service::migrate(bench.folder.path(), &bench.telegram, url)?;
    let mut seed = Seed::open(url).await?;
    seed.people(HUGE, 0, PEOPLE).await?;
    seed.people(TINY, PEOPLE, LIMITED).await?;
    let good = seed.keys(0, WITH_KEYS, 2).await?;
    let limited = seed.keys(PEOPLE, LIMITED, 1).await?;
    let sessions = if bench.wants(&named("refresh", database)) { LONG.0 * ENOUGH_A_SLICE } else { 0 };
    let tokens = seed.sessions(PEOPLE, sessions).await?;
    seed.close().await?;
    let service = Service::start(bench.folder.path(), &bench.telegram, url).await?;
    // Rejections take the same path on both databases.
    let checks = checks(good, limited).into_iter();
    for check in checks.take(if *database == Database::Sqlite { 4 } else { 1 }) {
        verify(bench, database, &service, check).await?;
    }
    sign_in(bench, database, &service, Who::Returning(PEOPLE))?;
    sign_in(bench, database, &service, Who::New)?;
    refresh(bench, database, &service, &tokens)?;
    lone::run(bench, database, &service, url)
}

fn checks(good: Vec<String>, limited: Vec<String>) -> [Check; 4] {
    let garbage = strange_keys(1000).iter().map(|key| key.replacen("nb_", "nb-", 1)).collect();
    let check = |name, keys, status, goal| Check { name, keys, status, goal };
    [
        check("verify, hit", good, 200, Goal::RateAndP99(0.92, 1.5)),
        check("verify, miss", strange_keys(4000), 401, Goal::None),
        check("verify, garbage", garbage, 401, Goal::Rate(0.95)),
        check("verify, limited", limited, 429, Goal::None),
    ]
}

/// The name of a row on a database.
pub(crate) fn named(row: &str, database: &Database) -> String {
    format!("{row}, {}", database.name())
}

async fn verify(bench: &mut Bench, database: &Database, service: &Service, check: Check) -> Result<(), Fault> {
    let name = named(check.name, database);
    if !bench.wants(&name) {
        return Ok(());
    }
    let target = service.target("/api/v2/auth/verify");
    let lines = lines_file(bench.folder.path().join("keys"), &check.keys)?;
    let load = Load { target: target.clone(), shape: Shape::Key, lines: Some(lines), connections: 64, seconds: 1 };
    // Spends the quota of the limited people and warms the keys of the others.
    load.run(&bench.family())?;
    let probe = check.keys.first().ok_or("no keys")?;
    expect_status(&name, status_for(&target, probe).await?, check.status)?;
    let floor = bench.floor.load(1);
    let turns = Turns::take(bench.arguments.slices, &bench.family(), &floor, |_| Ok(load.clone()))?;
    expect_status(&name, status_for(&target, probe).await?, check.status)?;
    // A tiny limit admits a request now and then.
    let most = if check.status == 200 { 0.0 } else { 1.0 };
    if let Some(odd) = turns.target.iter().find(|slice| (slice.refused / slice.answers - most).abs() > 0.001) {
        return Err(format!("{name}: of {} answers {} were refusals", odd.answers, odd.refused).into());
    }
    bench.table.turns(&name, &turns, check.goal);
    Ok(())
}

fn expect_status(name: &str, status: u16, expected: u16) -> Result<(), Fault> {
    if status == expected { Ok(()) } else { Err(format!("{name}: answered {status} and not {expected}").into()) }
}

fn sign_in(bench: &mut Bench, database: &Database, service: &Service, who: Who) -> Result<(), Fault> {
    let kind = if who == Who::New { "sign-in, new" } else { "sign-in, returning" };
    // New people cost more and are rarer, so their row has no goal.
    let goal = match (who, database) {
        (Who::New, _) => Goal::None,
        (_, Database::Sqlite) => Goal::Rate(0.09),
        (_, Database::Postgres(_)) => Goal::Rate(0.10),
    };
    let mut logins = Logins::of(&bench.telegram, who);
    let load = once_only(service.target("/api/v2/auth/telegram"), Shape::Login);
    let row = LongRow { name: named(kind, database), goal };
    long(bench, row, &load, |_, lines| logins.next(lines))
}

fn refresh(bench: &mut Bench, database: &Database, service: &Service, tokens: &[String]) -> Result<(), Fault> {
    let load = once_only(service.target("/api/v2/auth/refresh"), Shape::Cookie);
    let row = LongRow { name: named("refresh", database), goal: Goal::Rate(0.09) };
    long(bench, row, &load, |turn, lines| tokens.iter().skip(turn * lines).take(lines).cloned().collect())
}

const fn once_only(target: Target, shape: Shape) -> Load {
    Load { target, shape, lines: None, connections: 64, seconds: LONG.1 }
}

/// Row whose lines may be sent only once.
struct LongRow {
    name: String,
    goal: Goal,
}

/// Measures a long row; `lines` creates the lines of a turn.
fn long(
    bench: &mut Bench,
    LongRow { name, goal }: LongRow,
    load: &Load,
    mut lines: impl FnMut(usize, usize) -> Vec<String>,
) -> Result<(), Fault> {
    if !bench.wants(&name) {
        return Ok(());
    }
    let file = bench.folder.path().join("once");
    let turns = Turns::take(LONG.0, &bench.family(), &bench.floor.load(1), |turn| {
        let lines = lines_file(file.clone(), &lines(turn, ENOUGH_A_SLICE))?;
        Ok(Load { lines: Some(lines), ..load.clone() })
    })?;
    let refused: f64 = turns.target.iter().map(|slice| slice.refused).sum();
    if refused > 0.0 {
        return Err(format!("{name}: {refused} answers were refusals").into());
    }
    bench.table.turns(&name, &turns, goal);
    Ok(())
}
