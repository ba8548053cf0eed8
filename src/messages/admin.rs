//! What admins see of other people.

use teloxide::types::InlineKeyboardButton;

use crate::domain::Domain;
use crate::domain::admin::admin_actions::{Acted, Asked};
use crate::domain::admin::stats::{Belongings, Census, PersonCard, Stats};
use crate::messages::callback_data::{AdminTap, Tap};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Speaker;
use crate::messages::{Screen, back, plain};
use crate::model::accounts::account::Account;
use crate::model::admin_action::Act;
use crate::model::text::texts::Value;
use crate::model::text::texts::Value::{Count, Text};
use crate::model::time::Moment;

/// For how many days a plan is given by a button.
const DAYS: u32 = 30;

/// A person's card.
pub(crate) fn card(speaker: &Speaker, card: &PersonCard, domain: &Domain) -> Screen {
    let PersonCard { account, belongings, .. } = card;
    let Belongings { keys, sessions, seen_at, unreachable } = belongings;
    let plan = domain.plan_of(account);
    let ways: Vec<String> = card.identities.iter().map(way).collect();
    let seen = seen_at.map_or_else(|| speaker.say("bot-never"), Moment::day);
    let values = [
        ("plan", Text(plan.title.as_str())),
        ("tokens", Count(account.token_balance)),
        ("keys", Count(*keys)),
        ("sessions", Count(*sessions)),
        ("made", Text(&account.created_at.day())),
        ("seen", Text(&seen)),
        ("ways", Text(&ways.join(", "))),
    ];
    let mut lines = vec![speaker.html("bot-user-card", &[&person(account)[..], &values].concat())];
    if let Some(until) = account.plan_until.filter(|_| plan.id == account.plan) {
        lines.push(speaker.html("bot-user-until", &[("day", Text(&until.day()))]));
    }
    if let Some(at) = account.banned_at {
        lines.push(speaker.html("bot-user-banned", &[("day", Text(&at.day()))]));
    }
    if *unreachable {
        lines.push(speaker.say("bot-user-unreachable"));
    }
    let trail = trail(speaker, card);
    let html = [lines.join("\n"), trail].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    Screen { keyboard: rows([card_buttons(speaker, card), vec![back(speaker)]]), ..plain(html) }
}

fn card_buttons(speaker: &Speaker, PersonCard { account, admin, .. }: &PersonCard) -> Vec<InlineKeyboardButton> {
    let mut buttons = vec![button(speaker.say("bot-button-plan"), &Tap::Admin(AdminTap::UserPlans(account.id)))];
    if account.banned_at.is_some() {
        buttons.push(button(speaker.say("bot-button-unban"), &Tap::Admin(AdminTap::AskUnban(account.id))));
    } else if !admin {
        buttons.push(button(speaker.say("bot-button-ban"), &Tap::Admin(AdminTap::AskBan(account.id))));
    }
    buttons
}

/// `telegram 1001 @ivan`, `email ivan@example.org`
fn way(way: &crate::model::accounts::account::Identity) -> String {
    match &way.label {
        Some(label) if way.kind == "telegram" => format!("{} {} @{label}", way.kind, way.subject),
        Some(label) => format!("{} {label}", way.kind),
        None => format!("{} {}", way.kind, way.subject),
    }
}

