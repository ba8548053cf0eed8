//! Rows of the benchmark.

use std::path::Path;
use std::time::{Duration, Instant};

use neuralbox_auth::model::broadcasts::BroadcastState;

use crate::broadcasts::mock::Process;
use crate::broadcasts::product::{Database, Product, Scenario, memory, pause};
use crate::{Arguments, Fault};

/// Rate without a limit.
const FLAT_OUT: i64 = 1_000_000;
const UNDER_WAY: [BroadcastState; 2] = [BroadcastState::Preparing, BroadcastState::Sending];

/// Measures the selected rows.
pub(crate) async fn run(arguments: &Arguments) -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    println!("Broadcasts, against a light Bot API in a process of its own, without a limit but where one is named.\n");
    for database in databases() {
        if arguments.wants(&format!("rate {}", database.name())) {
            rate(arguments, &database, folder.path()).await?;
        }
        if arguments.wants(&format!("fan-out {}", database.name())) {
            fan_out(arguments, &database, folder.path()).await?;
        }
        if arguments.wants(&format!("pace {}", database.name())) {
            pace(&database, folder.path()).await?;
        }
        if arguments.wants(&format!("replies {}", database.name())) {
            replies(&database, folder.path()).await?;
        }
    }
    if arguments.wants("memory") {
        flat(arguments, folder.path()).await?;
    }
    Ok(())
}

/// SQLite, and the server of `TEST_POSTGRES_URL` if there is one.
#[expect(clippy::disallowed_methods, reason = "the bench learns of a server as the tests do")]
fn databases() -> Vec<Database> {
    let postgres = std::env::var("TEST_POSTGRES_URL").ok().map(Database::Postgres);
    std::iter::once(Database::Sqlite).chain(postgres).collect()
}

