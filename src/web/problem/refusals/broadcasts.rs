//! Problems of broadcasts.

use axum::http::StatusCode;

use crate::domain::error::BroadcastError;
use crate::web::problem::Problem;
use crate::web::problem::refusals::requests::{conflict, not_found};

pub(in crate::web::problem) fn broadcast(why: BroadcastError) -> Problem {
    match why {
        BroadcastError::NotFound => not_found("broadcast_not_found", "There is no such broadcast."),
        BroadcastError::State(state) => {
            let detail = format!("This broadcast is {}, so that isn't possible right now.", state.as_str());
            conflict("broadcast_state", detail)
        }
        BroadcastError::Changed => {
            conflict("broadcast_changed", "Someone else changed this draft. Read it again and retry.")
        }
        BroadcastError::RecipientsPurged => {
            let detail = "The list of recipients was deleted 90 days after the broadcast ended. Its counts remain.";
            Problem::new(StatusCode::GONE, "Recipients deleted", "recipients_purged", detail)
        }
        BroadcastError::CountChanged { confirmed, recipients } => {
            let detail = format!("It now reaches {recipients} people, not {confirmed}. Confirm the new number.");
            conflict("recipients_changed", detail)
        }
    }
}
