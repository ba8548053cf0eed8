//! Problems of broadcasts.

use axum::http::StatusCode;

use crate::model::broadcasts::BroadcastState;
use crate::web::problem::Problem;
use crate::web::problem::refusals::requests::{conflict, not_found};

pub(in crate::web::problem) fn broadcast_not_found() -> Problem {
    not_found("broadcast_not_found", "There is no such broadcast.")
}

pub(in crate::web::problem) fn broadcast_state(state: BroadcastState) -> Problem {
    let detail = format!("This broadcast is {}, so that isn't possible right now.", state.as_str());
    conflict("broadcast_state", detail)
}

pub(in crate::web::problem) fn broadcast_changed() -> Problem {
    conflict("broadcast_changed", "Someone else changed this draft. Read it again and retry.")
}

pub(in crate::web::problem) fn count_changed(confirmed: i64, recipients: i64) -> Problem {
    let detail = format!("It now reaches {recipients} people, not {confirmed}. Confirm the new number.");
    conflict("recipients_changed", detail)
}

pub(in crate::web::problem) fn recipients_purged() -> Problem {
    let detail = "The list of recipients was deleted 90 days after the broadcast ended. Its counts remain.";
    Problem::new(StatusCode::GONE, "Recipients deleted", "recipients_purged", detail)
}
