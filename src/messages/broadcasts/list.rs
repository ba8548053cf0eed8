//! Messages of the list of broadcasts.

use crate::gateway::telegram::OutgoingMessage;
use crate::messages::broadcasts::editor::callback_button;
use crate::messages::callback_data::BroadcastCallback;
use crate::messages::keyboard::rows;
use crate::messages::localizer::{Localizer, visible};
use crate::messages::{back, plain};
use crate::model::broadcasts::{Broadcast, BroadcastId, BroadcastState};
use crate::model::text::texts::TextArg::Count;

/// Length of an excerpt in the list, in characters.
const EXCERPT_CHARS: usize = 24;

/// List of broadcasts, newest first.
pub(crate) fn list(localizer: &Localizer, page: &[Broadcast], next: Option<BroadcastId>) -> OutgoingMessage {
    let line = |broadcast: &Broadcast| {
        let excerpt = broadcast.content.excerpt(localizer.language(), EXCERPT_CHARS);
        let excerpt = if excerpt.is_empty() { localizer.text("bot-broadcast-list-empty") } else { visible(&excerpt) };
        let label = format!("{} #{} · {excerpt} · {}", mark(broadcast.state), broadcast.id, date(localizer, broadcast));
        vec![callback_button(label, BroadcastCallback::Open(broadcast.id))]
    };
    let mut buttons: Vec<_> = page.iter().map(line).collect();
    if let Some(last) = next {
        buttons.push(vec![callback_button(
            localizer.text("bot-broadcast-button-older"),
            BroadcastCallback::List(Some(last)),
        )]);
    }
    buttons.push(vec![callback_button(localizer.text("bot-broadcast-button-new"), BroadcastCallback::New)]);
    buttons.push(vec![back(localizer)]);
    let html = localizer.text(if page.is_empty() && next.is_none() {
        "bot-broadcast-list-none"
    } else {
        "bot-broadcast-list"
    });
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

const fn mark(state: BroadcastState) -> &'static str {
    match state {
        BroadcastState::Draft => "✏️",
        BroadcastState::Scheduled => "🕒",
        BroadcastState::Preparing | BroadcastState::Sending => "▶️",
        BroadcastState::Paused => "⏸",
        BroadcastState::Done => "✅",
        BroadcastState::Cancelled => "⏹",
        BroadcastState::Retracting | BroadcastState::Retracted => "↩️",
    }
}

/// Day of the start, or of the draft, such as `23 Nov`.
fn date(localizer: &Localizer, broadcast: &Broadcast) -> String {
    let at = broadcast.started_at.or(broadcast.start_at).unwrap_or(broadcast.created_at);
    // `2026-11-23`
    let day = localizer.local(at).day();
    let part = |digits: std::ops::Range<usize>| day.get(digits).and_then(|part| part.parse().ok()).unwrap_or_default();
    localizer.html("bot-broadcast-list-date", &[("day", Count(part(8..10))), ("month", Count(part(5..7)))])
}
