//! `admin client`: clients of the OAuth provider. A running service takes a change within a second.

use std::io::{BufRead, Write, stderr, stdin};

use clap::Subcommand;

use crate::cli::admin::client_args::ClientOptions;
use crate::cli::admin::client_output::{OutputFormat, changed, issued, list, show};
use crate::cli::admin::reason::reason;
use crate::domain::Domain;
use crate::domain::admin::access::Admin;
use crate::domain::error::Error;

/// Seconds that the old secret keeps working, by the name of the period.
const GRACE_PERIODS: [(&str, i64); 4] = [("0", 0), ("1h", 3600), ("24h", 86_400), ("7d", 604_800)];

/// Commands on clients.
#[derive(Subcommand)]
pub(in crate::cli) enum ClientCommand {
    /// Register a client; prints its id, and its secret once
    Add {
        /// Name that people see
        name: String,
        #[command(flatten)]
        options: Box<ClientOptions>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List the clients
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a client: addresses, scopes, people, last use
    Show {
        /// Client id
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Change a client; options left out stay unchanged, lists are replaced as a whole (with '' by nothing)
    Set {
        /// Client id
        id: String,
        /// New name
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        options: Box<ClientOptions>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Issue a new secret; prints it once
    RotateSecret {
        /// Client id
        id: String,
        /// Time that the old secret keeps working: 0, 1h, 24h or 7d
        #[arg(long, default_value = "24h", value_parser = grace)]
        grace: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Turn a client off; its tokens end
    Disable {
        /// Client id
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Turn a client on again; people have to sign in again
    Enable {
        /// Client id
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove a client for good; its tokens end
    Remove {
        /// Client id
        id: String,
        /// Do not ask for the name
        #[arg(long)]
        yes: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Executes one command and prints its result.
pub(super) async fn run_command(domain: &Domain, command: ClientCommand) -> Result<(), String> {
    if let ClientCommand::Remove { id, yes: false, .. } = &command {
        let summary = domain.client_summary(&Admin::operator(), id).await.map_err(|error| reason(domain, &error))?;
        confirm(&summary.client.name)?;
    }
    let output = execute(domain, command).await.map_err(|error| reason(domain, &error))?;
    print!("{output}");
    Ok(())
}

async fn execute(domain: &Domain, command: ClientCommand) -> Result<String, Error> {
    let (admin, format) = (Admin::operator(), command.format());
    Ok(match command {
        ClientCommand::Add { name, options, .. } => {
            issued(&domain.add_client(&admin, options.spec(Some(name))).await?, format)
        }
        ClientCommand::List { .. } => list(&domain.clients(&admin).await?, format),
        ClientCommand::Show { id, .. } => show(&domain.client_summary(&admin, &id).await?, format),
        ClientCommand::Set { id, name, options, .. } => {
            changed(&domain.change_client(&admin, &id, options.spec(name)).await?, format)
        }
        ClientCommand::RotateSecret { id, grace, .. } => {
            issued(&domain.rotate_client_secret(&admin, &id, grace).await?, format)
        }
        ClientCommand::Disable { id, .. } => changed(&domain.disable_client(&admin, &id).await?, format),
        ClientCommand::Enable { id, .. } => changed(&domain.enable_client(&admin, &id).await?, format),
        ClientCommand::Remove { id, .. } => changed(&domain.remove_client(&admin, &id).await?, format),
    })
}

impl ClientCommand {
    /// Form of the output, by the option `--json`.
    const fn format(&self) -> OutputFormat {
        let json = match self {
            Self::Add { json, .. }
            | Self::List { json }
            | Self::Show { json, .. }
            | Self::Set { json, .. }
            | Self::RotateSecret { json, .. }
            | Self::Disable { json, .. }
            | Self::Enable { json, .. }
            | Self::Remove { json, .. } => *json,
        };
        if json { OutputFormat::Json } else { OutputFormat::Text }
    }
}

/// Asks for the name of the client on standard error, because standard output is for results.
fn confirm(name: &str) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("the answer could not be read: {error}");
    let mut terminal = stderr();
    write!(terminal, "Type the name of the client, {name}, to remove it: ").map_err(failed)?;
    terminal.flush().map_err(failed)?;
    let mut answer = String::new();
    stdin().lock().read_line(&mut answer).map_err(failed)?;
    if answer.trim() == name.trim() {
        Ok(())
    } else {
        Err("that is not its name; nothing was removed (add --yes to remove it without a question)".to_owned())
    }
}

/// Parses the time that the old secret keeps working.
fn grace(text: &str) -> Result<i64, String> {
    let known = GRACE_PERIODS.into_iter().find(|(name, _)| *name == text);
    known.map(|(_, seconds)| seconds).ok_or_else(|| "must be 0, 1h, 24h or 7d".to_owned())
}
