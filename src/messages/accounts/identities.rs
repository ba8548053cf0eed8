//! The ways into an account, what happened to it, and leaving.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use teloxide::types::InlineKeyboardButton;

use crate::domain::accounts::account_deletion::DELETION_DELAY_SECS;
use crate::messages::callback_data::{AccountCallback, Callback};
use crate::messages::keyboard::{button, login, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{Screen, ago, plain, short};
use crate::model::accounts::account::Identity;
use crate::model::accounts::activity::ActivityEntry;
use crate::model::text::texts::TextArg::Text;
use crate::model::time::Moment;

/// Names a way in a button, which has no room for an address.
pub(crate) fn mark(subject: &str) -> String {
    let digest = Sha256::digest(subject.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.get(..9).unwrap_or_default())
}

/// The ways in, each with a button to take it away; the last one has none.
pub(crate) fn list(localizer: &Localizer, ways: &[Identity]) -> Screen {
    let line = |way: &Identity| {
        let kind = localizer.identity_kind(&way.kind);
        localizer.html("bot-identity", &[("kind", Text(&kind)), ("what", Text(&way.shown()))])
    };
    let lines: Vec<_> = ways.iter().map(line).collect();
    let html = format!("{}\n\n{}", localizer.text("bot-identities"), lines.join("\n"));
    let unlink = |way: &Identity| {
        let label = format!("{} {}", localizer.text("bot-button-unlink"), short(&way.shown()));
        vec![button(label, &Callback::Account(AccountCallback::AskUnlink(way.kind.clone(), mark(&way.subject))))]
    };
    let mut buttons: Vec<_> = ways.iter().filter(|_| ways.len() > 1).take(20).map(unlink).collect();
    buttons.push(vec![button(localizer.text("bot-button-add-identity"), &Callback::Account(AccountCallback::AddWay))]);
    buttons.push(vec![profile_button(localizer)]);
    Screen { keyboard: rows(buttons), ..plain(html) }
}

/// A link that opens the page on which another way is added. Kept from being forwarded: whoever opens it is in.
pub(crate) fn add(localizer: &Localizer, address: &str) -> Screen {
    let open = login(localizer.text("bot-button-security"), address);
    let buttons = open.into_iter().map(|open| vec![open]).chain([vec![identities_button(localizer)]]);
    Screen { html: localizer.text("bot-add-identity"), keyboard: rows(buttons), protected: true }
}

/// Really take it away?
pub(crate) fn ask_unlink(localizer: &Localizer, way: &Identity) -> Screen {
    let kind = localizer.identity_kind(&way.kind);
    let html = localizer.html("bot-unlink-ask", &[("kind", Text(&kind)), ("what", Text(&way.shown()))]);
    let yes = button(
        localizer.text("bot-button-unlink-yes"),
        &Callback::Account(AccountCallback::Unlink(way.kind.clone(), mark(&way.subject))),
    );
    Screen { keyboard: rows([vec![yes], vec![identities_button(localizer)]]), ..plain(html) }
}

/// What happened, the latest first, and where all of it is.
pub(crate) fn activity(localizer: &Localizer, lines: &[ActivityEntry], (now, public_url): (Moment, &str)) -> Screen {
    let line = |line: &ActivityEntry| {
        let what = line.event.as_ref().map_or_else(
            || localizer.text("activity-other"),
            |event| {
                let (id, values) = event.sentence();
                localizer.html(&id, &values)
            },
        );
        let who = line.device.clone().unwrap_or_else(|| localizer.text(&format!("activity-by-{}", line.actor)));
        let place = line.network.as_ref().map_or_else(|| who.clone(), |network| format!("{who}, {network}"));
        let when = ago(localizer, line.made_at, now);
        format!("{what}\n{}", localizer.html("bot-activity-line", &[("when", Text(&when)), ("place", Text(&place))]))
    };
    let all = localizer.html("bot-activity-all", &[("link", Text(&format!("{public_url}/web/profile/activity")))]);
    let parts = std::iter::once(localizer.text("bot-activity")).chain(lines.iter().map(line)).chain([all]);
    let html = parts.collect::<Vec<_>>().join("\n\n");
    Screen { keyboard: rows([vec![profile_button(localizer)]]), ..plain(html) }
}

/// Really delete the account?
pub(crate) fn ask_deletion(localizer: &Localizer, now: Moment) -> Screen {
    let day = now.plus(DELETION_DELAY_SECS).day();
    let yes = button(localizer.text("bot-button-delete-account-yes"), &Callback::Account(AccountCallback::Leave));
    let html = localizer.html("bot-delete-account-ask", &[("day", Text(&day))]);
    Screen { keyboard: rows([vec![yes], vec![profile_button(localizer)]]), ..plain(html) }
}

/// The account is to be deleted, and can be kept.
pub(crate) fn leaving(localizer: &Localizer, at: Moment) -> Screen {
    let keep = button(localizer.text("bot-button-keep-account"), &Callback::Account(AccountCallback::Keep));
    let html = localizer.html("bot-deletion-scheduled", &[("day", Text(&at.day()))]);
    Screen { keyboard: rows([vec![keep]]), ..plain(html) }
}

/// Leads to the ways in.
pub(crate) fn identities_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-identities"), &Callback::Account(AccountCallback::Ways))
}

/// Leads to what happened.
pub(crate) fn activity_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-activity"), &Callback::Account(AccountCallback::Activity))
}

fn profile_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-profile"), &Callback::Profile)
}
