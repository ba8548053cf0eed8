//! Messages for admins about accounts, requested actions and statistics.

use teloxide::types::InlineKeyboardButton;

use crate::domain::Domain;
use crate::domain::admin::admin_actions::{PendingAction, PerformedAction};
use crate::domain::admin::stats::{AccountSummary, AccountTotals, AuditEntry, Stats, StatsRow};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::billing::{purchases, refunds};
use crate::messages::callback_data::{AdminCallback, Callback, PlanChoice};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{back, plain};
use crate::model::accounts::account::Account;
use crate::model::accounts::identity::Identity;
use crate::model::admin_action::AdminAction;
use crate::model::text::texts::TextArg;
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// Days for which a button sets a plan.
const PLAN_DAYS: u32 = 30;

/// Card of an account.
pub(crate) fn card(localizer: &Localizer, card: &AccountSummary, domain: &Domain) -> OutgoingMessage {
    let AccountSummary { account, totals, .. } = card;
    let AccountTotals { keys, sessions, last_seen_at, unreachable } = totals;
    let plan = domain.plan_of_account(account);
    let identities: Vec<String> = card.identities.iter().map(identity_line).collect();
    let last_seen = last_seen_at.map_or_else(|| localizer.text("bot-never"), Moment::day);
    let values = [
        ("plan", Text(plan.title.as_str())),
        ("tokens", Count(account.token_balance)),
        ("keys", Count(*keys)),
        ("sessions", Count(*sessions)),
        ("made", Text(&account.created_at.day())),
        ("seen", Text(&last_seen)),
        ("ways", Text(&identities.join(", "))),
    ];
    let mut lines = vec![localizer.html("bot-user-card", &[&person(account)[..], &values].concat())];
    if let Some(until) = account.plan_until.filter(|_| plan.id == account.plan) {
        lines.push(localizer.html("bot-user-until", &[("day", Text(&until.day()))]));
    }
    if let Some(at) = account.banned_at {
        lines.push(localizer.html("bot-user-banned", &[("day", Text(&at.day()))]));
    }
    if *unreachable {
        lines.push(localizer.text("bot-user-unreachable"));
    }
    let purchases: Vec<String> = card.purchases.iter().map(|bought| purchases::line(localizer, bought)).collect();
    let audit_log = audit_log(localizer, card);
    let html = [lines.join("\n"), purchases.join("\n"), audit_log]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n");
    let bought = (!card.purchases.is_empty()).then(|| vec![refunds::purchases_button(localizer, account.id)]);
    let buttons = [card_buttons(localizer, card)].into_iter().chain(bought).chain([vec![back(localizer)]]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

fn card_buttons(
    localizer: &Localizer,
    AccountSummary { account, admin, .. }: &AccountSummary,
) -> Vec<InlineKeyboardButton> {
    let mut buttons =
        vec![button(localizer.text("bot-button-plan"), &Callback::Admin(AdminCallback::UserPlans(account.id)))];
    if account.banned_at.is_some() {
        buttons.push(button(localizer.text("bot-button-unban"), &Callback::Admin(AdminCallback::AskUnban(account.id))));
    } else if !admin {
        buttons.push(button(localizer.text("bot-button-ban"), &Callback::Admin(AdminCallback::AskBan(account.id))));
    }
    buttons
}

/// Line of an identity, such as `telegram 1001 @ivan` or `email ivan@example.org`.
fn identity_line(identity: &Identity) -> String {
    match &identity.label {
        Some(label) if identity.kind == "telegram" => format!("{} {} @{label}", identity.kind, identity.subject),
        Some(label) => format!("{} {label}", identity.kind),
        None => format!("{} {}", identity.kind, identity.subject),
    }
}

/// Latest admin actions on the account.
fn audit_log(localizer: &Localizer, card: &AccountSummary) -> String {
    let line = |entry: &AuditEntry| {
        let text = match AdminAction::from_json(&entry.action)? {
            AdminAction::Plan { .. } => "bot-audit-plan",
            AdminAction::Grant { .. } => "bot-audit-tokens",
            AdminAction::Ban | AdminAction::Unban => "bot-audit-ban",
        };
        let by = entry.admin_id.map_or_else(|| localizer.text("bot-audit-operator"), |admin| admin.to_string());
        let day = entry.created_at.day();
        let values =
            [("day", Text(&day)), ("was", Text(&entry.before)), ("became", Text(&entry.after)), ("by", Text(&by))];
        Some(localizer.html(text, &values))
    };
    card.audit_log.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

/// Choice of a plan for an account.
pub(crate) fn plans(localizer: &Localizer, card: &AccountSummary, domain: &Domain) -> OutgoingMessage {
    let account = &card.account;
    let base = &domain.plans().base().id;
    let choice = |plan: &crate::model::billing::plan::Plan| {
        let tap = |days| {
            Callback::Admin(AdminCallback::AskPlan(PlanChoice { account: account.id, plan: plan.id.clone(), days }))
        };
        let for_good = button(localizer.html("bot-button-plan-for-good", &[("plan", Text(&plan.title))]), &tap(None));
        if plan.id == *base {
            return vec![for_good];
        }
        let values = [("plan", Text(plan.title.as_str())), ("days", Count(i64::from(PLAN_DAYS)))];
        vec![button(localizer.html("bot-button-plan-for-days", &values), &tap(Some(PLAN_DAYS))), for_good]
    };
    let mut buttons: Vec<_> = domain.plans().iter().take(40).map(choice).collect();
    buttons.push(vec![button(localizer.text("bot-button-card"), &Callback::Admin(AdminCallback::User(account.id)))]);
    let plan = [("plan", Text(domain.plan_of_account(account).title.as_str()))];
    let html = localizer.html("bot-user-plans", &[&person(account)[..], &plan].concat());
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

/// Confirmation before an action is performed.
pub(crate) fn ask(
    localizer: &Localizer,
    PendingAction { id, action, person: account }: &PendingAction,
    domain: &Domain,
) -> OutgoingMessage {
    let html = match action {
        AdminAction::Plan { plan, days } => {
            let title = domain.plans().get(plan).map_or(plan.as_str(), |plan| &plan.title);
            let until = days.map(|days| domain.now().plus(i64::from(days) * 86_400).day());
            let values = [
                ("plan", Text(title)),
                ("now", Text(&domain.plan_of_account(account).title)),
                ("day", Text(until.as_deref().unwrap_or_default())),
            ];
            let id = if until.is_some() { "bot-ask-plan-until" } else { "bot-ask-plan" };
            localizer.html(id, &[&person(account)[..], &values].concat())
        }
        AdminAction::Grant { tokens, reason } => {
            let tokens = i64::from(*tokens);
            let values = [
                ("tokens", Count(tokens)),
                ("before", Count(account.token_balance)),
                ("after", Count(account.token_balance.saturating_add(tokens))),
                ("reason", Text(reason)),
            ];
            localizer.html("bot-ask-grant", &[&person(account)[..], &values].concat())
        }
        AdminAction::Ban => localizer.html("bot-ask-ban", &person(account)),
        AdminAction::Unban => localizer.html("bot-ask-unban", &person(account)),
    };
    let yes = button(localizer.text("bot-button-yes"), &Callback::Admin(AdminCallback::Confirm(*id)));
    let no = button(localizer.text("bot-button-no"), &Callback::Admin(AdminCallback::Cancel(*id)));
    OutgoingMessage { keyboard: rows([vec![yes, no]]), ..plain(html) }
}

/// Result of a performed action.
pub(crate) fn done(localizer: &Localizer, performed: &PerformedAction, domain: &Domain) -> OutgoingMessage {
    let PerformedAction { action, before, after } = performed;
    let html = match action {
        AdminAction::Plan { .. } => {
            let until = after.plan_until.map(Moment::day);
            let title = &domain.plan_of_account(after).title;
            let values = [("plan", Text(title.as_str())), ("day", Text(until.as_deref().unwrap_or_default()))];
            let id = if until.is_some() { "bot-plan-set-until" } else { "bot-plan-set" };
            localizer.html(id, &[&person(after)[..], &values].concat())
        }
        AdminAction::Grant { tokens, .. } => {
            let values = [
                ("tokens", Count(i64::from(*tokens))),
                ("before", Count(before.token_balance)),
                ("after", Count(after.token_balance)),
            ];
            localizer.html("bot-granted", &[&person(after)[..], &values].concat())
        }
        AdminAction::Ban => localizer.html("bot-ban-done", &person(after)),
        AdminAction::Unban => localizer.html("bot-unban-done", &person(after)),
    };
    let card = button(localizer.text("bot-button-card"), &Callback::Admin(AdminCallback::User(after.id)));
    OutgoingMessage { keyboard: rows([vec![card]]), ..plain(html) }
}

/// Statistics.
pub(crate) fn stats(localizer: &Localizer, Stats { counts, plans }: &Stats) -> OutgoingMessage {
    let StatsRow { accounts, new_accounts, banned, active, keys, sessions, charged } = *counts;
    let values = [
        ("accounts", Count(accounts)),
        ("newcomers", Count(new_accounts)),
        ("banned", Count(banned)),
        ("active", Count(active)),
        ("keys", Count(keys)),
        ("sessions", Count(sessions)),
        ("charged", Count(charged)),
    ];
    let line = |(title, count): &(String, i64)| {
        localizer.html("bot-stats-plan", &[("plan", Text(title.as_str())), ("count", Count(*count))])
    };
    let by_plan: Vec<String> = plans.iter().map(line).collect();
    plain(format!("{}\n\n{}", localizer.html("bot-stats", &values), by_plan.join("\n")))
}

fn person(account: &Account) -> [(&'static str, TextArg<'_>); 2] {
    [("name", Text(account.name.as_str())), ("number", Count(account.id.0))]
}