/// What admins did to that person last.
fn trail(speaker: &Speaker, card: &PersonCard) -> String {
    let line = |line: &crate::domain::admin::stats::AuditLine| {
        let what = match Act::from_json(&line.act)? {
            Act::Plan { .. } => "bot-trail-plan",
            Act::Grant { .. } => "bot-trail-tokens",
            Act::Ban | Act::Unban => "bot-trail-ban",
        };
        let by = line.admin.map_or_else(|| speaker.say("bot-trail-operator"), |admin| admin.to_string());
        let day = line.made_at.day();
        let values = [("day", Text(&day)), ("was", Text(&line.was)), ("became", Text(&line.became)), ("by", Text(&by))];
        Some(speaker.html(what, &values))
    };
    card.trail.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

/// Which plan shall that person have?
pub(crate) fn plans(speaker: &Speaker, card: &PersonCard, domain: &Domain) -> Screen {
    let account = &card.account;
    let base = &domain.plans().base().id;
    let choice = |plan: &crate::model::billing::plan::Plan| {
        let tap = |days| Tap::Admin(AdminTap::AskPlan(account.id, plan.id.clone(), days));
        let for_good = button(speaker.html("bot-button-plan-for-good", &[("plan", Text(&plan.title))]), &tap(None));
        if plan.id == *base {
            return vec![for_good];
        }
        let values = [("plan", Text(plan.title.as_str())), ("days", Count(i64::from(DAYS)))];
        vec![button(speaker.html("bot-button-plan-for-days", &values), &tap(Some(DAYS))), for_good]
    };
    let mut buttons: Vec<_> = domain.plans().iter().take(40).map(choice).collect();
    buttons.push(vec![button(speaker.say("bot-button-card"), &Tap::Admin(AdminTap::User(account.id)))]);
    let plan = [("plan", Text(domain.plan_of(account).title.as_str()))];
    let html = speaker.html("bot-user-plans", &[&person(account)[..], &plan].concat());
    Screen { keyboard: rows(buttons), ..plain(html) }
}

/// Really?
pub(crate) fn ask(speaker: &Speaker, Asked { id, act, person: account }: &Asked, domain: &Domain) -> Screen {
    let html = match act {
        Act::Plan { plan, days } => {
            let title = domain.plans().get(plan).map_or(plan.as_str(), |plan| &plan.title);
            let until = days.map(|days| domain.now().plus(i64::from(days) * 86_400).day());
            let values = [
                ("plan", Text(title)),
                ("now", Text(&domain.plan_of(account).title)),
                ("day", Text(until.as_deref().unwrap_or_default())),
            ];
            let id = if until.is_some() { "bot-ask-plan-until" } else { "bot-ask-plan" };
            speaker.html(id, &[&person(account)[..], &values].concat())
        }
        Act::Grant { tokens, reason } => {
            let tokens = i64::from(*tokens);
            let values = [
                ("tokens", Count(tokens)),
                ("before", Count(account.token_balance)),
                ("after", Count(account.token_balance.saturating_add(tokens))),
                ("reason", Text(reason)),
            ];
            speaker.html("bot-ask-grant", &[&person(account)[..], &values].concat())
        }
        Act::Ban => speaker.html("bot-ask-ban", &person(account)),
        Act::Unban => speaker.html("bot-ask-unban", &person(account)),
    };
    let yes = button(speaker.say("bot-button-yes"), &Tap::Admin(AdminTap::Act(*id)));
    let no = button(speaker.say("bot-button-no"), &Tap::Admin(AdminTap::DropAct(*id)));
    Screen { keyboard: rows([vec![yes, no]]), ..plain(html) }
}

/// It is done.
pub(crate) fn done(speaker: &Speaker, acted: &Acted, domain: &Domain) -> Screen {
    let Acted { act, before, after } = acted;
    let html = match act {
        Act::Plan { .. } => {
            let until = after.plan_until.map(Moment::day);
            let title = &domain.plan_of(after).title;
            let values = [("plan", Text(title.as_str())), ("day", Text(until.as_deref().unwrap_or_default()))];
            let id = if until.is_some() { "bot-plan-set-until" } else { "bot-plan-set" };
            speaker.html(id, &[&person(after)[..], &values].concat())
        }
        Act::Grant { tokens, .. } => {
            let values = [
                ("tokens", Count(i64::from(*tokens))),
                ("before", Count(before.token_balance)),
                ("after", Count(after.token_balance)),
            ];
            speaker.html("bot-granted", &[&person(after)[..], &values].concat())
        }
        Act::Ban => speaker.html("bot-ban-done", &person(after)),
        Act::Unban => speaker.html("bot-unban-done", &person(after)),
    };
    let card = button(speaker.say("bot-button-card"), &Tap::Admin(AdminTap::User(after.id)));
    Screen { keyboard: rows([vec![card]]), ..plain(html) }
}

/// How many there are of everything.
pub(crate) fn stats(speaker: &Speaker, Stats { census, plans }: &Stats) -> Screen {
    let Census { accounts, newcomers, banned, active, keys, sessions, charged } = *census;
    let values = [
        ("accounts", Count(accounts)),
        ("newcomers", Count(newcomers)),
        ("banned", Count(banned)),
        ("active", Count(active)),
        ("keys", Count(keys)),
        ("sessions", Count(sessions)),
        ("charged", Count(charged)),
    ];
    let line = |(title, count): &(String, i64)| {
        speaker.html("bot-stats-plan", &[("plan", Text(title.as_str())), ("count", Count(*count))])
    };
    let by_plan: Vec<String> = plans.iter().map(line).collect();
    plain(format!("{}\n\n{}", speaker.html("bot-stats", &values), by_plan.join("\n")))
}

fn person(account: &Account) -> [(&'static str, Value<'_>); 2] {
    [("name", Text(account.name.as_str())), ("number", Count(account.id.0))]
}
