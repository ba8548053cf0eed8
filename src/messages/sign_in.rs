//! Messages of sign-in: sign-in links and bot sign-in requests.

use crate::domain::sign_in::bot_sign_in::{BotSignInPurpose, BotSignInRequest};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::callback_data::{Callback, NumberChoice};
use crate::messages::keyboard::{button, login, rows};
use crate::messages::localizer::Localizer;
use crate::messages::sessions::sessions_button;
use crate::messages::{back, plain};
use crate::model::accounts::account::Account;
use crate::model::network::network_for_people;
use crate::model::text::texts::TextArg::{Count, Text};

/// Sign-in link. Protected from forwarding, because anyone who opens it is signed in.
pub(crate) fn sign_in(localizer: &Localizer, address: &str) -> OutgoingMessage {
    let open = login(localizer.text("bot-button-dashboard"), address);
    let buttons =
        open.into_iter().map(|open| vec![open]).chain([vec![sessions_button(localizer)], vec![back(localizer)]]);
    OutgoingMessage { html: localizer.text("bot-sign-in"), keyboard: rows(buttons), protected: true }
}

/// Request of a browser to be signed in, with the numbers to choose from.
pub(crate) fn request(localizer: &Localizer, request: &BotSignInRequest, account: &Account) -> OutgoingMessage {
    let network = network_for_people(&request.network);
    let values =
        [("device", Text(request.device.as_str())), ("network", Text(&network)), ("name", Text(&account.name))];
    let number = |number: &i64| {
        button(number.to_string(), &Callback::AnswerRequest(NumberChoice { request: request.id, number: *number }))
    };
    let numbers = request.choices.iter().map(number).collect();
    let not_me = button(localizer.text("bot-button-not-me"), &Callback::RefuseRequest(request.id));
    let mut html = localizer.html("bot-sign-in-request", &values);
    if let Some(target) = &request.link_target {
        let values = [
            ("device", Text(request.device.as_str())),
            ("network", Text(&network)),
            ("own", Text(&account.name)),
            ("name", Text(&target.name)),
            ("number", Count(target.account.0)),
        ];
        html = localizer.html("bot-sign-in-request-link", &values);
    }
    // A forwarded copy would ask the wrong person.
    OutgoingMessage { html, keyboard: rows([numbers, vec![not_me]]), protected: true }
}

/// Result of the right number: the browser is signed in.
pub(crate) fn approved(localizer: &Localizer, device: &str, purpose: BotSignInPurpose) -> OutgoingMessage {
    let text = match purpose {
        BotSignInPurpose::SignIn => "bot-sign-in-request-approved",
        BotSignInPurpose::LinkTelegram => "bot-sign-in-request-link-approved",
    };
    let html = localizer.html(text, &[("device", Text(device))]);
    OutgoingMessage { keyboard: rows([vec![sessions_button(localizer)], vec![back(localizer)]]), ..plain(html) }
}

/// Reason that a sign-in request signs nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInEnd {
    /// The number tapped was not the browser's.
    WrongNumber,
    /// The person declined.
    Declined,
}

/// Result of a wrong number or of declining: nobody was signed in.
pub(crate) fn ended(localizer: &Localizer, end: SignInEnd) -> OutgoingMessage {
    let text = match end {
        SignInEnd::WrongNumber => "bot-sign-in-request-wrong",
        SignInEnd::Declined => "bot-sign-in-request-not-me",
    };
    OutgoingMessage { keyboard: rows([vec![back(localizer)]]), ..plain(localizer.text(text)) }
}

/// Result for a request that has expired or was already answered.
pub(crate) fn closed(localizer: &Localizer, reason: String) -> OutgoingMessage {
    let buttons = [vec![sessions_button(localizer)], vec![back(localizer)]];
    OutgoingMessage { keyboard: rows(buttons), ..plain(reason) }
}
