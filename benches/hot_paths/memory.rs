//! Memory, start and speed with a million keys.

use crate::hot_paths::load::{Load, Shape};
use crate::hot_paths::machine::mebibytes;
use crate::hot_paths::pairs::Turns;
use crate::hot_paths::place::Database;
use crate::hot_paths::seed::{Seed, lines_file, shuffle};
use crate::hot_paths::service::{HUGE, Service};
use crate::hot_paths::table::Goal;
use crate::{Bench, Fault};

/// Goal for the memory of the process, in MiB.
const GOAL: f64 = 220.0;
/// Keys seeded in one batch.
const TOGETHER: usize = 100_000;

/// Measures the row on SQLite; the memory is the same on both databases.
pub(crate) async fn run(bench: &mut Bench) -> Result<(), Fault> {
    if !bench.wants("memory") {
        return Ok(());
    }
    let place = Database::Sqlite.make(bench.folder.path(), "memory").await?;
    Service::migrate(bench.folder.path(), &bench.telegram, &place.url)?;
    let mut keys = seed(bench, &place.url).await?;
    shuffle(&mut keys);
    let service = Service::start(bench.folder.path(), &bench.telegram, &place.url).await?;
    let target = service.target("/api/v2/auth/verify");
    let idle = mebibytes(target.process, "VmRSS")?;
    // Each turn verifies another part of the keys; together they cover all.
    let (file, part) = (bench.folder.path().join("keys"), keys.len().div_ceil(bench.arguments.slices.max(1)));
    let turns = Turns::take(bench.arguments.slices, &bench.family(), &bench.floor.load(1), |turn| {
        let part = keys.chunks(part).cycle().nth(turn).unwrap_or_default();
        let lines = Some(lines_file(file.clone(), part)?);
        Ok(Load { target: target.clone(), shape: Shape::Key, lines, connections: 64, seconds: 1 })
    })?;
    if turns.target.iter().any(|slice| slice.refused > 0.0) {
        return Err("memory: some keys were refused".into());
    }
    bench.table.turns("verify, hit, all the keys", &turns, Goal::None);
    let (now, peak) = (mebibytes(target.process, "VmRSS")?, mebibytes(target.process, "VmHWM")?);
    let keys = keys.len();
    let figure = format!("{peak:.0} MiB at most, {now:.0} now, {idle:.0} before the first request ({keys} keys)");
    bench.table.figure("memory", &figure, Some(("at most 220 MiB", peak <= GOAL)));
    let figure = format!("{:.2} s until ready ({keys} keys)", service.start.as_secs_f64());
    bench.table.figure("memory, start", &figure, None);
    drop(service);
    place.clear().await
}

async fn seed(bench: &Bench, url: &str) -> Result<Vec<String>, Fault> {
    let each = bench.arguments.keys_an_account.max(1);
    let accounts = bench.arguments.keys.div_ceil(each);
    let mut seed = Seed::open(url).await?;
    let mut keys = Vec::with_capacity(accounts * each);
    for from in (0..accounts).step_by((TOGETHER / each).max(1)) {
        let accounts = (TOGETHER / each).max(1).min(accounts - from);
        seed.people(HUGE, from, accounts).await?;
        keys.extend(seed.keys(from, accounts, each).await?);
    }
    seed.close().await?;
    Ok(keys)
}
