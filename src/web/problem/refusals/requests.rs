//! Problems of the request itself, and constructors that problems share.

use axum::http::StatusCode;

use crate::model::sign_in::login_widget::FieldError;
use crate::web::problem::Problem;

pub(in crate::web::problem) fn malformed(how: &str) -> Problem {
    let detail = format!("The request couldn't be read: {how}.");
    Problem::new(StatusCode::BAD_REQUEST, "Malformed request", "malformed", detail)
}

pub(in crate::web::problem) fn invalid_fields(errors: Vec<FieldError>) -> Problem {
    let names: Vec<_> = errors.iter().map(|fault| fault.field.as_str()).collect();
    let detail = format!("Invalid fields: {}.", names.join(", "));
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "Invalid fields", "invalid_fields", detail).with_errors(errors)
}

pub(in crate::web::problem) fn foreign_origin() -> Problem {
    let detail = "This website isn't allowed to make this request. Add its origin to NEURALBOX_ALLOWED_ORIGINS, exactly as \
                  the browser sends it in Origin.";
    Problem::new(StatusCode::FORBIDDEN, "Foreign origin", "foreign_origin", detail)
}

pub(in crate::web::problem) fn already_done() -> Problem {
    conflict("already_done", "This request was already answered. Start again.")
}

pub(in crate::web::problem) fn too_many_attempts(seconds: u32) -> Problem {
    let detail = format!("Too many attempts. Nothing was done. Try again in {seconds} s.");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded", "rate_limit_exceeded", detail)
        .retry_after(seconds)
}

pub(in crate::web::problem) fn busy() -> Problem {
    let detail = "The service is overloaded. Nothing was changed. Try again in a second.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Service busy", "busy", detail).retry_after(1)
}

/// Problem of something that does not exist or belongs to someone else.
pub(crate) fn not_found(code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "Not found", code, detail)
}

/// Problem of a request that contradicts the present state.
pub(in crate::web::problem) fn conflict(code: &'static str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::CONFLICT, "Conflict", code, detail)
}
