//! A key's next secret, and its next name.

use crate::domain::api_keys::keys::Issued;
use crate::messages::callback_data::Tap;
use crate::messages::keyboard::{button, copy, rows};
use crate::messages::localizer::Speaker;
use crate::messages::{Screen, plain};
use crate::model::api_key::{ApiKey, KeyId};
use crate::model::text::texts::Value::{Count, Text};
use crate::model::time::Moment;

/// How long the old secret may work on, in seconds.
const GRACES: [i64; 4] = [0, 3600, 86_400, 7 * 86_400];

/// How long shall the secret in use work on?
pub(crate) fn ask_grace(speaker: &Speaker, key: &ApiKey) -> Screen {
    // Which secret is meant; its end is shown to everybody who may see the key.
    let end: String = key.masked.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    let choice = |grace: i64| vec![button(length(speaker, grace), &Tap::Rotate(key.id, grace, end.clone()))];
    let mut buttons: Vec<_> = GRACES.into_iter().map(choice).collect();
    buttons.push(vec![button(speaker.say("bot-button-rotate-no"), &Tap::Key(key.id))]);
    let values = [("name", Text(key.name.as_str())), ("masked", Text(&key.masked))];
    Screen { keyboard: rows(buttons), ..plain(speaker.html("bot-rotate-ask", &values)) }
}

/// The next secret, this once.
pub(crate) fn rotated(speaker: &Speaker, issued: &Issued, now: Moment) -> Screen {
    let key = issued.plain.reveal();
    let mut html = speaker.html("bot-rotated", &[("name", Text(issued.listed.key.name.as_str())), ("key", Text(key))]);
    html.push(' ');
    html.push_str(&old_secret(speaker, issued.listed.old_secret.as_ref().map_or(0, |old| old.works_until.since(now))));
    let buttons =
        [vec![copy(speaker.say("bot-button-copy"), key)], vec![button(speaker.say("bot-button-saved"), &Tap::Saved)]];
    Screen { html, keyboard: rows(buttons), protected: true }
}

/// How long the secret before works on.
pub(in crate::messages) fn old_secret(speaker: &Speaker, seconds: i64) -> String {
    match seconds {
        ..=0 => speaker.say("bot-rotated-at-once"),
        _ => speaker.html("bot-rotated-grace", &[("time", Text(&length(speaker, seconds)))]),
    }
}

/// The next secret may not have arrived, and is void.
pub(crate) fn not_delivered(speaker: &Speaker, key: KeyId, grace: i64) -> Screen {
    let text = if grace == 0 { "bot-rotation-lost-at-once" } else { "bot-rotation-lost" };
    let again = button(speaker.say("bot-button-rotate"), &Tap::AskRotate(key));
    Screen { keyboard: rows([vec![again]]), ..plain(speaker.html(text, &[("time", Text(&length(speaker, grace)))])) }
}

/// What shall the key be called from now on?
pub(crate) fn ask_new_name(speaker: &Speaker, key: &ApiKey) -> Screen {
    let cancel = button(speaker.say("bot-button-cancel"), &Tap::Cancel);
    Screen { keyboard: rows([vec![cancel]]), ..plain(speaker.html("bot-rename-ask", &[("name", Text(&key.name))])) }
}

/// A length of time in whole units, rounded up.
pub(crate) fn length(speaker: &Speaker, seconds: i64) -> String {
    let (text, unit) = match seconds {
        ..=0 => return speaker.say("bot-grace-none"),
        1..=3599 => ("bot-grace-minutes", 60),
        3600..=86_399 => ("bot-grace-hours", 3600),
        _ => ("bot-grace-days", 86_400),
    };
    speaker.html(text, &[("count", Count((seconds + unit - 1) / unit))])
}
