//! Card of an account.

use teloxide::types::InlineKeyboardButton;

use crate::domain::Domain;
use crate::domain::admin::stats::{AccountSummary, AccountTotals, AuditEntry};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::admin::plans::plan_with_end;
use crate::messages::admin::{home_button, person, tap};
use crate::messages::billing::{purchases, refunds};
use crate::messages::callback_data::AdminCallback;
use crate::messages::keyboard::rows;
use crate::messages::localizer::Localizer;
use crate::messages::{back, plain};
use crate::model::accounts::identity::Identity;
use crate::model::admin_action::{AdminAction, AssignedPlan, UndoneAction};
use crate::model::text::texts::TextArg::{Count, Text};

/// Card of an account.
pub(crate) fn card(localizer: &Localizer, card: &AccountSummary, domain: &Domain) -> OutgoingMessage {
    let AccountSummary { account, totals, .. } = card;
    let AccountTotals { keys, sessions, last_seen_at, unreachable } = totals;
    let plan = domain.plan_of_account(account);
    let identities: Vec<String> = card.identities.iter().map(identity_line).collect();
    let last_seen = last_seen_at.map_or_else(|| localizer.text("bot-never"), |at| localizer.day(at));
    let values = [
        ("plan", Text(plan.title.as_str())),
        ("tokens", Count(account.token_balance)),
        ("keys", Count(*keys)),
        ("sessions", Count(*sessions)),
        ("made", Text(&localizer.day(account.created_at))),
        ("seen", Text(&last_seen)),
        ("ways", Text(&identities.join(", "))),
    ];
    let mut lines = vec![localizer.html("bot-user-card", &[&person(account)[..], &values].concat())];
    if let Some(until) = account.plan_until.filter(|_| plan.id == account.plan) {
        lines.push(localizer.dated("bot-user-until", &[], until));
    }
    if let Some(at) = account.banned_at {
        lines.push(localizer.dated("bot-user-banned", &[], at));
    }
    if *unreachable {
        lines.push(localizer.text("bot-user-unreachable"));
    }
    let audit_log: Vec<_> = card.audit_log.iter().filter_map(|entry| audit_line(localizer, entry, domain)).collect();
    let purchases: Vec<String> = card.purchases.iter().map(|bought| purchases::line(localizer, bought)).collect();
    let parts = [lines.join("\n"), purchases.join("\n"), audit_log.join("\n")];
    let html = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    let buttons = card_buttons(localizer, card).into_iter().chain([vec![home_button(localizer), back(localizer)]]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

/// Buttons of a card: everything that can be done to the account.
fn card_buttons(localizer: &Localizer, card: &AccountSummary) -> Vec<Vec<InlineKeyboardButton>> {
    let id = card.account.id;
    let has_chat = card.identities.iter().any(|identity| identity.kind == "telegram") && !card.totals.unreachable;
    let message = has_chat.then(|| tap(localizer.text("bot-button-message"), AdminCallback::AskMessage(id)));
    let ban = if card.account.banned_at.is_some() {
        Some(tap(localizer.text("bot-button-unban"), AdminCallback::AskUnban(id)))
    } else {
        (!card.admin).then(|| tap(localizer.text("bot-button-ban"), AdminCallback::AskBan(id)))
    };
    let plan = tap(localizer.text("bot-button-plan"), AdminCallback::UserPlans(id));
    let tokens = tap(localizer.text("bot-button-tokens"), AdminCallback::AskGrant(id));
    let people: Vec<_> = message.into_iter().chain(ban).collect();
    let bought = (!card.purchases.is_empty()).then(|| refunds::purchases_button(localizer, id));
    let rows = [vec![plan, tokens], people, bought.into_iter().collect()];
    rows.into_iter().filter(|row| !row.is_empty()).collect()
}

/// Line of an identity, such as `telegram 1001 @ivan` or `email ivan@example.org`.
fn identity_line(identity: &Identity) -> String {
    match &identity.label {
        Some(label) if identity.kind == "telegram" => format!("{} {} @{label}", identity.kind, identity.subject),
        Some(label) => format!("{} {label}", identity.kind),
        None => format!("{} {}", identity.kind, identity.subject),
    }
}

/// Line of the audit log; `None` for an action that only a newer version knows.
fn audit_line(localizer: &Localizer, entry: &AuditEntry, domain: &Domain) -> Option<String> {
    let action = AdminAction::from_json(&entry.action)?;
    let reason = match &action {
        AdminAction::Grant { reason, .. } if !matches!(reason.as_str(), "grant" | "correction") => {
            Some(reason.as_str())
        }
        AdminAction::Ban { reason } => reason.as_deref(),
        _ => None,
    };
    let line = match &action {
        AdminAction::Undo { undone, .. } => format!("↩️ {}", state_line(localizer, entry, *undone, domain)),
        AdminAction::Message { .. } => localizer.html("bot-audit-message", &when_and_who(localizer, entry).values()),
        action => state_line(localizer, entry, action.undone()?, domain),
    };
    let reason = reason.map(|reason| localizer.html("bot-audit-reason", &[("reason", Text(reason))]));
    Some([Some(line), reason].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// Day and admin of an entry.
struct WhenAndWho {
    day: String,
    by: String,
}

impl WhenAndWho {
    fn values(&self) -> [(&'static str, crate::model::text::texts::TextArg<'_>); 2] {
        [("day", Text(&self.day)), ("by", Text(&self.by))]
    }
}

fn when_and_who(localizer: &Localizer, entry: &AuditEntry) -> WhenAndWho {
    let by = match (&entry.admin_name, entry.admin_id) {
        (Some(name), Some(_)) => name.clone(),
        (_, Some(id)) => id.to_string(),
        (_, None) => localizer.text("bot-audit-operator"),
    };
    WhenAndWho { day: localizer.day(entry.created_at), by }
}

/// Change of a field, as the audit log records it.
fn state_line(localizer: &Localizer, entry: &AuditEntry, kind: UndoneAction, domain: &Domain) -> String {
    let who = when_and_who(localizer, entry);
    let change = match kind {
        UndoneAction::Plan => {
            let plan = |text: &str| match AssignedPlan::parse(text) {
                Some(state) => plan_with_end(localizer, domain, &state),
                None => text.to_owned(),
            };
            let (was, became) = (plan(&entry.before), plan(&entry.after));
            let values = [("was", Text(was.as_str())), ("became", Text(&became))];
            return localizer.html("bot-audit-plan", &[&who.values()[..], &values].concat());
        }
        UndoneAction::Grant => {
            let number = |text: &str| Count(text.parse().unwrap_or_default());
            [("was", number(&entry.before)), ("became", number(&entry.after))]
        }
        UndoneAction::Ban | UndoneAction::Unban => {
            let text = if entry.after == "banned" { "bot-audit-banned" } else { "bot-audit-unbanned" };
            return localizer.html(text, &who.values());
        }
    };
    localizer.html("bot-audit-tokens", &[&who.values()[..], &change].concat())
}
