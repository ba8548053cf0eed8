//! Problems of plans, tokens and charges.

use axum::http::StatusCode;

use crate::model::sign_in::login_widget::FieldError;
use crate::web::problem::Problem;
use crate::web::problem::refusals::requests::{conflict, invalid_fields, not_found};

pub(in crate::web::problem) fn insufficient_plan(plan: &str, upgrade_at: &str) -> Problem {
    let detail = format!("Your plan, {plan}, does not include API access. Upgrade at {upgrade_at}.");
    Problem::new(StatusCode::FORBIDDEN, "Insufficient plan", "insufficient_plan", detail)
}

pub(in crate::web::problem) fn plan_not_found() -> Problem {
    invalid_fields(vec![FieldError::new("plan", "must be the id of a plan")])
}

pub(in crate::web::problem) fn insufficient_balance(balance: i64, price: i64) -> Problem {
    let detail = format!("The balance is {balance} tokens, but the request costs {price}. Nothing was charged.");
    Problem::new(StatusCode::PAYMENT_REQUIRED, "Insufficient balance", "insufficient_balance", detail)
}

pub(in crate::web::problem) fn payer_not_found() -> Problem {
    not_found("payer_not_found", "No key or user has that id. Nothing was charged.")
}

pub(in crate::web::problem) fn charge_conflict(request_id: &str) -> Problem {
    let detail = format!(
        "Request {request_id:?} was already charged to another account or at another price. Nothing was charged this \
         time. Use each request_id once."
    );
    let errors = vec![FieldError::new("request_id", "was already charged to another account or at another price")];
    conflict("charged_otherwise", detail).with_errors(errors)
}
