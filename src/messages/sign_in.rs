//! Messages of sign-in: sign-in links and bot sign-in requests.

use crate::domain::sign_in::bot_sign_in::BotSignInRequest;
use crate::messages::callback_data::Callback;
use crate::messages::keyboard::{button, login, rows};
use crate::messages::localizer::Localizer;
use crate::messages::sessions::sessions_button;
use crate::messages::{Screen, back, plain};
use crate::model::accounts::account::Account;
use crate::model::text::texts::TextArg::{Count, Text};

/// Sign-in link. Protected from forwarding, because anyone who opens it is signed in.
pub(crate) fn sign_in(localizer: &Localizer, address: &str) -> Screen {
    let open = login(localizer.text("bot-button-dashboard"), address);
    let buttons =
        open.into_iter().map(|open| vec![open]).chain([vec![sessions_button(localizer)], vec![back(localizer)]]);
    Screen { html: localizer.text("bot-sign-in"), keyboard: rows(buttons), protected: true }
}

/// Request of a browser to be signed in, with the numbers to choose from.
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
    // A forwarded copy would ask the wrong person.
    Screen { html, keyboard: rows([numbers, vec![not_me]]), protected: true }
}

/// Result of the right number: the browser is signed in.
pub(crate) fn approved(localizer: &Localizer, device: &str, joins: bool) -> Screen {
    let text = if joins { "bot-sign-in-request-link-approved" } else { "bot-sign-in-request-approved" };
    let html = localizer.html(text, &[("device", Text(device))]);
    Screen { keyboard: rows([vec![sessions_button(localizer)], vec![back(localizer)]]), ..plain(html) }
}

/// Result of a wrong number or of declining: nobody was signed in.
pub(crate) fn ended(localizer: &Localizer, wrong_number: bool) -> Screen {
    let text = if wrong_number { "bot-sign-in-request-wrong" } else { "bot-sign-in-request-not-me" };
    Screen { keyboard: rows([vec![back(localizer)]]), ..plain(localizer.text(text)) }
}

/// Result for a request that has expired or was already answered.
pub(crate) fn closed(localizer: &Localizer, reason: String) -> Screen {
    let buttons = [vec![sessions_button(localizer)], vec![back(localizer)]];
    Screen { keyboard: rows(buttons), ..plain(reason) }
}
