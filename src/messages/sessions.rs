//! Messages of sessions.

use teloxide::types::InlineKeyboardButton;

use crate::domain::sessions::sessions::ListedSession;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::accounts::activity::activity_button;
use crate::messages::callback_data::Callback;
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{ago, back, plain, short};
use crate::model::network::network_for_people;
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// Maximum number of sessions in one message, whose length Telegram limits.
const MAX_LISTED_SESSIONS: usize = 10;

/// List of sessions, each with a button to end it.
pub(crate) fn sessions(localizer: &Localizer, sessions: &[ListedSession], now: Moment) -> OutgoingMessage {
    let count = |sessions: usize| Count(i64::try_from(sessions).unwrap_or(i64::MAX));
    let mut parts = vec![localizer.html("bot-sessions", &[("count", count(sessions.len()))])];
    for (session, number) in sessions.iter().take(MAX_LISTED_SESSIONS).zip(1..) {
        let (begun, seen) = (ago(localizer, session.created_at, now), ago(localizer, session.last_seen_at, now));
        let network = network_for_people(&session.network);
        let values = [
            ("number", Count(number)),
            ("device", Text(session.device.as_str())),
            ("network", Text(&network)),
            ("begun", Text(&begun)),
            ("seen", Text(&seen)),
        ];
        parts.push(localizer.html("bot-session", &values));
    }
    if sessions.len() > MAX_LISTED_SESSIONS {
        parts.push(localizer.html("bot-sessions-more", &[("count", count(sessions.len() - MAX_LISTED_SESSIONS))]));
    }
    let end = |(session, number): (&ListedSession, i64)| {
        let label = localizer.text("bot-button-end");
        vec![button(format!("{label} {number} · {}", short(&session.device)), &Callback::EndSession(session.id))]
    };
    let mut buttons: Vec<_> = sessions.iter().take(MAX_LISTED_SESSIONS).zip(1..).map(end).collect();
    if sessions.len() > 1 {
        buttons.push(vec![button(localizer.text("bot-button-end-all"), &Callback::AskEndAll)]);
    }
    buttons.push(vec![activity_button(localizer)]);
    buttons.push(vec![button(localizer.text("bot-button-sign-in"), &Callback::SignIn)]);
    buttons.push(vec![back(localizer)]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(parts.join("\n\n")) }
}

/// Confirmation before all sessions are ended.
pub(crate) fn ask_end_all(localizer: &Localizer) -> OutgoingMessage {
    let yes = button(localizer.text("bot-button-end-all-yes"), &Callback::EndAll);
    let no = button(localizer.text("bot-button-keep-all"), &Callback::Sessions);
    OutgoingMessage { keyboard: rows([vec![yes], vec![no]]), ..plain(localizer.text("bot-sessions-ask")) }
}

/// Button that opens the sessions.
pub(crate) fn sessions_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-sessions"), &Callback::Sessions)
}
