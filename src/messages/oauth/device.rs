//! Messages of a device that asks to be signed in (RFC 8628).

use crate::domain::oauth::device::approval::DevicePrompt;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::callback_data::{AppCallback, Callback, NumberChoice};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::oauth::apps::apps_button;
use crate::messages::oauth::scope_lines;
use crate::messages::{back, plain, with_menu};
use crate::model::accounts::account::Account;
use crate::model::network::network_for_people;
use crate::model::text::texts::TextArg::Text;

/// Request of a device, with the numbers to choose from.
pub(crate) fn request(localizer: &Localizer, prompt: &DevicePrompt, account: &Account) -> OutgoingMessage {
    let network = network_for_people(&prompt.network);
    let values = [
        ("app", Text(prompt.client_name.as_str())),
        ("name", Text(&account.name)),
        ("device", Text(&prompt.device)),
        ("network", Text(&network)),
    ];
    let question = localizer.html("bot-device-request", &values);
    let html = format!(
        "{question}\n{}\n\n{}",
        scope_lines(localizer, prompt.scopes),
        localizer.text("bot-device-request-ask")
    );
    let number = |number: &i64| {
        let choice = NumberChoice { request: prompt.id, number: *number };
        button(number.to_string(), &Callback::App(AppCallback::AnswerDevice(choice)))
    };
    let numbers = prompt.choices.iter().map(number).collect();
    let not_me = button(localizer.text("bot-button-not-me"), &Callback::App(AppCallback::RefuseDevice(prompt.id)));
    // A forwarded copy would ask the wrong person.
    OutgoingMessage { html, keyboard: rows([numbers, vec![not_me]]), protected: true }
}

/// Result of the right number: the device is signed in.
pub(crate) fn approved(localizer: &Localizer, app: &str) -> OutgoingMessage {
    let html = localizer.html("bot-device-approved", &[("app", Text(app))]);
    OutgoingMessage { keyboard: rows([vec![apps_button(localizer)], vec![back(localizer)]]), ..plain(html) }
}

/// Result of a wrong number: nobody was signed in.
pub(crate) fn wrong(localizer: &Localizer) -> OutgoingMessage {
    with_menu(localizer, localizer.text("bot-device-wrong"))
}

/// Result of declining: nobody was signed in.
pub(crate) fn declined(localizer: &Localizer) -> OutgoingMessage {
    with_menu(localizer, localizer.text("bot-sign-in-request-not-me"))
}

/// Result for a request that has expired, was answered, or never existed.
pub(crate) fn closed(localizer: &Localizer, reason: String) -> OutgoingMessage {
    with_menu(localizer, reason)
}
