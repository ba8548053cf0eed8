//! Questions before an action, and its result.

use teloxide::types::InlineKeyboardButton;

use crate::domain::Domain;
use crate::domain::admin::admin_actions::{PendingAction, PerformedAction};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::admin::{card_button, person, plans, tap};
use crate::messages::callback_data::{AdminCallback, PlanChoice};
use crate::messages::keyboard::rows;
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::accounts::account::{Account, AccountId};
use crate::model::admin_action::{AdminAction, UndoneAction};
use crate::model::text::texts::TextArg::{Count, Text};

/// Answer that an admin types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypedAnswer {
    /// Number of tokens, and perhaps a reason.
    Tokens,
    /// Message to the person.
    Message,
}

/// Asks the admin for a typed answer: the next message.
pub(crate) fn ask_typed(localizer: &Localizer, account: &Account, answer: TypedAnswer) -> OutgoingMessage {
    let id = match answer {
        TypedAnswer::Tokens => "bot-grant-ask",
        TypedAnswer::Message => "bot-message-ask",
    };
    let html = localizer.html(id, &person(account));
    OutgoingMessage { keyboard: rows([vec![card_button(localizer, account.id)]]), ..plain(html) }
}

/// Explains why the admin's answer cannot be used. The question stays open.
pub(crate) fn again(localizer: &Localizer, html: String, account: AccountId) -> OutgoingMessage {
    OutgoingMessage { keyboard: rows([vec![card_button(localizer, account)]]), ..plain(html) }
}

/// Confirmation before an action is performed.
pub(crate) fn ask(localizer: &Localizer, pending: &PendingAction, domain: &Domain) -> OutgoingMessage {
    let html = question(localizer, pending, domain);
    let id = pending.id;
    let is_loss = pending.plan.as_ref().is_some_and(|change| change.loss.is_some());
    let yes = match pending.action {
        AdminAction::Plan { .. } if is_loss => "bot-button-replace",
        AdminAction::Message { .. } => "bot-button-send",
        _ => "bot-button-yes",
    };
    let yes = tap(localizer.text(yes), AdminCallback::Confirm(id));
    let no = tap(localizer.text("bot-button-no"), AdminCallback::Cancel(id));
    let instead = replace_button(localizer, pending, domain).map(|button| vec![button]);
    OutgoingMessage { keyboard: rows([vec![yes, no]].into_iter().chain(instead)), ..plain(html) }
}

fn question(localizer: &Localizer, pending: &PendingAction, domain: &Domain) -> String {
    let PendingAction { action, person: account, plan, .. } = pending;
    match action {
        AdminAction::Grant { tokens, reason } => {
            let values = [
                ("tokens", Count(tokens.abs())),
                ("before", Count(account.token_balance)),
                ("after", Count(account.token_balance.saturating_add(*tokens))),
                ("reason", Text(reason)),
            ];
            let id = if *tokens < 0 { "bot-ask-take" } else { "bot-ask-grant" };
            localizer.html(id, &[&person(account)[..], &values].concat())
        }
        AdminAction::Ban { reason: Some(reason) } => {
            let reason = localizer.html("bot-ask-ban-reason", &[("reason", Text(reason))]);
            format!("{}\n\n{reason}", localizer.html("bot-ask-ban", &person(account)))
        }
        AdminAction::Ban { reason: None } => {
            format!("{}\n\n{}", localizer.html("bot-ask-ban", &person(account)), localizer.text("bot-ask-ban-why"))
        }
        AdminAction::Unban => localizer.html("bot-ask-unban", &person(account)),
        AdminAction::Message { html } => format!("{}\n\n{html}", localizer.html("bot-ask-message", &person(account))),
        AdminAction::Plan { .. } | AdminAction::Undo { .. } => {
            plan.as_ref().map(|change| plans::question(localizer, account, change, domain)).unwrap_or_default()
        }
    }
}

/// Button that replaces the time that is left instead of extending it.
fn replace_button(localizer: &Localizer, pending: &PendingAction, domain: &Domain) -> Option<InlineKeyboardButton> {
    let AdminAction::Plan { plan, days: Some(days), .. } = &pending.action else { return None };
    pending.plan.as_ref().filter(|change| change.is_extension && change.loss.is_none())?;
    let until = localizer.day(domain.now().plus(i64::from(*days) * 86_400));
    let label = localizer.html("bot-button-replace-instead", &[("day", Text(&until))]);
    let choice = PlanChoice { account: pending.person.id, plan: plan.clone(), days: Some(*days) };
    Some(tap(label, AdminCallback::AskReplace(choice)))
}

/// Result of a cancelled action.
pub(crate) fn cancelled(localizer: &Localizer, account: AccountId) -> OutgoingMessage {
    let keyboard = rows([vec![card_button(localizer, account)]]);
    OutgoingMessage { keyboard, ..plain(localizer.text("bot-action-cancelled")) }
}

/// Result of a performed action.
pub(crate) fn done(localizer: &Localizer, performed: &PerformedAction, domain: &Domain) -> OutgoingMessage {
    let PerformedAction { action, entry, after, .. } = performed;
    let html = match action {
        AdminAction::Plan { .. } => plan_set(localizer, after, domain),
        AdminAction::Grant { tokens, .. } => granted(localizer, performed, *tokens),
        AdminAction::Ban { .. } => localizer.html("bot-ban-done", &person(after)),
        AdminAction::Unban => localizer.html("bot-unban-done", &person(after)),
        AdminAction::Message { .. } => localizer.html("bot-message-done", &person(after)),
        AdminAction::Undo { undone, .. } => {
            format!("{} {}", localizer.text("bot-action-undone"), undone_text(localizer, performed, *undone, domain))
        }
    };
    let undo = action.undone().map(|_| tap(localizer.text("bot-button-undo-action"), AdminCallback::Undo(*entry)));
    let buttons = undo.into_iter().chain([card_button(localizer, after.id)]).collect();
    OutgoingMessage { keyboard: rows([buttons]), ..plain(html) }
}

fn plan_set(localizer: &Localizer, account: &Account, domain: &Domain) -> String {
    let plan = domain.plan_of_account(account);
    let until = account.plan_until.filter(|_| plan.id == account.plan).map(|until| localizer.day(until));
    let values = [("plan", Text(plan.title.as_str())), ("day", Text(until.as_deref().unwrap_or_default()))];
    let id = if until.is_some() { "bot-plan-set-until" } else { "bot-plan-set" };
    localizer.html(id, &[&person(account)[..], &values].concat())
}

fn granted(localizer: &Localizer, performed: &PerformedAction, tokens: i64) -> String {
    let PerformedAction { before, after, .. } = performed;
    let values = [
        ("tokens", Count(tokens.abs())),
        ("before", Count(before.token_balance)),
        ("after", Count(after.token_balance)),
    ];
    let id = if tokens < 0 { "bot-taken" } else { "bot-granted" };
    localizer.html(id, &[&person(after)[..], &values].concat())
}

fn undone_text(localizer: &Localizer, performed: &PerformedAction, undone: UndoneAction, domain: &Domain) -> String {
    let PerformedAction { before, after, .. } = performed;
    match undone {
        UndoneAction::Plan => plan_set(localizer, after, domain),
        UndoneAction::Grant => granted(localizer, performed, after.token_balance - before.token_balance),
        UndoneAction::Ban => localizer.html("bot-unban-done", &person(after)),
        UndoneAction::Unban => localizer.html("bot-ban-done", &person(after)),
    }
}
