//! Messages of sign-in methods.

use teloxide::types::InlineKeyboardButton;

use crate::domain::accounts::identity_undo::UndoneChange;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::accounts::profile::profile_back_button;
use crate::messages::callback_data::{AccountCallback, Callback, IdentityRef};
use crate::messages::keyboard::{button, login, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{keys_button, plain, short};
use crate::model::accounts::identity::Identity;
use crate::model::text::texts::TextArg::Text;

/// List of sign-in methods, each with a button to unlink it, except a single one.
pub(crate) fn list(localizer: &Localizer, linked: &[Identity]) -> OutgoingMessage {
    let line = |identity: &Identity| {
        let kind = localizer.identity_kind(&identity.kind);
        let line = localizer.html("bot-identity", &[("kind", Text(&kind)), ("what", Text(&identity.display_name()))]);
        let is_off = identity.disabled_at.is_some();
        if is_off { format!("{line}\n<i>{}</i>", localizer.text("bot-identity-off")) } else { line }
    };
    let lines: Vec<_> = linked.iter().map(line).collect();
    let html = format!("{}\n\n{}", localizer.text("bot-identities"), lines.join("\n"));
    let unlink = |identity: &Identity| {
        let label = format!("{} {}", localizer.text("bot-button-unlink"), short(&identity.display_name()));
        vec![button(label, &Callback::Account(AccountCallback::AskUnlink(IdentityRef::of(identity))))]
    };
    let mut buttons: Vec<_> = linked.iter().filter(|_| linked.len() > 1).take(20).map(unlink).collect();
    buttons.push(vec![button(
        localizer.text("bot-button-add-identity"),
        &Callback::Account(AccountCallback::AddIdentity),
    )]);
    buttons.push(vec![profile_back_button(localizer)]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

/// Sign-in link to the page that adds a sign-in method. Protected from forwarding, because anyone who opens it is
/// signed in.
pub(crate) fn add(localizer: &Localizer, address: &str) -> OutgoingMessage {
    let open = login(localizer.text("bot-button-security"), address);
    let buttons = open.into_iter().map(|open| vec![open]).chain([vec![identities_button(localizer)]]);
    OutgoingMessage { html: localizer.text("bot-add-identity"), keyboard: rows(buttons), protected: true }
}

/// Confirmation before a sign-in method is unlinked.
pub(crate) fn ask_unlink(localizer: &Localizer, identity: &Identity) -> OutgoingMessage {
    let kind = localizer.identity_kind(&identity.kind);
    let html = localizer.html("bot-unlink-ask", &[("kind", Text(&kind)), ("what", Text(&identity.display_name()))]);
    let yes = button(
        localizer.text("bot-button-unlink-yes"),
        &Callback::Account(AccountCallback::Unlink(IdentityRef::of(identity))),
    );
    OutgoingMessage { keyboard: rows([vec![yes], vec![identities_button(localizer)]]), ..plain(html) }
}

/// Button that opens the sign-in methods.
pub(crate) fn identities_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-identities"), &Callback::Account(AccountCallback::Identities))
}

/// Result of an undo, with what to check next.
pub(crate) fn undone(localizer: &Localizer, undone: &UndoneChange) -> OutgoingMessage {
    let restored = undone.restored.iter();
    let restored =
        restored.map(|identity| localizer.html("bot-undo-restored", &[("what", Text(&identity.display_name()))]));
    let removed = undone.removed.iter();
    let removed =
        removed.map(|identity| localizer.html("bot-undo-removed", &[("what", Text(&identity.display_name()))]));
    let lines = std::iter::once(localizer.text("bot-undone")).chain(restored).chain(removed);
    let html = lines.chain([localizer.text("bot-undone-next")]).collect::<Vec<_>>().join("\n");
    OutgoingMessage { keyboard: rows([vec![identities_button(localizer), keys_button(localizer)]]), ..plain(html) }
}

/// Button that undoes a change.
pub(crate) fn undo_button(localizer: &Localizer, id: i64) -> InlineKeyboardButton {
    button(localizer.text("bot-button-undo"), &Callback::Account(AccountCallback::Undo(id)))
}
