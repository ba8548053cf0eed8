//! Floor 3, chat messages: pure functions from domain and model values to [`OutgoingMessage`], without I/O.
//!
//! `bot` uses them for replies, `jobs` for notices and cards. There is one file or folder of screens per feature.
//!
//! - [`localizer`]: texts in the person's language, with escaped values.
//! - [`keyboard`]: buttons, and simpler variants of a message that Telegram refuses.
//! - [`callback_data`]: what a button sends back when it is tapped.

pub(crate) mod accounts;
pub(crate) mod admin;
pub(crate) mod api_keys;
pub(crate) mod billing;
pub(crate) mod broadcasts;
pub(crate) mod callback_data;
pub(crate) mod keyboard;
pub(crate) mod localizer;
pub(crate) mod notices;
pub(crate) mod oauth;
pub(crate) mod sessions;
pub(crate) mod sign_in;

use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

use crate::gateway::telegram::OutgoingMessage;
use crate::messages::callback_data::Callback;
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// Message without buttons.
pub(crate) fn plain(html: String) -> OutgoingMessage {
    OutgoingMessage { html, keyboard: InlineKeyboardMarkup::default(), protected: false }
}

/// Button that opens the keys.
pub(crate) fn keys_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-keys"), &Callback::Keys)
}

/// Button that opens the plans.
pub(crate) fn plans_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-plans"), &Callback::Plans)
}

/// Message that leads back to the menu.
pub(crate) fn with_menu(localizer: &Localizer, html: String) -> OutgoingMessage {
    OutgoingMessage { keyboard: rows([vec![back(localizer)]]), ..plain(html) }
}

/// Button that leads back to the menu.
pub(crate) fn back(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-menu"), &Callback::Menu)
}

/// Time since `at`, coarsely.
fn ago(localizer: &Localizer, at: Moment, now: Moment) -> String {
    let seconds = now.since(at).max(0);
    let (text, count) = match seconds {
        0..60 => ("bot-ago-now", 0),
        60..3600 => ("bot-ago-minutes", seconds / 60),
        3600..86_400 => ("bot-ago-hours", seconds / 3600),
        _ => ("bot-ago-days", seconds / 86_400),
    };
    localizer.html(text, &[("count", Count(count))])
}

/// Explanation that a command arrived too late to be executed.
pub(crate) fn too_late(localizer: &Localizer, command: &str, sent_at: Moment) -> OutgoingMessage {
    let when = localizer.day_and_time(sent_at);
    with_menu(localizer, localizer.html("bot-too-late", &[("command", Text(command)), ("when", Text(&when))]))
}

/// Answer in a group: points to the private chat.
pub(crate) fn in_group(localizer: &Localizer, bot: Option<&str>) -> OutgoingMessage {
    with_private_chat(localizer, plain(localizer.text("bot-group")), bot)
}

/// Message with a button that opens the private chat.
fn with_private_chat(localizer: &Localizer, screen: OutgoingMessage, bot: Option<&str>) -> OutgoingMessage {
    let link = bot.and_then(|bot| format!("https://t.me/{bot}?start=group").parse().ok());
    let Some(link) = link else { return screen };
    let open = InlineKeyboardButton::url(localizer.text("bot-button-open"), link);
    OutgoingMessage { keyboard: rows([vec![open]]), ..screen }
}

/// Shortens a name for a button.
fn short(name: &str) -> String {
    let name = crate::messages::localizer::visible(name);
    if name.chars().count() <= 24 { name } else { name.chars().take(23).chain(['…']).collect() }
}
