//! The `neuralbox-auth admin broadcast` commands. `new` holds the arguments of a draft, `output` prints.
//!
//! A command only writes to the database. A service that runs on the same database reads the change there and does the
//! sending.

mod new;
mod output;

use clap::Subcommand;

use crate::domain::admin::access::Admin;
use crate::domain::broadcasts::MAX_PAGE_LINES;
use crate::domain::{self, Domain};
use crate::model::broadcasts::BroadcastId;

use self::new::NewBroadcastArgs;

/// Subcommands of `admin broadcast`.
#[derive(Subcommand)]
pub(super) enum BroadcastCommand {
    /// Write a draft; nothing is sent until `start`
    New(Box<NewBroadcastArgs>),
    /// Show the content, audience and progress of a broadcast
    Show {
        /// Broadcast number
        id: i64,
    },
    /// List broadcasts and drafts, newest first
    List {
        /// Only broadcasts with a lower number
        #[arg(long, value_name = "NUMBER")]
        before: Option<i64>,
        /// Maximum number of broadcasts
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=MAX_PAGE_LINES))]
        limit: i64,
    },
    /// Copy a broadcast into a new draft
    Copy {
        /// Broadcast number
        id: i64,
    },
    /// Send a draft to all admins who have started the bot
    Test {
        /// Broadcast number
        id: i64,
    },
    /// Send a draft, immediately or at its scheduled time
    Start {
        /// Broadcast number
        id: i64,
        /// Number of recipients printed by `show`; if it has changed, nothing is sent
        #[arg(long, value_name = "NUMBER")]
        recipients: i64,
    },
    /// Pause a broadcast; messages already in progress are still sent
    Pause {
        /// Broadcast number
        id: i64,
    },
    /// Resume a broadcast
    Resume {
        /// Broadcast number
        id: i64,
    },
    /// Cancel a broadcast, or delete a draft
    Cancel {
        /// Broadcast number
        id: i64,
    },
    /// Cancel a broadcast and delete the messages sent within the last 48 hours
    Retract {
        /// Broadcast number
        id: i64,
    },
    /// Turn a scheduled broadcast back into a draft
    Recall {
        /// Broadcast number
        id: i64,
    },
    /// Print who may not have got it, as CSV
    Failures {
        /// Broadcast number
        id: i64,
    },
}

/// Executes one command and prints its result.
pub(super) async fn run_command(domain: &Domain, command: BroadcastCommand) -> Result<(), String> {
    let output = execute(domain, command).await.map_err(|error| super::reason(domain, &error))?;
    print!("{output}");
    Ok(())
}

async fn execute(domain: &Domain, command: BroadcastCommand) -> domain::Result<String> {
    let admin = Admin::operator();
    let broadcast = match command {
        BroadcastCommand::New(args) => {
            let idempotency_key = args.once.clone().map(|once| format!("cli:{once}"));
            let changes = args.changes(domain, &admin).await?;
            domain.draft_broadcast_with(&admin, idempotency_key.as_deref(), &changes).await?.draft
        }
        BroadcastCommand::Show { id } => domain.broadcast(&admin, BroadcastId(id)).await?,
        BroadcastCommand::List { before, limit } => return output::list(domain, &admin, before, limit).await,
        BroadcastCommand::Copy { id } => domain.copy_broadcast(&admin, BroadcastId(id), None).await?.draft,
        BroadcastCommand::Test { id } => {
            return Ok(output::test(&domain.test_broadcast(&admin, BroadcastId(id)).await?));
        }
        BroadcastCommand::Start { id, recipients } => {
            domain.start_broadcast(&admin, BroadcastId(id), recipients, None).await?
        }
        BroadcastCommand::Pause { id } => domain.pause_broadcast(&admin, BroadcastId(id)).await?,
        BroadcastCommand::Resume { id } => domain.resume_broadcast(&admin, BroadcastId(id)).await?,
        BroadcastCommand::Cancel { id } => domain.cancel_broadcast(&admin, BroadcastId(id)).await?,
        BroadcastCommand::Retract { id } => domain.retract_broadcast(&admin, BroadcastId(id)).await?,
        BroadcastCommand::Recall { id } => domain.unschedule_broadcast(&admin, BroadcastId(id)).await?,
        BroadcastCommand::Failures { id } => return output::failures(domain, &admin, BroadcastId(id)).await,
    };
    output::describe(domain, &admin, &broadcast).await
}
