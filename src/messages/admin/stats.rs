//! Statistics.

use crate::domain::admin::stats::Stats;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::admin::home_button;
use crate::messages::keyboard::rows;
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::text::texts::TextArg::{Count, Text};

/// Statistics of the service.
pub(crate) fn stats(localizer: &Localizer, stats: &Stats) -> OutgoingMessage {
    let Stats { today, week, month, plans } = stats;
    let values = [
        ("accounts", Count(today.accounts)),
        ("banned", Count(today.banned)),
        ("keys", Count(today.keys)),
        ("sessions", Count(today.sessions)),
    ];
    let period = |text: &str, counts: [i64; 3]| {
        let [day, week, month] = counts.map(Count);
        localizer.html(text, &[("day", day), ("week", week), ("month", month)])
    };
    let periods = [
        localizer.text("bot-stats-periods"),
        period("bot-stats-new", [today.new_accounts, week.new_accounts, month.new_accounts]),
        period("bot-stats-active", [today.active, week.active, month.active]),
        period("bot-stats-charged", [today.charged, week.charged, month.charged]),
    ];
    let line = |(title, count): &(String, i64)| {
        localizer.html("bot-stats-plan", &[("plan", Text(title.as_str())), ("count", Count(*count))])
    };
    let by_plan: Vec<String> = plans.iter().map(line).collect();
    let parts = [localizer.html("bot-stats", &values), periods.join("\n"), by_plan.join("\n")];
    OutgoingMessage { keyboard: rows([vec![home_button(localizer)]]), ..plain(parts.join("\n\n")) }
}
