//! The `admin` commands: on a person, on broadcasts and purchases, and on the clients and keys of the OAuth provider.
//!
//! `reason` holds arguments and errors, `clients` and `oauth` the commands of the provider. A command only writes to the
//! database; what needs Telegram is done by the running service, so that none of them needs a bot token.

mod client_args;
mod client_output;
mod clients;
mod oauth;
mod reason;

use clap::Subcommand;

use crate::cli::{broadcast, clock_and_rng, purchases};
use crate::config::Config;
use crate::domain::Domain;
use crate::domain::admin::access::{Admin, PersonRef};
use crate::domain::admin::undo::UndoTarget;
use crate::model::admin_action::AdminAction;
use crate::model::admin_action::plan_change::{PlanTerm, TimeLeft};
use crate::model::billing::purchase::PaymentChargeId;
use crate::serve::App;

pub(super) use self::reason::{person, reason};

use self::reason::tokens;

/// Commands of admins.
#[derive(Subcommand)]
pub(super) enum AdminCommand {
    /// Show an account
    User {
        /// Telegram id, #42 (account number), @username, email address or part of a name
        #[arg(value_parser = person)]
        user: PersonRef,
    },
    /// Give someone a plan; takes effect within a second
    ///
    /// The plan that an account has is extended from its end. A change that would end it earlier, or give a smaller plan, is
    /// refused without `--replace`.
    Plan {
        /// Telegram id, #42 (account number), @username, email address or part of a name
        #[arg(value_parser = person)]
        user: PersonRef,
        /// Plan id
        plan: String,
        /// Number of days; no end date if omitted
        #[arg(value_parser = clap::value_parser!(u32).range(1..))]
        days: Option<u32>,
        /// Begin now, even if the present plan ends earlier or is larger
        #[arg(long)]
        replace: bool,
    },
    /// Grant tokens to an account, or take them back
    Grant {
        /// Telegram id, #42 (account number), @username, email address or part of a name
        #[arg(value_parser = person)]
        user: PersonRef,
        /// Number of tokens: 5000, 5k, 1.5k; negative to take back
        #[arg(value_parser = tokens, allow_negative_numbers = true)]
        tokens: i64,
        /// Reason, shown in the balance history
        #[arg(default_value = "")]
        reason: String,
    },
    /// Ban an account: its keys stop and its sessions end right away
    Ban {
        /// Telegram id, #42 (account number), @username, email address or part of a name
        #[arg(value_parser = person)]
        user: PersonRef,
        /// Reason, which the person is told
        reason: Option<String>,
    },
    /// Undo the latest action of the command line, within an hour
    Undo,
    /// Write, send, watch and stop broadcasts
    Broadcast {
        #[command(subcommand)]
        command: broadcast::BroadcastCommand,
    },
    /// Give a payment in Stars back; the running service does it
    Refund {
        /// Telegram's id of the payment, as on the receipt
        #[arg(value_parser = purchases::charge)]
        charge: PaymentChargeId,
    },
    /// Show purchases
    Purchases {
        #[command(subcommand)]
        command: purchases::PurchasesCommand,
    },
    /// Register, change and remove clients of the OAuth provider
    Client {
        #[command(subcommand)]
        command: clients::ClientCommand,
    },
    /// Show and rotate the signing keys of the OAuth provider
    Oauth {
        #[command(subcommand)]
        command: oauth::OAuthCommand,
    },
    /// Lift a ban
    Unban {
        /// Telegram id, #42 (account number), @username, email address or part of a name
        #[arg(value_parser = person)]
        user: PersonRef,
    },
}

/// Runs a command.
pub(super) async fn administer(config: Config, command: AdminCommand) -> Result<(), String> {
    let domain = App::build(config, clock_and_rng()).await?.domain();
    let admin = Admin::operator();
    let account = match command {
        AdminCommand::Broadcast { command } => {
            return Box::pin(then_close(&domain, broadcast::run_command(&domain, command))).await;
        }
        AdminCommand::Refund { charge } => {
            return Box::pin(then_close(&domain, purchases::refund(&domain, &charge))).await;
        }
        AdminCommand::Purchases { command } => {
            return Box::pin(then_close(&domain, purchases::run_command(&domain, command))).await;
        }
        AdminCommand::Client { command } => {
            return Box::pin(then_close(&domain, clients::run_command(&domain, command))).await;
        }
        AdminCommand::Oauth { command } => {
            return Box::pin(then_close(&domain, oauth::run_command(&domain, command))).await;
        }
        AdminCommand::User { user } => domain.find_person(&admin, &user).await,
        AdminCommand::Plan { user, plan, days, replace } => {
            let left = if replace { TimeLeft::Replaced } else { TimeLeft::Kept };
            domain.give_plan(&admin, &user, PlanTerm { plan, days }, left).await.map(|performed| performed.after)
        }
        AdminCommand::Grant { user, tokens, reason } => domain.grant(&admin, &user, tokens, &reason).await,
        AdminCommand::Ban { user, reason } => domain.perform_action(&admin, &user, AdminAction::Ban { reason }).await,
        AdminCommand::Unban { user } => domain.perform_action(&admin, &user, AdminAction::Unban).await,
        AdminCommand::Undo => domain.undo_action(&admin, UndoTarget::Latest).await.map(|performed| performed.after),
    };
    let outcome = match account {
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
    outcome
}

/// Runs a command and closes the database.
async fn then_close<T>(domain: &Domain, command: impl Future<Output = T>) -> T {
    let outcome = command.await;
    domain.close().await;
    outcome
}
