//! Reasons why an action of an admin is not performed, or not undone.

use crate::model::admin_action::plan_change::PlanLoss;

/// Reason why an action of an admin is not performed, or not undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdminActionError {
    /// The person would lose something, and the admin did not ask to replace the plan.
    Loses(Box<PlanLoss>),
    /// The account has changed since the admin saw it.
    Changed,
    /// The balance is lower than the tokens to take back.
    BalanceTooLow {
        /// Tokens left.
        balance: i64,
    },
    /// The bot cannot write to the person.
    Unreachable,
    /// The latest action of the admin cannot be undone, or there is none.
    NothingToUndo,
    /// The action is too old to be undone.
    UndoExpired,
    /// The action was undone before.
    AlreadyUndone,
    /// What the action changed was changed again since.
    ChangedSince,
    /// The granted tokens are spent.
    TokensSpent {
        /// Tokens left.
        balance: i64,
    },
}
