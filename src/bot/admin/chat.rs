//! The chat of an admin: the sender, their authority, and what the handlers need.

use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::admin::access::{Admin, AdminAct};
use crate::messages::localizer::Localizer;
use crate::messages::with_menu;

/// An admin whose role allows the act of the handler. Authenticated again for every command and tap.
#[derive(Clone)]
pub(crate) struct AdminChat {
    pub(super) domain: Domain,
    pub(super) admin: Admin,
    pub(super) context: UpdateContext,
    pub(super) localizer: Localizer,
}

impl AdminChat {
    /// Chat of the sender; `None` if they are not an admin whose role allows the act.
    pub(crate) fn of(domain: Domain, context: UpdateContext, localizer: Localizer, act: AdminAct) -> Option<Self> {
        let admin = domain.admin_for(context.person, act).ok()?;
        Some(Self { domain, admin, context, localizer })
    }

    /// Explains how a command is used.
    pub(super) fn usage(&self, text: &str) -> Reply {
        Reply::Send(with_menu(&self.localizer, self.localizer.text(text)))
    }
}

/// Reply to a tap by someone whose role does not allow it, or no longer, or who forged the button.
pub(crate) async fn not_admin(localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Say(localizer.text("bot-not-possible")))
}
