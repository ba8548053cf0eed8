//! Greeting of a newcomer: what the bot is for, and the one next step.

use crate::gateway::telegram::OutgoingMessage;
use crate::messages::accounts::profile::language_buttons;
use crate::messages::accounts::trial::{TrialOffer, trial_button};
use crate::messages::callback_data::Callback;
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{back, plain, plans_button};
use crate::model::text::texts::TextArg::Text;

/// Next step of a newcomer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NextStep {
    /// Start the trial.
    Trial(TrialOffer),
    /// Choose a plan with API access.
    Plan,
    /// Create a key.
    Key,
}

/// Greeting with the next step on the way to a first request.
pub(crate) fn welcome(localizer: &Localizer, name: &str, step: &NextStep) -> OutgoingMessage {
    let next = match step {
        NextStep::Trial(offer) => trial_button(localizer, offer),
        NextStep::Plan => plans_button(localizer),
        NextStep::Key => button(localizer.text("bot-button-new-key"), &Callback::NewKey),
    };
    OutgoingMessage {
        keyboard: rows([vec![next], vec![back(localizer)]]),
        ..plain(localizer.html("bot-newcomer", &[("name", Text(name))]))
    }
}

/// The greeting with a choice of languages below.
pub(crate) fn with_languages(screen: OutgoingMessage) -> OutgoingMessage {
    let mut keyboard = screen.keyboard;
    keyboard.inline_keyboard.push(language_buttons());
    OutgoingMessage { keyboard, ..screen }
}
