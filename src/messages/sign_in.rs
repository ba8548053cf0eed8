//! Signing in on the web, and where one is signed in.

use teloxide::types::InlineKeyboardButton;

use crate::bot::reply::refusal_text;
use crate::domain::Refusal;
use crate::domain::sessions::sessions::ListedSession;
use crate::domain::sign_in::bot_sign_in::BotSignInRequest;
use crate::messages::callback_data::Callback;
use crate::messages::keyboard::{button, login, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{Screen, ago, back, plain, short};
use crate::model::accounts::account::Account;
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// Sessions in one message: more would not be read, and a message has an end.
const MAX_LISTED_SESSIONS: usize = 10;

/// A link that opens the pages signed in. Kept from being forwarded: whoever opens it is in.
pub(crate) fn sign_in(localizer: &Localizer, address: &str) -> Screen {
    let open = login(localizer.text("bot-button-dashboard"), address);
    let buttons =
        open.into_iter().map(|open| vec![open]).chain([vec![sessions_button(localizer)], vec![back(localizer)]]);
    Screen { html: localizer.text("bot-sign-in"), keyboard: rows(buttons), protected: true }
}

/// A browser asks to be signed in: which number does it show?
pub(crate) fn asking(localizer: &Localizer, asking: &BotSignInRequest, account: &Account) -> Screen {
    let values =
        [("device", Text(asking.device.as_str())), ("network", Text(&asking.network)), ("name", Text(&account.name))];
    let number = |number: &i64| button(number.to_string(), &Callback::AnswerRequest(asking.id, *number));
    let numbers = asking.choices.iter().map(number).collect();
    let not_me = button(localizer.text("bot-button-not-me"), &Callback::RefuseRequest(asking.id));
    let mut html = localizer.html("bot-sign-in-request", &values);
    if let Some(joins) = &asking.joins {
        let values = [
            ("device", Text(asking.device.as_str())),
            ("network", Text(&asking.network)),
            ("own", Text(&account.name)),
            ("name", Text(&joins.name)),
            ("number", Count(joins.account.0)),
        ];
        html = localizer.html("bot-sign-in-request-link", &values);
    }
    // A forwarded copy of this would ask the wrong person.
    Screen { html, keyboard: rows([numbers, vec![not_me]]), protected: true }
}

/// The right number.
pub(crate) fn approved(localizer: &Localizer, device: &str, joins: bool) -> Screen {
    let text = if joins { "bot-sign-in-request-link-approved" } else { "bot-sign-in-request-approved" };
    let html = localizer.html(text, &[("device", Text(device))]);
    Screen { keyboard: rows([vec![sessions_button(localizer)], vec![back(localizer)]]), ..plain(html) }
}

/// A number that was not the browser's, or none.
pub(crate) fn ended(localizer: &Localizer, wrong_number: bool) -> Screen {
    let text = if wrong_number { "bot-sign-in-request-wrong" } else { "bot-sign-in-request-not-me" };
    Screen { keyboard: rows([vec![back(localizer)]]), ..plain(localizer.text(text)) }
}

/// A request that nothing can become of.
pub(crate) fn over(localizer: &Localizer, refusal: &Refusal) -> Screen {
    let buttons = [vec![sessions_button(localizer)], vec![back(localizer)]];
    Screen { keyboard: rows(buttons), ..plain(refusal_text::sentence(localizer, refusal)) }
}

/// Where one is signed in, each with a button to end it.
pub(crate) fn sessions(localizer: &Localizer, sessions: &[ListedSession], now: Moment) -> Screen {
    let count = |sessions: usize| Count(i64::try_from(sessions).unwrap_or(i64::MAX));
    let mut parts = vec![localizer.html("bot-sessions", &[("count", count(sessions.len()))])];
    for (session, number) in sessions.iter().take(MAX_LISTED_SESSIONS).zip(1..) {
        let (begun, seen) = (ago(localizer, session.created_at, now), ago(localizer, session.last_seen_at, now));
        let values = [
            ("number", Count(number)),
            ("device", Text(session.device.as_str())),
            ("network", Text(&session.network)),
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
    buttons.push(vec![crate::messages::accounts::identities::activity_button(localizer)]);
    buttons.push(vec![button(localizer.text("bot-button-sign-in"), &Callback::SignIn)]);
    buttons.push(vec![back(localizer)]);
    Screen { keyboard: rows(buttons), ..plain(parts.join("\n\n")) }
}

/// Really end them all?
pub(crate) fn ask_end_all(localizer: &Localizer) -> Screen {
    let yes = button(localizer.text("bot-button-end-all-yes"), &Callback::EndAll);
    let no = button(localizer.text("bot-button-keep-all"), &Callback::Sessions);
    Screen { keyboard: rows([vec![yes], vec![no]]), ..plain(localizer.text("bot-sessions-ask")) }
}

/// Leads to the sessions.
pub(crate) fn sessions_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-sessions"), &Callback::Sessions)
}
