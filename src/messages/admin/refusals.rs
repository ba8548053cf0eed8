//! Reasons why an action was not performed.

use crate::domain::error::AdminActionError;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::admin::{card_button, plans};
use crate::messages::keyboard::rows;
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::accounts::account::AccountId;
use crate::model::text::texts::TextArg::Count;

/// Reason in words.
pub(crate) fn sentence(localizer: &Localizer, error: &AdminActionError) -> String {
    let with_balance = |id: &str, balance: i64| localizer.html(id, &[("balance", Count(balance))]);
    match error {
        AdminActionError::Loses(loss) => {
            format!("{}\n\n{}", localizer.text("bot-admin-changed"), plans::losses(localizer, loss))
        }
        AdminActionError::Changed => localizer.text("bot-admin-changed"),
        AdminActionError::BalanceTooLow { balance } => with_balance("bot-admin-balance-low", *balance),
        AdminActionError::Unreachable => localizer.text("bot-admin-unreachable"),
        AdminActionError::NothingToUndo => localizer.text("bot-admin-nothing-to-undo"),
        AdminActionError::UndoExpired => localizer.text("bot-admin-undo-expired"),
        AdminActionError::AlreadyUndone => localizer.text("bot-admin-already-undone"),
        AdminActionError::ChangedSince => localizer.text("bot-admin-changed-since"),
        AdminActionError::TokensSpent { balance } => with_balance("bot-admin-tokens-spent", *balance),
    }
}

/// Result of a confirmed action that was not performed.
pub(crate) fn refused(localizer: &Localizer, account: AccountId, error: &AdminActionError) -> OutgoingMessage {
    let keyboard = rows([vec![card_button(localizer, account)]]);
    OutgoingMessage { keyboard, ..plain(sentence(localizer, error)) }
}
