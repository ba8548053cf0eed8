//! Messages of account deletion.

use crate::domain::accounts::account_deletion::DELETION_DELAY_SECS;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::accounts::profile::profile_back_button;
use crate::messages::callback_data::{AccountCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::time::Moment;

/// Confirmation before the account is scheduled for deletion.
pub(crate) fn ask_deletion(localizer: &Localizer, now: Moment) -> OutgoingMessage {
    let yes =
        button(localizer.text("bot-button-delete-account-yes"), &Callback::Account(AccountCallback::ScheduleDeletion));
    let html = localizer.dated("bot-delete-account-ask", &[], now.plus(DELETION_DELAY_SECS));
    OutgoingMessage { keyboard: rows([vec![yes], vec![profile_back_button(localizer)]]), ..plain(html) }
}

/// Message of an account scheduled for deletion, with a button to cancel.
pub(crate) fn deletion_scheduled(localizer: &Localizer, at: Moment) -> OutgoingMessage {
    let keep = button(localizer.text("bot-button-keep-account"), &Callback::Account(AccountCallback::CancelDeletion));
    let html = localizer.dated("bot-deletion-scheduled", &[], at);
    OutgoingMessage { keyboard: rows([vec![keep]]), ..plain(html) }
}
