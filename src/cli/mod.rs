//! The command line of `neuralbox-auth`.
//!
//! - `mod`: argument parsing, exit codes, signals and the short commands `serve`, `migrate` and `backup`.
//! - [`demo`]: the whole product on one machine.
//! - [`doctor`]: checks of configuration, database and external services.
//! - `health`: a question to the running service.
//! - `admin`: the commands of admins. `broadcast`: `admin broadcast`.
//! - `purchases`: `admin refund` and `admin purchases`. `sandbox`: the pretend Telegram alone.
//!
//! A command returns `Result<(), String>`. Results go to standard output, an error to standard error with exit code 1.

mod admin;
mod broadcast;
pub mod demo;
pub mod doctor;
mod health;
mod purchases;
mod sandbox;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::cli::admin::{AdminCommand, administer, person, reason};
use crate::config::Config;
use crate::domain::ClockAndRng;
use crate::model::crypto::rng::SystemRng;
use crate::model::time::SystemClock;
use crate::serve::Sockets;
use crate::store::Store;
use crate::store::engine::backup;
use crate::telemetry::{self, LogFormat};

/// Sign-in, API keys and plans for an AI API: a Telegram bot and an HTTP service over one database.
///
/// Settings come from the environment and the file `.env`. `.env.example` documents every setting.
#[derive(Parser)]
#[command(version, propagate_version = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<CliCommand>,
}

#[derive(Subcommand)]
enum CliCommand {
    /// Run the bot and the HTTP service (the default command)
    Serve,
    /// Try the whole product on this machine, with no bot token, no database and no network
    Demo(demo::DemoArgs),
    /// Run a pretend Telegram for a `serve` of your own, and print the settings that lead there
    Sandbox(sandbox::SandboxArgs),
    /// Update the database schema and exit
    Migrate,
    /// Check everything the service needs, without changing anything
    ///
    /// Prints one line per check: `ok`, `off` (not in use), `warn` (works, but needs attention) or `FAIL`. The exit
    /// code is 1 if any check fails.
    Doctor,
    /// Ask the running service on this machine if it runs, for containers and scripts
    ///
    /// The exit code is 1 if it does not answer within 3 s, or answers that it is not ready. Of the settings, only
    /// `NEURALBOX_LISTEN` is read.
    Health(health::HealthArgs),
    /// Back up the database to a new file while the service keeps running
    ///
    /// For SQLite the backup is a database file; for Postgres it is a `pg_dump` archive for `pg_restore`. It does not
    /// contain the secret that signs tokens: also back up `NEURALBOX_JWT_SECRET` or the file `data/jwt_secret`.
    Backup {
        /// File to create; an existing file is never overwritten
        file: PathBuf,
    },
    /// Manage accounts and broadcasts
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
}

/// Parses the command line, runs the command and returns the exit code. No command means `serve`.
#[must_use]
pub fn run() -> ExitCode {
    let command = CommandLine::parse().command.unwrap_or(CliCommand::Serve);
    let outcome = tokio::runtime::Runtime::new()
        .map_err(|error| format!("the async runtime could not be started: {error}"))
        .and_then(|runtime| {
            let outcome = runtime.block_on(run_command(command));
            // Bounded, so that a blocking call that never returns cannot keep the process alive.
            runtime.shutdown_timeout(std::time::Duration::from_secs(1));
            outcome
        });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("neuralbox-auth: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run_command(command: CliCommand) -> Result<(), String> {
    if let CliCommand::Demo(_) | CliCommand::Sandbox(_) = command {
        telemetry::start_logging("warn", LogFormat::Text)?;
    }
    let command = match command {
        CliCommand::Demo(options) => {
            return Box::pin(demo::run(options, clock_and_rng(), stop_on_signal()?)).await;
        }
        CliCommand::Sandbox(options) => return sandbox::run(options, clock_and_rng(), stop_on_signal()?).await,
        CliCommand::Health(options) => return health::ask(&options).await,
        other => other,
    };
    let config = match command {
        CliCommand::Admin { .. } => Config::from_environment_without_bot(),
        _ => Config::from_environment(),
    };
    let config = config.map_err(|faults| faults.to_string())?;
    telemetry::start_logging(&config.log_filter, config.log_format)?;
    match command {
        CliCommand::Serve | CliCommand::Demo(_) | CliCommand::Sandbox(_) | CliCommand::Health(_) => {
            let stop = stop_on_signal()?;
            let sockets = Sockets::bind(&config).await?;
            sandbox::build_beside(config, clock_and_rng()).await?.run(sockets, stop).await
        }
        CliCommand::Migrate => {
            let store =
                Store::open(config.database_url.reveal()).await.map_err(|fault| format!("DATABASE_URL: {fault}"))?;
            store.close().await;
            println!("Database is up to date");
            Ok(())
        }
        CliCommand::Doctor => examine(&config).await,
        CliCommand::Backup { file } => back_up(&config, &file, &stop_on_signal()?).await,
        CliCommand::Admin { command } => Box::pin(administer(config, command)).await,
    }
}

async fn examine(config: &Config) -> Result<(), String> {
    let results = Box::pin(doctor::examine(config, clock_and_rng().clock.now())).await;
    for result in &results {
        println!("{result}");
    }
    match results.iter().filter(|result| result.is_failure()).count() {
        0 => Ok(()),
        1 => Err("1 check failed".to_owned()),
        failures => Err(format!("{failures} checks failed")),
    }
}

async fn back_up(config: &Config, file: &Path, stop: &CancellationToken) -> Result<(), String> {
    let name = file.display();
    let copied = backup::back_up(config.database_url.reveal(), file, stop).await;
    println!("{name}: {} bytes", copied.map_err(|fault| format!("{name}: {fault}"))?);
    Ok(())
}

fn clock_and_rng() -> ClockAndRng {
    ClockAndRng { clock: Arc::new(SystemClock), rng: Arc::new(SystemRng) }
}

/// Token cancelled by SIGTERM, SIGINT or SIGHUP, which a closed terminal sends. A second signal exits immediately with code 130.
fn stop_on_signal() -> Result<CancellationToken, String> {
    let stop = CancellationToken::new();
    let listen = |kind| signal(kind).map_err(|error| format!("signal handlers could not be installed: {error}"));
    let (mut term, mut int) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    let mut hangup = listen(SignalKind::hangup())?;
    let stopping = stop.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = term.recv() => {}
                _ = int.recv() => {}
                _ = hangup.recv() => {}
            }
            if stopping.is_cancelled() {
                std::process::exit(130);
            }
            tracing::info!("shutdown: signal received");
            stopping.cancel();
        }
    });
    Ok(stop)
}
