//! The command line.

mod broadcast;
pub mod demo;
pub mod doctor;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::domain::admin::access::{Admin, PersonRef};
use crate::domain::{self, ClockAndRng, Domain};
use crate::model::admin_action;
use crate::model::crypto::rng::SystemRng;
use crate::model::time::SystemClock;
use crate::serve::{App, Sockets};
use crate::store::Store;
use crate::store::engine::backup;
use crate::telemetry::{self, LogFormat};

/// Sign-in, API keys and plans for an AI API: a Telegram bot and an HTTP service over one store.
///
/// Settings come from the environment and from the file `.env`; `.env.example` explains every name.
#[derive(Parser)]
#[command(version, propagate_version = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<CliCommand>,
}

#[derive(Subcommand)]
enum CliCommand {
    /// Run the bot and the HTTP service (this is what no command does)
    Serve,
    /// Try everything on this machine: no bot token, no database, no network
    Demo(demo::DemoArgs),
    /// Bring the database up to date, and stop
    Migrate,
    /// Look at everything the service needs, say how it is, and change nothing
    ///
    /// A line for each thing: `ok`, `off` (not in use), `doubt` (worth a look) or `WRONG`. The exit code is 1 when something is wrong.
    Doctor,
    /// Copy the database into a new file, while the service runs on
    ///
    /// Of SQLite the copy is a database again; of Postgres it is an archive for `pg_restore`, made by `pg_dump`. The secret that signs
    /// tokens is not in it: keep `NEURALBOX_JWT_SECRET`, or the file `data/jwt_secret`, as well.
    Backup {
        /// The file to be made; one that exists is left alone
        file: PathBuf,
    },
    /// Act on people's accounts
    Admin {
        #[command(subcommand)]
        act: AdminCommand,
    },
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Show a person's account
    User {
        /// A Telegram id, #42 (account number), @name or an e-mail address
        #[arg(value_parser = person)]
        user: PersonRef,
    },
    /// Give a person a plan; it counts from the next request on
    Plan {
        /// A Telegram id, #42 (account number), @name or an e-mail address
        #[arg(value_parser = person)]
        user: PersonRef,
        /// The id of a plan
        plan: String,
        /// For so many days; for good if left out
        #[arg(value_parser = clap::value_parser!(u32).range(1..))]
        days: Option<u32>,
    },
    /// Give a person tokens
    Grant {
        /// A Telegram id, #42 (account number), @name or an e-mail address
        #[arg(value_parser = person)]
        user: PersonRef,
        /// How many
        tokens: u32,
        /// Why, for the ledger
        #[arg(default_value = "grant")]
        reason: String,
    },
    /// Shut a person's account: keys stop at once, sessions end
    Ban {
        /// A Telegram id, #42 (account number), @name or an e-mail address
        #[arg(value_parser = person)]
        user: PersonRef,
    },
    /// Tell many people something: write it, send it, watch it, stop it
    Broadcast {
        #[command(subcommand)]
        deed: broadcast::BroadcastCommand,
    },
    /// Open a person's account again
    Unban {
        /// A Telegram id, #42 (account number), @name or an e-mail address
        #[arg(value_parser = person)]
        user: PersonRef,
    },
}

/// Does what the command line says.
#[must_use]
pub fn run() -> ExitCode {
    let command = CommandLine::parse().command.unwrap_or(CliCommand::Serve);
    let outcome = tokio::runtime::Runtime::new()
        .map_err(|fault| format!("the runtime could not be started: {fault}"))
        .and_then(|runtime| {
            let outcome = runtime.block_on(run_command(command));
            // A caller that never lets go must not keep the process.
            runtime.shutdown_timeout(std::time::Duration::from_secs(1));
            outcome
        });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("neuralbox-auth: {fault}");
            ExitCode::FAILURE
        }
    }
}

async fn run_command(command: CliCommand) -> Result<(), String> {
    if let CliCommand::Demo(options) = command {
        telemetry::log("warn", LogFormat::Text)?;
        return demo::run(options, clock_and_rng(), stop_on_signal()?).await;
    }
    let config = Config::from_environment().map_err(|faults| faults.to_string())?;
    telemetry::log(&config.log_filter, config.log_format)?;
    match command {
        CliCommand::Serve | CliCommand::Demo(_) => {
            let stop = stop_on_signal()?;
            let sockets = Sockets::bind(&config).await?;
            App::build(config, clock_and_rng()).await?.run(sockets, stop).await
        }
        CliCommand::Migrate => {
            let store =
                Store::open(config.database_url.reveal()).await.map_err(|fault| format!("DATABASE_URL: {fault}"))?;
            store.close().await;
            println!("the database is up to date");
            Ok(())
        }
        CliCommand::Doctor => examine(&config).await,
        CliCommand::Backup { file } => back_up(&config, &file, &stop_on_signal()?).await,
        CliCommand::Admin { act } => administer(config, act).await,
    }
}

