//! Messages of plans. Plans are listed one below the other, because a phone has no room for a table.

use crate::gateway::telegram::OutgoingMessage;
use crate::messages::keyboard::{link, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{back, plain};
use crate::model::accounts::account::Account;
use crate::model::billing::plan::{Plan, Plans};
use crate::model::text::texts::TextArg::{Count, Text};

/// The person's plan now in effect.
#[derive(Clone, Copy)]
pub(crate) struct OwnPlan<'a> {
    /// Plan in effect.
    pub(crate) plan: &'a Plan,
    /// Account of the person.
    pub(crate) account: &'a Account,
}

/// List of plans with the person's own marked, and a link to change it.
pub(crate) fn plans(localizer: &Localizer, all: &Plans, own: OwnPlan<'_>, public_url: &str) -> OutgoingMessage {
    let mut parts = vec![localizer.text("bot-plans")];
    parts.extend(all.iter().map(|plan| {
        let is_own = plan.id == own.plan.id;
        let heading =
            localizer.html(if is_own { "bot-plan-own" } else { "bot-plan-other" }, &[("plan", Text(&plan.title))]);
        let mut offer = offer(localizer, plan, &heading);
        let until = own.account.plan_until.filter(|_| is_own && own.account.plan == plan.id);
        if let Some(until) = until {
            offer.push('\n');
            offer.push_str(&localizer.html("bot-plan-until", &[("day", Text(&localizer.day(until)))]));
        }
        offer
    }));
    parts.push(localizer.text("bot-plans-upgrade"));
    let upgrade = link(localizer.text("bot-button-upgrade"), &format!("{public_url}/web/billing"));
    let buttons = upgrade.into_iter().map(|upgrade| vec![upgrade]).chain([vec![back(localizer)]]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(parts.join("\n\n")) }
}

fn offer(localizer: &Localizer, plan: &Plan, heading: &str) -> String {
    let count = |text: &str, count: i64| localizer.html(text, &[("count", Count(count))]);
    let price = match plan.stars {
        0 => localizer.text("bot-plan-free"),
        stars => count("bot-plan-stars", stars.into()),
    };
    let tokens = i64::try_from(plan.monthly_tokens).unwrap_or(i64::MAX);
    let keys =
        if plan.api_access { count("bot-plan-keys", plan.keys.into()) } else { localizer.text("bot-plan-no-api") };
    let lines = [
        format!("{heading} — {price}"),
        count("bot-plan-rate", plan.requests_per_minute.into()),
        count("bot-plan-tokens", tokens),
        keys,
    ];
    lines.join("\n")
}
