//! Description of a plan: its price and what it includes.

use crate::messages::localizer::Localizer;
use crate::model::billing::plan::{Plan, Plans};
use crate::model::text::texts::TextArg::{Count, Text};

/// Heading with the price, and a line for each feature of the plan. A plan that cannot be bought has no price.
pub(crate) fn facts(localizer: &Localizer, plans: &Plans, plan: &Plan, heading: &str) -> String {
    let count = |text: &str, count: i64| localizer.html(text, &[("count", Count(count))]);
    let heading = localizer.html(heading, &[("plan", Text(&plan.title))]);
    let price = match plan.stars {
        0 if plan.id == plans.base().id => Some(localizer.text("bot-plan-free")),
        0 => None,
        stars => Some(count("bot-plan-stars", stars.into())),
    };
    let tokens = i64::try_from(plan.monthly_tokens).unwrap_or(i64::MAX);
    let keys =
        if plan.api_access { count("bot-plan-keys", plan.keys.into()) } else { localizer.text("bot-plan-no-api") };
    let lines = [
        price.map_or_else(|| heading.clone(), |price| format!("{heading} — {price}")),
        count("bot-plan-rate", plan.requests_per_minute.into()),
        count("bot-plan-tokens", tokens),
        keys,
    ];
    lines.join("\n")
}
