//! Messages of usage: sums of today, of a week and of a month.

use teloxide::types::InlineKeyboardButton;

use crate::domain::billing::daily_usage::SHOWN_DAYS;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::billing::usage_chart;
use crate::messages::callback_data::Callback;
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{back, keys_button, plain};
use crate::model::billing::daily_usage::{UsageHistory, UsageTotal};
use crate::model::text::texts::TextArg::{Count, Text};

/// Periods that are summed: text id and number of days.
const PERIODS: [(&str, i64); 3] = [("bot-usage-today", 1), ("bot-usage-week", 7), ("bot-usage-month", SHOWN_DAYS)];

/// Summary of the usage of all keys. It is complete without the picture.
pub(crate) fn summary(localizer: &Localizer, history: &UsageHistory) -> OutgoingMessage {
    let html = if history.latest(SHOWN_DAYS) == UsageTotal::default() {
        localizer.text("bot-usage-none")
    } else {
        let busiest = busiest(localizer, history);
        format!("{}\n\n{}\n\n{busiest}", localizer.text("bot-usage"), sums(localizer, history))
    };
    let plans = button(localizer.text("bot-button-plans"), &Callback::Plans);
    OutgoingMessage { keyboard: rows([vec![keys_button(localizer), plans], vec![back(localizer)]]), ..plain(html) }
}

/// Picture of the usage as PNG; `None` if there was none.
pub(crate) fn picture(history: &UsageHistory) -> Option<Vec<u8>> {
    if history.latest(SHOWN_DAYS) == UsageTotal::default() {
        return None;
    }
    let days: Vec<UsageTotal> = history.each_day(SHOWN_DAYS).into_iter().map(|(_, total)| total).collect();
    usage_chart::draw(&days)
}

/// Sums of each period, one a line.
pub(in crate::messages) fn sums(localizer: &Localizer, history: &UsageHistory) -> String {
    let line = |(period, days): (&str, i64)| {
        let UsageTotal { tokens, requests } = history.latest(days);
        let period = localizer.text(period);
        let values = [("period", Text(period.as_str())), ("tokens", Count(tokens)), ("requests", Count(requests))];
        localizer.html("bot-usage-line", &values)
    };
    PERIODS.map(line).join("\n")
}

/// Line about the day with the most tokens, or the most requests if none were charged.
fn busiest(localizer: &Localizer, history: &UsageHistory) -> String {
    let days = history.each_day(SHOWN_DAYS);
    let Some((day, total)) = days.into_iter().max_by_key(|(_, total)| (total.tokens, total.requests)) else {
        return String::new();
    };
    let day = localizer.utc_day(day);
    let values = [("day", Text(day.as_str())), ("tokens", Count(total.tokens)), ("requests", Count(total.requests))];
    localizer.html("bot-usage-busiest", &values)
}

/// Button that shows the usage.
pub(in crate::messages) fn usage_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-usage"), &Callback::Usage)
}
