//! Signing in on the web, and where one is signed in.

use teloxide::types::InlineKeyboardButton;

use crate::bot::reply::refusal_text;
use crate::domain::Refusal;
use crate::domain::sessions::sessions::ListedSession;
use crate::domain::sign_in::bot_sign_in::Asking;
use crate::messages::callback_data::Tap;
use crate::messages::keyboard::{button, login, rows};
use crate::messages::localizer::Speaker;
use crate::messages::{Screen, ago, back, plain, short};
use crate::model::accounts::account::Account;
use crate::model::text::texts::Value::{Count, Text};
use crate::model::time::Moment;

/// Sessions in one message: more would not be read, and a message has an end.
const SHOWN: usize = 10;

/// A link that opens the pages signed in. Kept from being forwarded: whoever opens it is in.
pub(crate) fn sign_in(speaker: &Speaker, address: &str) -> Screen {
    let open = login(speaker.say("bot-button-dashboard"), address);
    let buttons = open.into_iter().map(|open| vec![open]).chain([vec![sessions_button(speaker)], vec![back(speaker)]]);
    Screen { html: speaker.say("bot-sign-in"), keyboard: rows(buttons), protected: true }
}

/// A browser asks to be signed in: which number does it show?
pub(crate) fn asking(speaker: &Speaker, asking: &Asking, account: &Account) -> Screen {
    let values =
        [("device", Text(asking.device.as_str())), ("network", Text(&asking.network)), ("name", Text(&account.name))];
    let number = |number: &i64| button(number.to_string(), &Tap::AnswerRequest(asking.id, *number));
    let numbers = asking.choices.iter().map(number).collect();
    let not_me = button(speaker.say("bot-button-not-me"), &Tap::RefuseRequest(asking.id));
    let mut html = speaker.html("bot-request", &values);
    if let Some(joins) = &asking.joins {
        let values = [
            ("device", Text(asking.device.as_str())),
            ("network", Text(&asking.network)),
            ("own", Text(&account.name)),
            ("name", Text(&joins.name)),
            ("number", Count(joins.account.0)),
        ];
        html = speaker.html("bot-request-join", &values);
    }
    // A forwarded copy of this would ask the wrong person.
    Screen { html, keyboard: rows([numbers, vec![not_me]]), protected: true }
}

/// The right number.
pub(crate) fn approved(speaker: &Speaker, device: &str, joins: bool) -> Screen {
    let text = if joins { "bot-request-join-approved" } else { "bot-request-approved" };
    let html = speaker.html(text, &[("device", Text(device))]);
    Screen { keyboard: rows([vec![sessions_button(speaker)], vec![back(speaker)]]), ..plain(html) }
}

/// A number that was not the browser's, or none.
pub(crate) fn ended(speaker: &Speaker, wrong_number: bool) -> Screen {
    let text = if wrong_number { "bot-request-wrong" } else { "bot-request-not-me" };
    Screen { keyboard: rows([vec![back(speaker)]]), ..plain(speaker.say(text)) }
}

/// A request that nothing can become of.
pub(crate) fn over(speaker: &Speaker, refusal: &Refusal) -> Screen {
    let buttons = [vec![sessions_button(speaker)], vec![back(speaker)]];
    Screen { keyboard: rows(buttons), ..plain(refusal_text::sentence(speaker, refusal)) }
}

/// Where one is signed in, each with a button to end it.
pub(crate) fn sessions(speaker: &Speaker, sessions: &[ListedSession], now: Moment) -> Screen {
    let count = |sessions: usize| Count(i64::try_from(sessions).unwrap_or(i64::MAX));
    let mut parts = vec![speaker.html("bot-sessions", &[("count", count(sessions.len()))])];
    for (session, number) in sessions.iter().take(SHOWN).zip(1..) {
        let (begun, seen) = (ago(speaker, session.created_at, now), ago(speaker, session.last_seen_at, now));
        let values = [
            ("number", Count(number)),
            ("device", Text(session.device.as_str())),
            ("network", Text(&session.network)),
            ("begun", Text(&begun)),
            ("seen", Text(&seen)),
        ];
        parts.push(speaker.html("bot-session", &values));
    }
    if sessions.len() > SHOWN {
        parts.push(speaker.html("bot-sessions-more", &[("count", count(sessions.len() - SHOWN))]));
    }
    let end = |(session, number): (&ListedSession, i64)| {
        let label = speaker.say("bot-button-end");
        vec![button(format!("{label} {number} · {}", short(&session.device)), &Tap::EndSession(session.id))]
    };
    let mut buttons: Vec<_> = sessions.iter().take(SHOWN).zip(1..).map(end).collect();
    if sessions.len() > 1 {
        buttons.push(vec![button(speaker.say("bot-button-end-all"), &Tap::AskEndAll)]);
    }
    buttons.push(vec![crate::messages::accounts::identities::activity_button(speaker)]);
    buttons.push(vec![button(speaker.say("bot-button-sign-in"), &Tap::SignIn)]);
    buttons.push(vec![back(speaker)]);
    Screen { keyboard: rows(buttons), ..plain(parts.join("\n\n")) }
}

/// Really end them all?
pub(crate) fn ask_end_all(speaker: &Speaker) -> Screen {
    let yes = button(speaker.say("bot-button-end-all-yes"), &Tap::EndAll);
    let no = button(speaker.say("bot-button-keep-all"), &Tap::Sessions);
    Screen { keyboard: rows([vec![yes], vec![no]]), ..plain(speaker.say("bot-sessions-ask")) }
}

/// Leads to the sessions.
pub(crate) fn sessions_button(speaker: &Speaker) -> InlineKeyboardButton {
    button(speaker.say("bot-button-sessions"), &Tap::Sessions)
}
