//! Notices about what admins did to a person's account, and their messages to one person.

use teloxide::types::InlineKeyboardButton;

use crate::domain::Domain;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::callback_data::{AdminCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{back, keys_button, plain};
use crate::model::accounts::account::AccountId;
use crate::model::notices::admin_action_notice::{AdminActionNotice, PlanChangeKind};
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// Message of a notice about an action of an admin.
pub(crate) fn notice(localizer: &Localizer, domain: &Domain, notice: &AdminActionNotice) -> OutgoingMessage {
    let (html, buttons) = match notice {
        AdminActionNotice::Plan { change, .. } => (plan(localizer, notice), plan_buttons(localizer, *change)),
        AdminActionNotice::Tokens { tokens, reason } => {
            (granted(localizer, *tokens, reason.as_deref()), vec![profile_button(localizer), back(localizer)])
        }
        // A banned person can tap nothing.
        AdminActionNotice::Banned { reason } => (banned(localizer, domain, reason.as_deref()), Vec::new()),
        AdminActionNotice::Unbanned => (localizer.text("bot-notice-unbanned"), vec![back(localizer)]),
        AdminActionNotice::Message { html, .. } => {
            (format!("{}\n\n{html}", localizer.text("bot-notice-message")), vec![back(localizer)])
        }
        AdminActionNotice::Undelivered { account, name, waits } => {
            let id = if *waits { "bot-notice-undelivered-waits" } else { "bot-notice-undelivered" };
            let html = localizer.html(id, &[("name", Text(name)), ("number", Count(*account))]);
            let card = Callback::Admin(AdminCallback::User(AccountId(*account)));
            (html, vec![button(localizer.text("bot-button-open-card"), &card)])
        }
    };
    let buttons = (!buttons.is_empty()).then_some(buttons);
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

fn plan(localizer: &Localizer, notice: &AdminActionNotice) -> String {
    let AdminActionNotice::Plan { change, plan, until, keys, names } = notice else { return String::new() };
    let values = [("plan", Text(plan.as_str()))];
    let (with_end, without_end) = match change {
        PlanChangeKind::Given => ("bot-given-plan-until", "bot-given-plan"),
        PlanChangeKind::Shortened => ("bot-given-shorter-until", "bot-given-less"),
        PlanChangeKind::Smaller => ("bot-given-less-until", "bot-given-less"),
    };
    let html = match until {
        Some(until) => localizer.dated(with_end, &values, Moment(*until)),
        None => localizer.html(without_end, &values),
    };
    if *keys == 0 {
        return html;
    }
    let named = i64::try_from(names.len()).unwrap_or_default();
    let more = if named < *keys { "…" } else { "" };
    let list = format!("{}{more}", names.join(", "));
    let paused = localizer.html("bot-given-paused", &[("keys", Count(*keys)), ("names", Text(&list))]);
    format!("{html}\n\n{paused}")
}

fn plan_buttons(localizer: &Localizer, change: PlanChangeKind) -> Vec<InlineKeyboardButton> {
    let first = match change {
        PlanChangeKind::Given => keys_button(localizer),
        PlanChangeKind::Shortened | PlanChangeKind::Smaller => {
            button(localizer.text("bot-button-plans"), &Callback::Plans)
        }
    };
    vec![first, back(localizer)]
}

fn granted(localizer: &Localizer, tokens: i64, reason: Option<&str>) -> String {
    let values = [("tokens", Count(tokens.abs())), ("reason", Text(reason.unwrap_or_default()))];
    let id = match (tokens < 0, reason) {
        (false, Some(_)) => "bot-given-tokens",
        (false, None) => "bot-given-tokens-only",
        (true, Some(_)) => "bot-taken-tokens",
        (true, None) => "bot-taken-tokens-only",
    };
    localizer.html(id, &values)
}

fn banned(localizer: &Localizer, domain: &Domain, reason: Option<&str>) -> String {
    let text = localizer.text("bot-notice-banned");
    let reason = reason.map(|reason| localizer.html("bot-notice-banned-reason", &[("reason", Text(reason))]));
    let contact = domain.support().map(ToString::to_string);
    let contact =
        contact.map(|contact| localizer.html("bot-notice-banned-contact", &[("contact", Text(contact.as_str()))]));
    [Some(text), reason, contact].into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

fn profile_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-profile"), &Callback::Profile)
}
