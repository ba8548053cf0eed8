//! The ways into an account, what happened to it, and leaving.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use teloxide::types::InlineKeyboardButton;

use crate::domain::accounts::account_deletion::TO_THINK_AGAIN;
use crate::messages::callback_data::{AccountTap, Tap};
use crate::messages::keyboard::{button, login, rows};
use crate::messages::localizer::Speaker;
use crate::messages::{Screen, ago, plain, short};
use crate::model::accounts::account::Identity;
use crate::model::accounts::activity::EventLine;
use crate::model::text::texts::Value::Text;
use crate::model::time::Moment;

/// Names a way in a button, which has no room for an address.
pub(crate) fn mark(subject: &str) -> String {
    let digest = Sha256::digest(subject.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.get(..9).unwrap_or_default())
}

/// The ways in, each with a button to take it away; the last one has none.
pub(crate) fn list(speaker: &Speaker, ways: &[Identity]) -> Screen {
    let line = |way: &Identity| {
        let kind = speaker.identity_kind(&way.kind);
        speaker.html("bot-way", &[("kind", Text(&kind)), ("what", Text(&way.shown()))])
    };
    let lines: Vec<_> = ways.iter().map(line).collect();
    let html = format!("{}\n\n{}", speaker.say("bot-ways"), lines.join("\n"));
    let unlink = |way: &Identity| {
        let label = format!("{} {}", speaker.say("bot-button-unlink"), short(&way.shown()));
        vec![button(label, &Tap::Account(AccountTap::AskUnlink(way.kind.clone(), mark(&way.subject))))]
    };
    let mut buttons: Vec<_> = ways.iter().filter(|_| ways.len() > 1).take(20).map(unlink).collect();
    buttons.push(vec![button(speaker.say("bot-button-add-way"), &Tap::Account(AccountTap::AddWay))]);
    buttons.push(vec![profile_button(speaker)]);
    Screen { keyboard: rows(buttons), ..plain(html) }
}

/// A link that opens the page on which another way is added. Kept from being forwarded: whoever opens it is in.
pub(crate) fn add(speaker: &Speaker, address: &str) -> Screen {
    let open = login(speaker.say("bot-button-security"), address);
    let buttons = open.into_iter().map(|open| vec![open]).chain([vec![ways_button(speaker)]]);
    Screen { html: speaker.say("bot-add-way"), keyboard: rows(buttons), protected: true }
}

/// Really take it away?
pub(crate) fn ask_unlink(speaker: &Speaker, way: &Identity) -> Screen {
    let kind = speaker.identity_kind(&way.kind);
    let html = speaker.html("bot-unlink-ask", &[("kind", Text(&kind)), ("what", Text(&way.shown()))]);
    let yes = button(
        speaker.say("bot-button-unlink-yes"),
        &Tap::Account(AccountTap::Unlink(way.kind.clone(), mark(&way.subject))),
    );
    Screen { keyboard: rows([vec![yes], vec![ways_button(speaker)]]), ..plain(html) }
}

/// What happened, the latest first, and where all of it is.
pub(crate) fn activity(speaker: &Speaker, lines: &[EventLine], (now, public_url): (Moment, &str)) -> Screen {
    let line = |line: &EventLine| {
        let what = line.event.as_ref().map_or_else(
            || speaker.say("event-other"),
            |event| {
                let (id, values) = event.sentence();
                speaker.html(&id, &values)
            },
        );
        let who = line.device.clone().unwrap_or_else(|| speaker.say(&format!("event-by-{}", line.actor)));
        let place = line.network.as_ref().map_or_else(|| who.clone(), |network| format!("{who}, {network}"));
        let when = ago(speaker, line.made_at, now);
        format!("{what}\n{}", speaker.html("bot-event", &[("when", Text(&when)), ("place", Text(&place))]))
    };
    let all = speaker.html("bot-activity-all", &[("link", Text(&format!("{public_url}/web/profile/activity")))]);
    let parts = std::iter::once(speaker.say("bot-activity")).chain(lines.iter().map(line)).chain([all]);
    let html = parts.collect::<Vec<_>>().join("\n\n");
    Screen { keyboard: rows([vec![profile_button(speaker)]]), ..plain(html) }
}

/// Really delete the account?
pub(crate) fn ask_leave(speaker: &Speaker, now: Moment) -> Screen {
    let day = now.plus(TO_THINK_AGAIN).day();
    let yes = button(speaker.say("bot-button-leave-yes"), &Tap::Account(AccountTap::Leave));
    let html = speaker.html("bot-leave-ask", &[("day", Text(&day))]);
    Screen { keyboard: rows([vec![yes], vec![profile_button(speaker)]]), ..plain(html) }
}

/// The account is to be deleted, and can be kept.
pub(crate) fn leaving(speaker: &Speaker, at: Moment) -> Screen {
    let keep = button(speaker.say("bot-button-keep-account"), &Tap::Account(AccountTap::Keep));
    let html = speaker.html("bot-leaving", &[("day", Text(&at.day()))]);
    Screen { keyboard: rows([vec![keep]]), ..plain(html) }
}

/// Leads to the ways in.
pub(crate) fn ways_button(speaker: &Speaker) -> InlineKeyboardButton {
    button(speaker.say("bot-button-ways"), &Tap::Account(AccountTap::Ways))
}

/// Leads to what happened.
pub(crate) fn activity_button(speaker: &Speaker) -> InlineKeyboardButton {
    button(speaker.say("bot-button-activity"), &Tap::Account(AccountTap::Activity))
}

fn profile_button(speaker: &Speaker) -> InlineKeyboardButton {
    button(speaker.say("bot-button-profile"), &Tap::Profile)
}
