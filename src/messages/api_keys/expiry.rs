//! Messages of the expiry of keys.

use teloxide::types::InlineKeyboardButton;

use crate::domain::api_keys::key_expiry::OFFERED_LIFETIMES;
use crate::domain::api_keys::keys::ListedKey;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::callback_data::{Callback, ExpiryChoice, ExpiryDays};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::api_key::{KeyId, KeyState};
use crate::model::text::texts::TextArg::{Count, Text};

/// Question for the expiry of a new key.
pub(crate) fn ask_for_new_key(localizer: &Localizer, name: &str) -> OutgoingMessage {
    let choices = choices(localizer, Callback::IssueKey);
    let cancel = button(localizer.text("bot-button-cancel"), &Callback::Cancel);
    let html = localizer.html("bot-new-key-expiry", &[("name", Text(name))]);
    OutgoingMessage { keyboard: rows([choices, vec![cancel]]), ..plain(html) }
}

/// Question for another expiry of a key.
pub(crate) fn ask(localizer: &Localizer, ListedKey { key, state, .. }: &ListedKey) -> OutgoingMessage {
    let name = [("name", Text(key.name.as_str()))];
    let now = match (key.expires_at, state) {
        (None, _) => localizer.html("bot-key-expiry-none", &name),
        (Some(at), KeyState::Expired) => localizer.dated("bot-key-expiry-over", &name, at),
        (Some(at), _) => localizer.dated("bot-key-expiry-now", &name, at),
    };
    let html = format!("{now}\n\n{}", localizer.text("bot-key-expiry-ask"));
    let choices = choices(localizer, |days| Callback::SetExpiry(ExpiryChoice { key: key.id, days }));
    let card = button(localizer.text("bot-button-key-back"), &Callback::Key(key.id));
    OutgoingMessage { keyboard: rows([choices, vec![card]]), ..plain(html) }
}

/// One row of lifetimes.
fn choices(localizer: &Localizer, tap: impl Fn(ExpiryDays) -> Callback) -> Vec<InlineKeyboardButton> {
    let choice = |days: Option<i64>| {
        let label = match days {
            None => localizer.text("bot-expiry-never"),
            Some(365) => localizer.text("bot-expiry-year"),
            Some(days) => localizer.html("bot-expiry-days", &[("count", Count(days))]),
        };
        button(label, &tap(ExpiryDays(days)))
    };
    OFFERED_LIFETIMES.into_iter().map(choice).collect()
}

/// Button that asks for another expiry.
pub(in crate::messages) fn extend_button(localizer: &Localizer, key: KeyId) -> InlineKeyboardButton {
    button(localizer.text("bot-button-extend"), &Callback::AskExpiry(key))
}
