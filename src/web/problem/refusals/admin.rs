//! Problems of admins: roles, and actions that are not performed or not undone.

use axum::http::StatusCode;

use crate::domain::error::AdminActionError;
use crate::model::admin_action::role::AdminRole;
use crate::web::problem::Problem;
use crate::web::problem::refusals::requests::conflict;

pub(in crate::web::problem) fn role_not_allowed(role: AdminRole) -> Problem {
    let detail =
        format!("Your role, {}, doesn't allow this. An owner can change it in NEURALBOX_ADMINS.", role.as_str());
    Problem::new(StatusCode::FORBIDDEN, "Role not allowed", "role_not_allowed", &detail)
}

pub(in crate::web::problem) fn admin_action(error: &AdminActionError) -> Problem {
    match error {
        AdminActionError::Loses(loss) => {
            conflict("plan_loss", format!("{loss}. Nothing was changed. Ask for a replacement to do it."))
        }
        AdminActionError::Changed => {
            conflict("account_changed", "The account has changed in the meantime. Look at it and try again.")
        }
        AdminActionError::BalanceTooLow { balance } => {
            conflict("balance_too_low", format!("The balance is only {balance} tokens. Nothing was changed."))
        }
        AdminActionError::Unreachable => conflict(
            "person_unreachable",
            "The bot can't write to this person: they haven't started it, or blocked it.",
        ),
        AdminActionError::NothingToUndo => conflict("nothing_to_undo", "There is no action of yours to undo."),
        AdminActionError::UndoExpired => {
            conflict("action_undo_expired", "The action is more than an hour old, so it can't be undone.")
        }
        AdminActionError::AlreadyUndone => conflict("action_already_undone", "The action was undone before."),
        AdminActionError::ChangedSince => {
            conflict("action_overtaken", "What the action changed was changed again since, so it can't be undone.")
        }
        AdminActionError::TokensSpent { balance } => {
            conflict("tokens_spent", format!("The tokens are spent: the balance is {balance}. Nothing was changed."))
        }
    }
}
