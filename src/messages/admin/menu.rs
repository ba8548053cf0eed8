//! The admin's menu. It shows only what the role of the admin allows.

use teloxide::types::InlineKeyboardButton;

use crate::domain::admin::access::{Admin, AdminAct};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::admin::{home_button, tap};
use crate::messages::callback_data::{AdminCallback, BroadcastCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{back, plain};

/// Menu of an admin.
pub(crate) fn home(localizer: &Localizer, admin: &Admin) -> OutgoingMessage {
    let of_people = admin.may(AdminAct::People).then(|| find_button(localizer));
    let of_stats = admin.may(AdminAct::Stats).then(|| tap(localizer.text("bot-button-stats"), AdminCallback::Stats));
    let of_broadcasts = admin.may(AdminAct::Broadcasts).then(|| {
        let (new, list) = (BroadcastCallback::New, BroadcastCallback::List(None));
        vec![
            button(localizer.text("bot-button-broadcasts"), &Callback::Broadcast(list)),
            button(localizer.text("bot-button-new-broadcast"), &Callback::Broadcast(new)),
        ]
    });
    let first: Vec<InlineKeyboardButton> = of_people.into_iter().chain(of_stats).collect();
    let first = (!first.is_empty()).then_some(first);
    let keyboard = rows(first.into_iter().chain(of_broadcasts).chain([vec![back(localizer)]]));
    OutgoingMessage { keyboard, ..plain(localizer.text("bot-admin")) }
}

/// Adds the row that opens the admin's menu, above the last row.
pub(crate) fn with_row(localizer: &Localizer, mut screen: OutgoingMessage) -> OutgoingMessage {
    let rows = &mut screen.keyboard.inline_keyboard;
    rows.insert(rows.len().saturating_sub(1), vec![home_button(localizer)]);
    screen
}

/// Button that begins a search.
pub(in crate::messages::admin) fn find_button(localizer: &Localizer) -> InlineKeyboardButton {
    tap(localizer.text("bot-button-find"), AdminCallback::Find)
}
