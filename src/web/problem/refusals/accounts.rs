//! Problems of accounts, their sign-in methods, sessions and merges.

use axum::http::StatusCode;

use crate::domain::error::IdentityError;
use crate::web::problem::Problem;
use crate::web::problem::refusals::requests::{conflict, not_found};

pub(in crate::web::problem) fn banned(contact: Option<&str>) -> Problem {
    let contact = contact.unwrap_or("the operator of this service");
    let detail = format!("This account is suspended. If you think this is a mistake, contact {contact}.");
    Problem::new(StatusCode::FORBIDDEN, "Account suspended", "account_suspended", detail)
}

pub(in crate::web::problem) fn deletion_scheduled() -> Problem {
    let detail = "This account is scheduled for deletion, and its keys are off. Its owner can sign in and keep it.";
    Problem::new(StatusCode::FORBIDDEN, "Account leaving", "deletion_scheduled", detail)
}

fn other_account_closed() -> Problem {
    let detail = "This belongs to another account, which is suspended or being deleted. Nothing was changed.";
    conflict("other_account_closed", detail)
}

pub(in crate::web::problem) fn person_not_found() -> Problem {
    not_found("person_not_found", "There is no such user.")
}

pub(in crate::web::problem) fn session_not_found() -> Problem {
    not_found("session_not_found", "You have no open session with that id.")
}

fn identity_not_found() -> Problem {
    not_found("identity_not_found", "You have no such sign-in method.")
}

fn last_identity() -> Problem {
    conflict("last_identity", "This is your only sign-in method. Add another one first.")
}

fn identity_too_new() -> Problem {
    let detail = "This sign-in method was added less than seven days ago, after another one. Use the older one to remove \
                  it, change its password or merge the account.";
    conflict("identity_too_new", detail)
}

fn undo_expired() -> Problem {
    let detail = "This change was already undone, is more than seven days old, or can no longer be undone.";
    Problem::new(StatusCode::BAD_REQUEST, "Undo is over", "undo_expired", detail)
}

fn identity_in_use() -> Problem {
    conflict("identity_in_use", "This sign-in method is in use by another account. Contact support.")
}

fn identity_disabled() -> Problem {
    let detail =
        "This sign-in method is disabled since a password reset. Sign in by email and confirm it under Security.";
    Problem::new(StatusCode::FORBIDDEN, "Sign-in method disabled", "identity_disabled", detail)
}

fn identity_protected() -> Problem {
    let detail = "The password was reset by this address in the last seven days. Until they are over, only a session that \
                  signed in by email can remove it.";
    conflict("identity_protected", detail)
}

pub(in crate::web::problem) fn identity(why: IdentityError) -> Problem {
    match why {
        IdentityError::NotFound => identity_not_found(),
        IdentityError::Last => last_identity(),
        IdentityError::TooNew => identity_too_new(),
        IdentityError::Disabled => identity_disabled(),
        IdentityError::Protected => identity_protected(),
        IdentityError::AddressUnproven => address_unproven(),
        IdentityError::OtherAccountClosed => other_account_closed(),
        IdentityError::UndoExpired => undo_expired(),
        IdentityError::InUse => identity_in_use(),
    }
}

pub(in crate::web::problem) fn merge_offer_not_found() -> Problem {
    not_found("merge_not_found", "You have no such merge offer.")
}

pub(in crate::web::problem) fn merge_offer_expired() -> Problem {
    let detail = "This merge was already answered, is more than ten minutes old, or one account has changed. Prove the \
                  other account again.";
    Problem::new(StatusCode::BAD_REQUEST, "Merge is over", "merge_offer_expired", detail)
}

/// Google does not assign the address, so its statement does not prove who has it today.
fn address_unproven() -> Problem {
    let detail = "An account with this email address exists. Sign in with your password, or choose a new one by email. \
                  Then link Google under Security.";
    conflict("address_unproven", detail)
}