async fn examine(config: &Config) -> Result<(), String> {
    let findings = Box::pin(doctor::examine(config, clock_and_rng().clock.now())).await;
    for finding in &findings {
        println!("{finding}");
    }
    match findings.iter().filter(|finding| finding.is_wrong()).count() {
        0 => Ok(()),
        1 => Err("one thing is wrong".to_owned()),
        wrong => Err(format!("{wrong} things are wrong")),
    }
}

async fn back_up(config: &Config, file: &Path, stop: &CancellationToken) -> Result<(), String> {
    let name = file.display();
    let copied = backup::back_up(config.database_url.reveal(), file, stop).await;
    println!("{name}: {} bytes", copied.map_err(|fault| format!("{name}: {fault}"))?);
    Ok(())
}

async fn administer(config: Config, act: AdminCommand) -> Result<(), String> {
    let domain = App::build(config, clock_and_rng()).await?.domain();
    let admin = Admin::operator();
    let outcome = match act {
        AdminCommand::Broadcast { deed } => {
            let said = broadcast::run_command(&domain, deed).await;
            domain.close().await;
            return said;
        }
        AdminCommand::User { user } => domain.find_person(&admin, &user).await,
        AdminCommand::Plan { user, plan, days } => domain.set_plan(&admin, &user, &plan, days).await,
        AdminCommand::Grant { user, tokens, reason } => domain.grant(&admin, &user, tokens, &reason).await,
        AdminCommand::Ban { user } => domain.act(&admin, &user, admin_action::AdminAction::Ban).await,
        AdminCommand::Unban { user } => domain.act(&admin, &user, admin_action::AdminAction::Unban).await,
    };
    let said = match outcome {
        Ok(account) => {
            let user = domain.user(&account);
            let until = account.plan_until.filter(|_| user.plan == account.plan);
            let until = until.map_or_else(String::new, |until| format!(" until {until}"));
            let banned = account.banned_at.map_or("", |_| ", banned");
            println!("#{} {}: plan {}{until}, {} tokens{banned}", user.id, user.name, user.plan, user.token_balance);
            Ok(())
        }
        Err(error) => Err(reason(&domain, &error)),
    };
    domain.close().await;
    said
}

/// Why it was not done, for the operator.
fn reason(domain: &Domain, error: &domain::Error) -> String {
    use domain::Refusal;
    let refusal = match error {
        domain::Error::Refused(refusal) => refusal,
        failed @ domain::Error::Failed(_) => return format!("{failed:?}"),
    };
    match refusal {
        Refusal::PersonNotFound => "there is no such person".to_owned(),
        Refusal::PlanNotFound => {
            let plans: Vec<_> = domain.plans().iter().map(|plan| plan.id.as_str()).collect();
            format!("there is no such plan; there are {}", plans.join(", "))
        }
        Refusal::Invalid(faults) => {
            faults.iter().map(|fault| format!("{} {}", fault.field, fault.message)).collect::<Vec<_>>().join("; ")
        }
        Refusal::BroadcastNotFound => "there is no such broadcast".to_owned(),
        Refusal::BroadcastState(state) => format!("it is {}: this cannot be done to it now", state.as_str()),
        Refusal::BroadcastChanged => "somebody changed it in the meantime; look at it again".to_owned(),
        Refusal::RecipientCountChanged { recipients: 0, .. } => "it would reach nobody".to_owned(),
        Refusal::RecipientCountChanged { confirmed, recipients } => {
            format!("it reaches {recipients} people now, not {confirmed}; nothing was sent")
        }
        other => format!("{other:?}"),
    }
}

fn person(text: &str) -> Result<PersonRef, String> {
    PersonRef::parse(text).ok_or_else(|| "must be a Telegram id, #42, @name or an e-mail address".to_owned())
}

fn clock_and_rng() -> ClockAndRng {
    ClockAndRng { clock: Arc::new(SystemClock), rng: Arc::new(SystemRng) }
}

/// Cancelled by SIGTERM or SIGINT; a second one ends the process at once.
fn stop_on_signal() -> Result<CancellationToken, String> {
    let stop = CancellationToken::new();
    let listen = |kind| signal(kind).map_err(|fault| format!("signals cannot be heard: {fault}"));
    let (mut term, mut int) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    let said = stop.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = term.recv() => {}
                _ = int.recv() => {}
            }
            if said.is_cancelled() {
                std::process::exit(130);
            }
            tracing::info!("stopping");
            said.cancel();
        }
    });
    Ok(stop)
}
