//! The plans, one below the other: a phone has no room for a table.

use crate::messages::keyboard::{link, rows};
use crate::messages::localizer::Speaker;
use crate::messages::{Screen, back, plain};
use crate::model::accounts::account::Account;
use crate::model::billing::plan::{Plan, Plans};
use crate::model::text::texts::Value::{Count, Text};

/// Every plan, the person's own marked, and where to get another.
pub(crate) fn plans(speaker: &Speaker, all: &Plans, (own, account): (&Plan, &Account), public_url: &str) -> Screen {
    let mut parts = vec![speaker.say("bot-plans")];
    parts.extend(all.iter().map(|plan| {
        let mut offer = offer(speaker, plan, plan.id == own.id);
        let until = account.plan_until.filter(|_| plan.id == own.id && account.plan == own.id);
        if let Some(until) = until {
            offer.push('\n');
            offer.push_str(&speaker.html("bot-plan-until", &[("day", Text(&until.day()))]));
        }
        offer
    }));
    parts.push(speaker.say("bot-plans-upgrade"));
    let upgrade = link(speaker.say("bot-button-upgrade"), &format!("{public_url}/web/billing"));
    let buttons = upgrade.into_iter().map(|upgrade| vec![upgrade]).chain([vec![back(speaker)]]);
    Screen { keyboard: rows(buttons), ..plain(parts.join("\n\n")) }
}

fn offer(speaker: &Speaker, plan: &Plan, own: bool) -> String {
    let heading = speaker.html(if own { "bot-plan-own" } else { "bot-plan-other" }, &[("plan", Text(&plan.title))]);
    let count = |text: &str, count: i64| speaker.html(text, &[("count", Count(count))]);
    let price = match plan.stars {
        0 => speaker.say("bot-plan-free"),
        stars => count("bot-plan-stars", stars.into()),
    };
    let tokens = i64::try_from(plan.monthly_tokens).unwrap_or(i64::MAX);
    let keys = if plan.api_access { count("bot-plan-keys", plan.keys.into()) } else { speaker.say("bot-plan-no-api") };
    let lines = [
        format!("{heading} — {price}"),
        count("bot-plan-rate", plan.requests_per_minute.into()),
        count("bot-plan-tokens", tokens),
        keys,
    ];
    lines.join("\n")
}
