//! Messages for admins about people.
//!
//! - `menu`: the admin's menu. `people`: the search and its results. `card`: an account.
//! - `actions`: questions before an action and its result. `plans`: the choice of a plan and what it would change.
//! - `refusals`: why an action was not performed. `stats`: statistics.

pub(crate) mod actions;
pub(crate) mod card;
pub(crate) mod menu;
pub(crate) mod people;
pub(crate) mod plans;
pub(crate) mod refusals;
pub(crate) mod stats;

use teloxide::types::InlineKeyboardButton;

use crate::messages::callback_data::{AdminCallback, Callback};
use crate::messages::keyboard::button;
use crate::messages::localizer::Localizer;
use crate::model::accounts::account::{Account, AccountId};
use crate::model::text::texts::TextArg;
use crate::model::text::texts::TextArg::{Count, Text};

/// Name and number of a person.
fn person(account: &Account) -> [(&'static str, TextArg<'_>); 2] {
    [("name", Text(account.name.as_str())), ("number", Count(account.id.0))]
}

fn tap(label: String, tap: AdminCallback) -> InlineKeyboardButton {
    button(label, &Callback::Admin(tap))
}

/// Button that opens the card of an account.
fn card_button(localizer: &Localizer, account: AccountId) -> InlineKeyboardButton {
    tap(localizer.text("bot-button-card"), AdminCallback::User(account))
}

/// Button that opens the admin's menu.
fn home_button(localizer: &Localizer) -> InlineKeyboardButton {
    tap(localizer.text("bot-button-admin"), AdminCallback::Home)
}