fn say(name: &str, figure: &str, goal: &str, held: bool) {
    println!("{name:<28} {figure:<70} {goal}: {}", if held { "holds" } else { "MISSED" });
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn a_second(count: i64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// Messages a second without a limit.
async fn rate(arguments: &Arguments, database: &Database, folder: &Path) -> Result<(), Fault> {
    let (telegram, people) = (Process::start(0)?, arguments.recipients);
    let product =
        Product::start(database, folder, Scenario { telegram: &telegram.url, rate: FLAT_OUT, people }).await?;
    let id = product.broadcast(people).await?;
    product.past(id, &[BroadcastState::Preparing]).await?;
    let took = product.past(id, &UNDER_WAY).await?;
    let (ended, counts) = (product.look(id).await?, telegram.counts().await?);
    product.end().await?;
    let rate = a_second(people, took);
    let figure = format!(
        "{rate:.0} messages/s ({people} in {:.1} s; {} reached, {} twice)",
        took.as_secs_f64(),
        counts.people,
        counts.twice
    );
    let is_complete = ended.counts.sent == people && counts.twice == 0;
    say(&format!("rate, {}", database.name()), &figure, "at least 5000/s, each once", rate >= 5000.0 && is_complete);
    Ok(())
}

/// Fan-out of recipients.
async fn fan_out(arguments: &Arguments, database: &Database, folder: &Path) -> Result<(), Fault> {
    let (telegram, people) = (Process::start(0)?, arguments.many);
    let product = Product::start(database, folder, Scenario { telegram: &telegram.url, rate: 1, people }).await?;
    let id = product.broadcast(people).await?;
    let took = product.past(id, &[BroadcastState::Preparing]).await?;
    let enqueued = product.look(id).await?.counts.recipients;
    product.end().await?;
    let figure = format!("{enqueued} recipients in {:.1} s", took.as_secs_f64());
    say(
        &format!("fan-out, {}", database.name()),
        &figure,
        "under 60 s",
        took < Duration::from_mins(1) && enqueued == people,
    );
    Ok(())
}

/// Compliance with the waits that Telegram asks for.
async fn pace(database: &Database, folder: &Path) -> Result<(), Fault> {
    for (rate, people) in [(25, 500), (60, 300)] {
        let telegram = Process::start(30)?;
        let product = Product::start(database, folder, Scenario { telegram: &telegram.url, rate, people }).await?;
        let id = product.broadcast(people).await?;
        product.past(id, &[BroadcastState::Preparing]).await?;
        let took = product.past(id, &UNDER_WAY).await?;
        let (ended, counts) = (product.look(id).await?, telegram.counts().await?);
        product.end().await?;
        let measured = a_second(people - 1, took);
        let figure = format!(
            "{measured:.2}/s, {} refused, {} before their time, {} sent, {} twice",
            counts.refused, counts.early, ended.counts.sent, counts.twice
        );
        let is_complete = ended.counts.sent == people && counts.twice == 0 && counts.accepted == u64::try_from(people)?;
        let (goal, held) = if rate == 25 {
            ("no 429, within 2 %", counts.refused == 0 && (24.5..=25.5).contains(&measured))
        } else {
            ("429s obeyed, nobody lost", counts.refused > 0 && counts.early == 0)
        };
        say(&format!("pace {rate}/s, limit 30, {}", database.name()), &figure, goal, held && is_complete);
    }
    Ok(())
}

/// Wait of a person for their profile, idle and during a broadcast.
async fn replies(database: &Database, folder: &Path) -> Result<(), Fault> {
    for rate in [25, 1000] {
        let telegram = Process::start(0)?;
        let people = rate * 60;
        let product = Product::start(database, folder, Scenario { telegram: &telegram.url, rate, people }).await?;
        profiles(&telegram, 50).await?;
        let idle = profiles(&telegram, 300).await?;
        let id = product.broadcast(people).await?;
        product.past(id, &[BroadcastState::Preparing]).await?;
        let busy = profiles(&telegram, 300).await?;
        let still = product.look(id).await?.state == BroadcastState::Sending;
        product.end().await?;
        let figure = format!("p50 {:.2} → {:.2} ms, p99 {:.2} → {:.2} ms", idle.0, busy.0, idle.1, busy.1);
        let held = busy.1 < 2.0 * idle.1 && still;
        say(&format!("replies at {rate}/s, {}", database.name()), &figure, "p99 under twice", held);
    }
    Ok(())
}

/// Requests the profile repeatedly; returns the median and the 99th percentile in milliseconds.
async fn profiles(telegram: &Process, times: usize) -> Result<(f64, f64), Fault> {
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        took.push(telegram.ask().await?);
        pause().await;
    }
    took.sort_by(f64::total_cmp);
    let at = |share: usize| took.get((took.len() * share / 100).min(took.len() - 1)).copied().unwrap_or_default();
    Ok((at(50), at(99)))
}

/// Memory with ten thousand recipients, and with a hundred times as many.
async fn flat(arguments: &Arguments, folder: &Path) -> Result<(), Fault> {
    let mut most = Vec::new();
    for people in [10_000, arguments.many] {
        let telegram = Process::start(0)?;
        let product =
            Product::start(&Database::Sqlite, folder, Scenario { telegram: &telegram.url, rate: FLAT_OUT, people })
                .await?;
        let (began, id) = (Instant::now(), product.broadcast(people).await?);
        let mut peak = 0.0_f64;
        while UNDER_WAY.contains(&product.look(id).await?.state) {
            peak = peak.max(memory()?);
            pause().await;
        }
        let sent = product.look(id).await?.counts.sent;
        println!(
            "{:<28} {peak:.0} MiB at most, {sent} of {people} sent in {:.0} s",
            "memory",
            began.elapsed().as_secs_f64()
        );
        most.push(peak);
        product.end().await?;
    }
    let [few, many] = most.as_slice() else { return Err("two runs".into()) };
    let grown = many - few;
    say("memory, SQLite", &format!("{grown:+.1} MiB with a hundred times as many"), "within 20 MiB", grown <= 20.0);
    Ok(())
}
