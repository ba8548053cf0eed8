//! Messages of notification preferences.

use teloxide::types::InlineKeyboardButton;

use crate::domain::notices::preferences::Preferences;
use crate::messages::callback_data::Callback;
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{Screen, back, plain};
use crate::model::notices::notice::Category;
use crate::model::notices::quiet_hours::{MAX_OFFSET_MINUTES, MIN_OFFSET_MINUTES, QuietHours};
use crate::model::text::texts::TextArg::Text;
use crate::model::time::Moment;

/// Quiet hours to choose from, as full hours of the person's clock.
const QUIET_HOUR_CHOICES: [(i64, i64); 3] = [(22, 8), (23, 7), (0, 9)];
/// Steps in which the UTC offset is changed, in minutes.
const OFFSET_STEPS: [(i64, &str); 4] = [(-60, "−1:00"), (-30, "−0:30"), (30, "+0:30"), (60, "+1:00")];

/// List of categories, each with its switch.
pub(crate) fn categories(localizer: &Localizer, Preferences { off, quiet }: &Preferences) -> Screen {
    let switch = |category: Category| {
        let on = !off.contains(&category);
        let name = localizer.text(&format!("bot-category-{}", category.as_str().replace('_', "-")));
        // The button names the resulting state, so a double tap has no further effect.
        vec![button(format!("{} {name}", if on { "✅" } else { "⬜" }), &Callback::Switch(category, !on))]
    };
    let mut buttons: Vec<_> = Category::SWITCHABLE.map(switch).into_iter().collect();
    buttons.push(vec![button(localizer.text("bot-button-quiet"), &Callback::Quiet)]);
    buttons.push(vec![back(localizer)]);
    let html = localizer.html("bot-preferences", &[("hours", Text(&hours_text(localizer, quiet)))]);
    Screen { keyboard: rows(buttons), ..plain(html) }
}

/// Quiet hours and the person's clock, which they follow.
pub(crate) fn quiet(localizer: &Localizer, quiet: &QuietHours, now: Moment) -> Screen {
    let chosen = quiet.from_hour.zip(quiet.to_hour);
    let mark = |label: String, is_chosen: bool| if is_chosen { format!("● {label}") } else { label };
    let none = button(mark(localizer.text("bot-quiet-none"), chosen.is_none()), &Callback::SetQuiet(None));
    let hours = |(from, to): (i64, i64)| {
        let is_chosen = chosen == Some((from, to));
        button(mark(format!("{from:02}–{to:02}"), is_chosen), &Callback::SetQuiet(Some((from, to))))
    };
    let step = |(by, label): (i64, &str)| -> InlineKeyboardButton {
        let ahead = (quiet.clock_ahead + by).clamp(MIN_OFFSET_MINUTES, MAX_OFFSET_MINUTES);
        button(label.to_owned(), &Callback::SetClock(ahead))
    };
    let all_hours = std::iter::once(none).chain(QUIET_HOUR_CHOICES.map(hours)).collect();
    let notify = button(localizer.text("bot-button-preferences-back"), &Callback::Notify);
    let values = [("hours", hours_text(localizer, quiet)), ("clock", quiet.clock(now)), ("zone", quiet.zone())];
    let values: Vec<_> = values.iter().map(|(name, text)| (*name, Text(text.as_str()))).collect();
    let keyboard = rows([all_hours, OFFSET_STEPS.map(step).into_iter().collect(), vec![notify]]);
    Screen { keyboard, ..plain(localizer.html("bot-quiet", &values)) }
}

fn hours_text(localizer: &Localizer, quiet: &QuietHours) -> String {
    match quiet.from_hour.zip(quiet.to_hour) {
        Some((from, to)) => format!("{from:02}:00–{to:02}:00 ({})", quiet.zone()),
        None => localizer.text("bot-quiet-none"),
    }
}
