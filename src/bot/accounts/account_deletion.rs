//! Account deletion in chat: schedule and cancel.

use crate::bot::context::Result;
use crate::bot::reply::{Reply, ReplyContext};
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::accounts::{account_deletion, profile};
use crate::messages::localizer::Localizer;

/// Asks for confirmation before the account is scheduled for deletion.
pub(crate) async fn ask_deletion(domain: Domain, localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Show(account_deletion::ask_deletion(&localizer, domain.now())))
}

/// Schedules the account for deletion.
pub(crate) async fn schedule(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let at = domain.schedule_deletion(&caller).await?;
    Ok(Reply::Show(account_deletion::deletion_scheduled(&localizer, at)))
}

/// Cancels the deletion. A double tap has no further effect.
pub(crate) async fn cancel(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    domain.cancel_deletion(&caller).await?;
    let (user, plan) = (domain.user(caller.account()), domain.plan_of_account(caller.account()));
    Ok(Reply::ShowAndSay(profile::menu(&localizer, &user, plan), localizer.text("bot-deletion-cancelled")))
}

/// Message that answers everything while the account is scheduled for deletion; `None` if it is not.
pub(crate) fn instead(context: &ReplyContext) -> Option<OutgoingMessage> {
    let due_at = context.caller.account().deletion_due_at?;
    Some(account_deletion::deletion_scheduled(&context.localizer, due_at))
}
