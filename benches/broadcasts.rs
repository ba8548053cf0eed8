//! Broadcast benchmark: send rate, memory, and the response times left to everybody else.
//!
//! `cargo bench --bench broadcasts` runs every row; `benches/README.md` says what they mean.

mod broadcasts {
    pub(crate) mod mock;
    pub(crate) mod product;
    pub(crate) mod rows;
}

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Description of a failure.
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Measures broadcasts against a light Bot API in a process of its own.
#[derive(Parser)]
struct Arguments {
    /// Only rows with one of these words in their name (rate, memory, pace, replies, sqlite, postgres)
    rows: Vec<String>,
    /// Recipients of the rate rows
    #[arg(long, default_value_t = 100_000)]
    recipients: i64,
    /// Recipients of the fan-out row and of the large memory row
    #[arg(long, default_value_t = 1_000_000)]
    many: i64,
    /// Passed by Cargo to benchmarks
    #[arg(long, hide = true)]
    bench: bool,
    /// Role of this program in a process of its own
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(clap::Subcommand)]
enum Role {
    /// Take messages
    #[command(hide = true)]
    Mock {
        /// Messages a second before a 429; none if 0
        limit: u32,
    },
}

impl Arguments {
    /// Returns true if a row with that name is selected.
    fn wants(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.rows.is_empty() || self.rows.iter().any(|part| name.contains(&part.to_lowercase()))
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new().map_err(Fault::from);
    let outcome = runtime.and_then(|runtime| {
        runtime.block_on(async {
            match arguments.role {
                Some(Role::Mock { limit }) => broadcasts::mock::serve(limit).await,
                None => broadcasts::rows::run(&arguments).await,
            }
        })
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("broadcasts: {fault}");
            ExitCode::FAILURE
        }
    }
}
