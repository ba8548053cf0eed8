//! Longest wait of an ordinary write while a million old rows are purged, beside the longest wait without a purge.
//!
//! `cargo bench --bench purge`. Goal: no write waits for more than 50 ms because of the purge.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::time::Moment;
use neuralbox_auth::store::Store;
use neuralbox_auth::store::bot_state::dialogue::{OpenQuestion, SetDialogue};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Old rows of each table.
const ROWS: i64 = 1_000_000;
/// Time at which all of them are old.
const NOW: Moment = Moment(10_000_000_000);
/// Duration of the floor: writes without a purge.
const FLOOR: Duration = Duration::from_secs(5);
/// Interval of the checkpoints of SQLite, as in the service.
const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(1);
/// Longest wait of a write.
const GOAL: Duration = Duration::from_millis(50);
/// Tables with old rows: purged by an index on the time or by id, with few indexes or many, in the order of an index or not.
const TABLES: [(&str, &str); 4] = [
    ("bot_update", "insert into bot_update (update_id, done, claimed_at) select n, 1 = 1, n from n"),
    (
        "account_activity",
        "insert into account_activity (account_id, created_at, event, actor, device, network)
         select n % 1000 + 1, n, '{\"kind\":\"signed_in\",\"method\":\"widget\"}', 'person', 'Firefox on Linux', '203.0.113.0/24' from n",
    ),
    (
        "notice",
        "insert into notice (account_id, category, content, idempotency_key, created_at)
         select n % 1000 + 1, 'sign_in', '{\"kind\":\"signed_in\"}', 'signed_in:' || n, n from n",
    ),
    (
        "known_source",
        "insert into known_source (account_id, device, network, first_at)
         select n % 1000 + 1, 'Firefox on Linux ' || n, '203.0.113.0/24', n from n",
    ),
];

fn main() -> ExitCode {
    let outcome = tokio::runtime::Runtime::new().map_err(Fault::from).and_then(|runtime| runtime.block_on(measure()));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("purge: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// Measures on SQLite, and on the server of `TEST_POSTGRES_URL` if there is one.
#[expect(clippy::disallowed_methods, reason = "the bench reads the server's address as the tests do")]
async fn measure() -> Result<(), Fault> {
    println!("{ROWS} old rows of a table; waits of one writer, in milliseconds: p50 / p99 / longest\n");
    for (table, seed) in TABLES {
        let folder = tempfile::tempdir()?;
        row(&format!("{table}, SQLite"), &sqlite_url(folder.path()), seed).await?;
        if let Ok(server) = std::env::var("TEST_POSTGRES_URL") {
            let name = format!("neuralbox_purge_{}", std::process::id());
            run(&server, format!("create database {name}")).await?;
            let mut url = url::Url::parse(&server)?;
            url.set_path(&name);
            let measured = row(&format!("{table}, Postgres"), url.as_str(), seed).await;
            run(&server, format!("drop database {name} with (force)")).await?;
            measured?;
        }
    }
    Ok(())
}

fn sqlite_url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("bench.db").display())
}

async fn run(url: &str, sql: String) -> Result<(), Fault> {
    let query = sqlx::raw_sql(AssertSqlSafe(sql));
    if url.starts_with("sqlite:") {
        query.execute(&mut SqliteConnection::connect(url).await?).await?;
    } else {
        query.execute(&mut PgConnection::connect(url).await?).await?;
    }
    Ok(())
}

/// Measures one table on one database.
async fn row(name: &str, url: &str, seed: &str) -> Result<(), Fault> {
    let store = Store::open(url).await?;
    let numbers = format!("with recursive n (n) as (select 1 union all select n + 1 from n where n < {ROWS})");
    run(
        url,
        format!(
            "{numbers} insert into account (name, plan, created_at) select 'Ivan', 'free', 1 from n where n <= 1000"
        ),
    )
    .await?;
    run(url, format!("{numbers} {seed}")).await?;
    // As autovacuum does. Without statistics, Postgres sorts the whole table for the first five pages.
    run(url, "analyze".to_owned()).await?;
    store.checkpoint().await?;
    let floor = waits(&store, tokio::time::sleep_until((Instant::now() + FLOOR).into())).await?.0;
    let began = Instant::now();
    let (during, purged) = waits(&store, store.purge(NOW)).await?;
    let (took, purged) = (began.elapsed(), purged?);
    store.close().await;
    let longest = |waits: &[Duration]| waits.last().copied().unwrap_or_default();
    let verdict = match (longest(&during) <= GOAL, longest(&floor) <= GOAL) {
        (true, _) => "holds",
        (false, true) => "MISSED",
        (false, false) => "not measured: the machine alone takes longer",
    };
    println!(
        "{name:<28} {} beside {} without; {purged} rows in {:.1} s    at most {} ms: {verdict}",
        figures(&during),
        figures(&floor),
        took.as_secs_f64(),
        GOAL.as_millis()
    );
    Ok(())
}

/// Writes one thing after another until `other` is done. Returns how long each write took, shortest first.
async fn waits<T>(store: &Store, other: impl Future<Output = T>) -> Result<(Vec<Duration>, T), Fault> {
    let mut waits = Vec::new();
    let writes = async {
        for person in (1..=1000).cycle().filter_map(TelegramId::new) {
            let asked = Instant::now();
            store.write(SetDialogue { person, step: Some((OpenQuestion::default(), NOW)) }).await?;
            waits.push(asked.elapsed());
        }
        Ok::<(), Fault>(())
    };
    // As the service does: otherwise the writer copies SQLite's log itself once it has grown to 200 MB.
    let checkpoints = async {
        let mut due = tokio::time::interval(CHECKPOINT_INTERVAL);
        loop {
            due.tick().await;
            if let Err(fault) = store.checkpoint().await {
                return Fault::from(fault);
            }
        }
    };
    let done = tokio::select! {
        written = writes => return Err(written.err().unwrap_or_else(|| "no more people".into())),
        fault = checkpoints => return Err(fault),
        done = other => done,
    };
    waits.sort_unstable();
    Ok((waits, done))
}

fn figures(waits: &[Duration]) -> String {
    let at = |percent: usize| waits.get((waits.len() * percent / 100).min(waits.len().saturating_sub(1))).copied();
    [50, 99, 100].map(|percent| format!("{:.1}", at(percent).unwrap_or_default().as_secs_f64() * 1e3)).join(" / ")
}
