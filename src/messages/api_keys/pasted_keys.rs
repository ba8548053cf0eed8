//! Messages about API keys found in a person's message or in a group.

use crate::domain::api_keys::pasted_keys::{PastedKey, PastedKeyState};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::callback_data::Callback;
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{keys_button, plain, with_private_chat};
use crate::model::text::texts::TextArg::{Count, Text};

/// Maximum number of pasted keys that get a message each.
const MAX_LISTED_KEYS: usize = 8;

/// Keys found in a person's message.
#[derive(Clone, Debug, Default)]
pub(crate) struct PastedKeys {
    /// Keys of the person, also those that no longer work.
    pub(crate) own: Vec<PastedKey>,
    /// Number of keys that are unknown or another person's.
    pub(crate) others: usize,
    /// Number of texts that were meant to be a key.
    pub(crate) mistyped: usize,
}

/// Result of deleting a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageDeletion {
    /// Deleted.
    Yes,
    /// Still visible in the chat.
    No,
}

/// Message about keys pasted into a group. Says nothing about whose they are.
pub(crate) fn pasted_in_group(localizer: &Localizer, deletion: MessageDeletion, bot: Option<&str>) -> OutgoingMessage {
    let text = match deletion {
        MessageDeletion::Yes => "bot-pasted-key-group-gone",
        MessageDeletion::No => "bot-pasted-key-group-there",
    };
    with_private_chat(localizer, plain(localizer.text(text)), bot)
}

/// Messages about pasted keys: one per key of the person, so that each can be revoked separately, and one each about all
/// others and all mistyped ones.
pub(crate) fn pasted_keys(
    localizer: &Localizer,
    found: &PastedKeys,
    deletion: MessageDeletion,
) -> Vec<OutgoingMessage> {
    let count = |number: usize| Count(i64::try_from(number).unwrap_or(i64::MAX));
    let message =
        localizer.text(if deletion == MessageDeletion::Yes { "bot-pasted-key-gone" } else { "bot-pasted-key-there" });
    let mut screens: Vec<_> =
        found.own.iter().take(MAX_LISTED_KEYS).map(|pasted| own_key(localizer, pasted, &message)).collect();
    let keys = || rows([vec![keys_button(localizer)]]);
    if found.own.len() > MAX_LISTED_KEYS {
        let more = localizer.html("bot-pasted-key-more", &[("count", count(found.own.len() - MAX_LISTED_KEYS))]);
        screens.push(OutgoingMessage { keyboard: keys(), ..plain(more) });
    }
    if found.others > 0 {
        let others = localizer.html("bot-pasted-key-other", &[("count", count(found.others))]);
        screens.push(OutgoingMessage { keyboard: keys(), ..plain(format!("{others} {message}")) });
    }
    if found.mistyped > 0 {
        let mistyped = localizer.text("bot-pasted-key-mistyped");
        screens.push(OutgoingMessage { keyboard: keys(), ..plain(format!("{mistyped}\n\n{message}")) });
    }
    screens
}

/// Message about a key of the person: what happened to the message, and the state of the key.
fn own_key(localizer: &Localizer, PastedKey { key, state }: &PastedKey, message: &str) -> OutgoingMessage {
    let values = [("name", Text(key.name.as_str())), ("masked", Text(&key.masked))];
    let (text, worth) = match state {
        PastedKeyState::Valid => ("bot-pasted-key-own", Some("bot-pasted-key-revoke")),
        PastedKeyState::Paused => ("bot-pasted-key-own", Some("bot-pasted-key-paused")),
        PastedKeyState::Expired => ("bot-pasted-key-expired", None),
        PastedKeyState::Revoked => ("bot-pasted-key-revoked", None),
        PastedKeyState::Replaced => ("bot-pasted-key-replaced", None),
    };
    let html = format!("{} {message}", localizer.html(text, &values));
    let Some(worth) = worth else {
        return OutgoingMessage { keyboard: rows([vec![keys_button(localizer)]]), ..plain(html) };
    };
    let revoke = button(localizer.text("bot-button-revoke"), &Callback::AskRevoke(key.id));
    let keep = button(localizer.text("bot-button-keep"), &Callback::Key(key.id));
    let html = format!("{html}\n\n{}", localizer.text(worth));
    OutgoingMessage { keyboard: rows([vec![revoke], vec![keep]]), ..plain(html) }
}
