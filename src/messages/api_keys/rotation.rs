//! Messages of key rotation, and of renaming.

use crate::domain::api_keys::keys::{IssuedKey, ListedKey};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::api_keys::keys::card;
use crate::messages::callback_data::{Callback, RotationChoice};
use crate::messages::keyboard::{button, copy, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{back, keys_button, plain};
use crate::model::api_key::{ApiKey, KeyId};
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// Grace periods to choose from, in seconds. The current secret can also stop immediately.
const GRACE_PERIODS_SECS: [i64; 3] = [3600, 86_400, 7 * 86_400];

/// Question for the grace period of the current secret.
pub(crate) fn ask_grace(localizer: &Localizer, key: &ApiKey) -> OutgoingMessage {
    // Identifies the secret. Its end is no secret; the masked key shows it, too.
    let end: String = key.masked.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    let choice = |grace: i64| {
        button(length(localizer, grace), &Callback::Rotate(RotationChoice { key: key.id, grace, end: end.clone() }))
    };
    let periods = GRACE_PERIODS_SECS.into_iter().map(choice).collect();
    let cancel = button(localizer.text("bot-button-rotate-no"), &Callback::Key(key.id));
    let buttons = [periods, vec![choice(0)], vec![cancel]];
    let values = [("name", Text(key.name.as_str())), ("masked", Text(&key.masked))];
    OutgoingMessage { keyboard: rows(buttons), ..plain(localizer.html("bot-rotate-ask", &values)) }
}

/// New secret of a key, which is shown only once.
pub(crate) fn rotated(localizer: &Localizer, issued: &IssuedKey, now: Moment) -> OutgoingMessage {
    let key = issued.plain.reveal();
    let mut html =
        localizer.html("bot-rotated", &[("name", Text(issued.listed.key.name.as_str())), ("key", Text(key))]);
    html.push(' ');
    html.push_str(&old_secret(
        localizer,
        issued.listed.old_secret.as_ref().map_or(0, |old| old.works_until.since(now)),
    ));
    let buttons = [
        vec![copy(localizer.text("bot-button-copy"), key)],
        vec![button(localizer.text("bot-button-saved"), &Callback::Saved)],
    ];
    OutgoingMessage { html, keyboard: rows(buttons), protected: true }
}

/// Result of a rotation, without the secret: what the question becomes.
pub(crate) fn done(localizer: &Localizer, listed: &ListedKey, now: Moment) -> OutgoingMessage {
    let ApiKey { id, name, masked, .. } = &listed.key;
    let done = localizer.html("bot-rotated-done", &[("name", Text(name.as_str())), ("masked", Text(masked))]);
    let old = old_secret(localizer, listed.old_secret.as_ref().map_or(0, |old| old.works_until.since(now)));
    let test = button(localizer.text("bot-button-test-key"), &Callback::TestKey(*id));
    OutgoingMessage {
        keyboard: rows([vec![test], vec![keys_button(localizer), back(localizer)]]),
        ..plain(format!("{done}\n{old}"))
    }
}

/// Result of renaming a key: its card, with the new name above.
pub(crate) fn renamed(localizer: &Localizer, listed: &ListedKey, now: Moment) -> OutgoingMessage {
    let done = localizer.html("bot-renamed-done", &[("name", Text(listed.key.name.as_str()))]);
    let card = card(localizer, listed, 0, now);
    OutgoingMessage { html: format!("{done}\n\n{}", card.html), ..card }
}

/// Sentence on how long the old secret stays valid.
pub(in crate::messages) fn old_secret(localizer: &Localizer, seconds: i64) -> String {
    match seconds {
        ..=0 => localizer.text("bot-rotated-at-once"),
        _ => localizer.html("bot-rotated-grace", &[("time", Text(&length(localizer, seconds)))]),
    }
}

/// Explanation after the message with a new secret may not have arrived, and it was replaced.
pub(crate) fn not_delivered(localizer: &Localizer, key: KeyId, grace: i64) -> OutgoingMessage {
    let text = if grace == 0 { "bot-rotation-lost-at-once" } else { "bot-rotation-lost" };
    let retry = button(localizer.text("bot-button-rotate"), &Callback::AskRotate(key));
    OutgoingMessage {
        keyboard: rows([vec![retry]]),
        ..plain(localizer.html(text, &[("time", Text(&length(localizer, grace)))]))
    }
}

/// Question for the new name of a key.
pub(crate) fn ask_new_name(localizer: &Localizer, key: &ApiKey) -> OutgoingMessage {
    let cancel = button(localizer.text("bot-button-cancel"), &Callback::Cancel);
    OutgoingMessage {
        keyboard: rows([vec![cancel]]),
        ..plain(localizer.html("bot-rename-ask", &[("name", Text(&key.name))]))
    }
}

/// Duration in whole units, rounded up.
pub(crate) fn length(localizer: &Localizer, seconds: i64) -> String {
    let (text, unit) = match seconds {
        ..=0 => return localizer.text("bot-grace-none"),
        1..=3599 => ("bot-grace-minutes", 60),
        3600..=86_399 => ("bot-grace-hours", 3600),
        _ => ("bot-grace-days", 86_400),
    };
    localizer.html(text, &[("count", Count((seconds + unit - 1) / unit))])
}
