//! Messages of the trial.

use teloxide::types::InlineKeyboardButton;

use crate::gateway::telegram::OutgoingMessage;
use crate::messages::callback_data::{AccountCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{back, plain};
use crate::model::accounts::account::Account;
use crate::model::billing::plan::Plan;
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// Trial that a person may start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TrialOffer {
    /// Title of the plan.
    pub(crate) plan: String,
    /// Length in days.
    pub(crate) days: u32,
}

/// Button that starts the trial.
pub(crate) fn trial_button(localizer: &Localizer, offer: &TrialOffer) -> InlineKeyboardButton {
    let values = [("plan", Text(offer.plan.as_str())), ("days", Count(i64::from(offer.days)))];
    button(localizer.html("bot-button-trial", &values), &Callback::Account(AccountCallback::StartTrial))
}

/// Result: the plan in effect, what happens at its end, and the next step.
pub(crate) fn started(localizer: &Localizer, plan: &Plan, account: &Account, base: &Plan) -> OutgoingMessage {
    let until = account.plan_until.unwrap_or(Moment(0));
    let values = [("plan", Text(plan.title.as_str())), ("base", Text(&base.title))];
    let new_key = button(localizer.text("bot-button-new-key"), &Callback::NewKey);
    OutgoingMessage {
        keyboard: rows([vec![new_key], vec![back(localizer)]]),
        ..plain(localizer.dated("bot-trial-started", &values, until))
    }
}
