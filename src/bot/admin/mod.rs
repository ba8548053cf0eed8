//! Admin commands and buttons about people.
//!
//! - `people`: the admin's menu, the search, account cards and statistics.
//! - `actions`: plans, grants, bans, messages, their confirmation and undo.
//! - `questions`: what the bot asks an admin, and the answers.
//!
//! Every command and every tap checks again that the sender is an admin whose role allows it. To anyone else the commands
//! do not exist.

pub(in crate::bot) mod actions;
pub(in crate::bot) mod people;
pub(in crate::bot) mod questions;

use crate::bot::incoming::UpdateContext;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::admin::access::{Admin, AdminAct};
use crate::messages::localizer::Localizer;

/// The sender, if they are an admin whose role allows the act.
fn admin(domain: &Domain, context: &UpdateContext, act: AdminAct) -> Option<Admin> {
    domain.admin_for(context.person, act).ok()
}

/// Reply to a tap by someone whose role does not allow it, or no longer, or who forged the button.
fn not_admin(localizer: &Localizer) -> Reply {
    Reply::Say(localizer.text("bot-not-possible"))
}
