//! Problems of API keys and of reports of leaked keys.

use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;

use crate::domain::error::PlanUpgrade;
use crate::model::sign_in::login_widget::FieldError;
use crate::web::problem::Problem;
use crate::web::problem::refusals::billing::way_to;
use crate::web::problem::refusals::requests::{conflict, not_found};

pub(in crate::web::problem) fn key_not_found() -> Problem {
    not_found("key_not_found", "You have no live key with that id.")
}

pub(in crate::web::problem) fn key_name_taken(name: &str) -> Problem {
    let detail = format!("You already have a key called {name:?}. Choose another name.");
    let errors = vec![FieldError::new("name", "is the name of another live key of yours")];
    conflict("key_name_taken", detail).with_errors(errors)
}

pub(in crate::web::problem) fn too_many_keys(limit: u32, upgrade: Option<&PlanUpgrade>) -> Problem {
    let full = if limit == 1 {
        "You've used the one key of your plan. Revoke it".to_owned()
    } else {
        format!("You've used all {limit} keys of your plan. Revoke one you don't need")
    };
    let detail = match upgrade {
        Some(upgrade) => format!("{full}, or get a plan with more. {}", way_to(upgrade)),
        None => format!("{full}."),
    };
    conflict("key_limit_reached", detail)
}

pub(in crate::web::problem) fn untrusted_leak_report() -> Problem {
    let detail = "The signature is missing, doesn't match the body, or isn't from a key GitHub publishes. Send the \
                  body exactly as GitHub signed it, with Github-Public-Key-Identifier and Github-Public-Key-Signature.";
    // A 401 has to name a scheme (RFC 9110, 11.6.1), and signatures have none.
    Problem::new(StatusCode::UNAUTHORIZED, "Not authenticated", "untrusted_leak_report", detail)
        .with_header(WWW_AUTHENTICATE, "Bearer realm=\"neuralbox\"")
}

pub(in crate::web::problem) fn github_unavailable(seconds: u32) -> Problem {
    let detail = "The signature could not be verified because GitHub's public keys are unavailable. Nothing was \
                  changed. Try again later.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable", "github_unavailable", detail)
        .retry_after(seconds)
}
