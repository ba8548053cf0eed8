//! Greeting of a newcomer: what the bot is for, and the one next step.

use teloxide::types::InlineKeyboardButton;

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::accounts::profile::language_buttons;
use crate::messages::callback_data::Callback;
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{back, plain, plans_button};
use crate::model::text::texts::TextArg::Text;

/// Greeting with the next step on the way to a first request.
pub(crate) fn welcome(localizer: &Localizer, domain: &Domain, caller: &SignedIn) -> OutgoingMessage {
    let name = domain.user(caller.account()).name;
    let next = next_step(localizer, domain, caller);
    OutgoingMessage {
        keyboard: rows([vec![next], vec![back(localizer)]]),
        ..plain(localizer.html("bot-newcomer", &[("name", Text(&name))]))
    }
}

/// Button of the next step: a key if the plan includes API access, else a plan.
fn next_step(localizer: &Localizer, domain: &Domain, caller: &SignedIn) -> InlineKeyboardButton {
    if domain.plan_of_account(caller.account()).api_access {
        return button(localizer.text("bot-button-new-key"), &Callback::NewKey);
    }
    plans_button(localizer)
}

/// The greeting with a choice of languages below.
pub(crate) fn with_languages(screen: OutgoingMessage) -> OutgoingMessage {
    let mut keyboard = screen.keyboard;
    keyboard.inline_keyboard.push(language_buttons());
    OutgoingMessage { keyboard, ..screen }
}
