//! Benchmark of the hot paths, as ratios to a bare axum server measured in the same minutes on the same core.
//!
//! `cargo bench --bench hot_paths` runs every row; `benches/README.md` says what they mean and how to read them.

mod hot_paths {
    pub(crate) mod floods;
    pub(crate) mod floor;
    pub(crate) mod load;
    pub(crate) mod lone;
    pub(crate) mod machine;
    pub(crate) mod memory;
    pub(crate) mod nginx;
    pub(crate) mod pairs;
    pub(crate) mod place;
    pub(crate) mod revoked;
    pub(crate) mod rows;
    pub(crate) mod seed;
    pub(crate) mod service;
    pub(crate) mod table;
}

use std::process::ExitCode;

use clap::Parser;
use hot_paths::place::{Database, Postgres};
use hot_paths::service::Telegram;
use hot_paths::table::Table;
use hot_paths::{floods, floor, lone, machine, memory, nginx, revoked, rows};

/// Allocator of the service, for the floor too: the comparison is about their work, not about their memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Description of a failure.
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Measures the hot paths side by side with a bare axum server.
#[derive(Parser)]
struct Arguments {
    /// Only rows with one of these words in their name (verify, sign-in, refresh, lone, flood, revoke, memory, nginx, sqlite, postgres)
    rows: Vec<String>,
    /// Slices of one second a row that is compared with the floor closely
    #[arg(long, default_value_t = 12)]
    slices: usize,
    /// Keys in the database of the memory row
    #[arg(long, default_value_t = 1_000_000)]
    keys: usize,
    /// Keys an account has in the memory row
    #[arg(long, default_value_t = 2)]
    keys_an_account: usize,
    /// Passed by Cargo to benchmarks
    #[arg(long, hide = true)]
    bench: bool,
    /// Role of this program in a process of its own, on the service's core
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(clap::Subcommand)]
enum Role {
    /// Serve the floor
    #[command(hide = true)]
    ServeFloor {
        /// Address to listen on
        port: u16,
    },
    /// Write sign-ins one after another, without a service
    #[command(hide = true)]
    WriteSignIns {
        /// Database to write to
        url: String,
    },
}

/// Equipment shared by all rows.
struct Bench {
    arguments: Arguments,
    telegram: Telegram,
    postgres: Option<Postgres>,
    floor: floor::Floor,
    folder: tempfile::TempDir,
    table: Table,
}

impl Bench {
    /// Returns true if a row with that name is selected.
    fn wants(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        let asked = &self.arguments.rows;
        asked.is_empty() || asked.iter().any(|part| name.contains(&part.to_lowercase()))
    }

    /// The processes of the bench, whose CPU time is not foreign.
    fn family(&self) -> Vec<u32> {
        let postgres = self.postgres.as_ref().and_then(Postgres::process);
        postgres.into_iter().chain([self.floor.target.process]).collect()
    }

    /// Available databases.
    fn databases(&self) -> Vec<Database> {
        let postgres = self.postgres.iter().map(|server| Database::Postgres(server.url.clone()));
        std::iter::once(Database::Sqlite).chain(postgres).collect()
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.role {
        Some(Role::ServeFloor { port }) => runtime().and_then(|runtime| runtime.block_on(floor::serve(port))),
        Some(Role::WriteSignIns { ref url }) => runtime().and_then(|runtime| runtime.block_on(lone::write(url))),
        // From here on this process and what it starts stay off the service's core.
        None => machine::stay_off_core_0().and_then(|()| runtime()?.block_on(measure(arguments))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("hot_paths: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Fault> {
    Ok(tokio::runtime::Runtime::new()?)
}

async fn measure(arguments: Arguments) -> Result<(), Fault> {
    let started = std::time::Instant::now();
    machine::require("wrk", "wrk")?;
    let folder = tempfile::tempdir()?;
    let postgres = Postgres::find_or_start(folder.path()).await?;
    let floor = floor::Floor::start().await?;
    let telegram = Telegram::start().await?;
    let mut bench = Bench { arguments, telegram, postgres, floor, folder, table: Table::default() };
    Table::head(bench.postgres.as_ref());
    for database in bench.databases() {
        rows::run(&mut bench, &database).await?;
        floods::run(&mut bench, &database).await?;
    }
    revoked::run(&mut bench).await?;
    memory::run(&mut bench).await?;
    nginx::run(&mut bench).await?;
    bench.table.foot(started.elapsed());
    Ok(())
}
