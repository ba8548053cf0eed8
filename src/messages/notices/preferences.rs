//! Messages of notification preferences.

use teloxide::types::InlineKeyboardButton;

use crate::domain::notices::preferences::Preferences;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::accounts::profile::profile_back_button;
use crate::messages::callback_data::Callback;
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::notices::category::{Category, CategorySwitch};
use crate::model::notices::quiet_hours::{MAX_OFFSET_MINUTES, MIN_OFFSET_MINUTES, QuietHours};
use crate::model::text::texts::TextArg::Text;
use crate::model::time::Moment;

/// Quiet hours to choose from, as full hours of the person's clock.
const QUIET_HOUR_CHOICES: [(i64, i64); 3] = [(22, 8), (23, 7), (0, 9)];
/// Steps in which the UTC offset is changed, in minutes.
const OFFSET_STEPS: [(i64, &str); 4] = [(-60, "−1:00"), (-30, "−0:30"), (30, "+0:30"), (60, "+1:00")];

/// List of categories, each with its switch.
pub(crate) fn categories(localizer: &Localizer, Preferences { off, quiet }: &Preferences) -> OutgoingMessage {
    let switch = |category: Category| {
        let is_on = !off.contains(&category);
        let name = localizer.text(&format!("bot-category-{}", category.as_str().replace('_', "-")));
        // The button names the resulting state, so a double tap has no further effect.
        let (mark, switch) =
            if is_on { ("✅", CategorySwitch::Off(category)) } else { ("⬜", CategorySwitch::On(category)) };
        button(format!("{mark} {name}"), &Callback::Switch(switch))
    };
    let mut buttons: Vec<Vec<_>> = Category::SWITCHABLE.map(switch).chunks(2).map(<[_]>::to_vec).collect();
    buttons.push(vec![button(localizer.text("bot-button-quiet"), &Callback::Quiet)]);
    buttons.push(vec![profile_back_button(localizer)]);
    let html = localizer.html("bot-preferences", &[("hours", Text(&hours_text(localizer, quiet)))]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

/// Quiet hours and the person's clock, which they follow.
pub(crate) fn quiet(localizer: &Localizer, quiet: &QuietHours, now: Moment) -> OutgoingMessage {
    let current = quiet.start_hour.zip(quiet.end_hour);
    let option = |label: String, hours: Option<(i64, i64)>| {
        button(if hours == current { format!("✅ {label}") } else { label }, &Callback::SetQuiet(hours))
    };
    let none = option(localizer.text("bot-quiet-none"), None);
    let hours = |(start, end): (i64, i64)| option(format!("{start:02}–{end:02}"), Some((start, end)));
    let step = |(by, label): (i64, &str)| -> InlineKeyboardButton {
        let minutes = (quiet.utc_offset_minutes + by).clamp(MIN_OFFSET_MINUTES, MAX_OFFSET_MINUTES);
        button(label.to_owned(), &Callback::SetUtcOffset(minutes))
    };
    let all_hours = std::iter::once(none).chain(QUIET_HOUR_CHOICES.map(hours)).collect();
    let notify = button(localizer.text("bot-button-preferences-back"), &Callback::Notify);
    let values = [("hours", hours_text(localizer, quiet)), ("clock", quiet.clock(now)), ("zone", quiet.zone())];
    let values: Vec<_> = values.iter().map(|(name, text)| (*name, Text(text.as_str()))).collect();
    let keyboard = rows([all_hours, OFFSET_STEPS.map(step).into_iter().collect(), vec![notify]]);
    OutgoingMessage { keyboard, ..plain(localizer.html("bot-quiet", &values)) }
}

fn hours_text(localizer: &Localizer, quiet: &QuietHours) -> String {
    match quiet.start_hour.zip(quiet.end_hour) {
        Some((start, end)) => format!("{start:02}:00–{end:02}:00 ({})", quiet.zone()),
        None => localizer.text("bot-quiet-none"),
    }
}
