//! Problems of the OAuth provider: on pages, and of apps at our own API. The endpoints of clients have errors of their own.

use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;

use crate::domain::error::AuthorizationError;
use crate::model::oauth::oauth_error::OAuthError;
use crate::model::oauth::scope::Scope;
use crate::web::problem::Problem;
use crate::web::problem::refusals::requests;

pub(in crate::web::problem) fn authorization(why: &AuthorizationError) -> Problem {
    let over = |code, detail: &str| Problem::new(StatusCode::BAD_REQUEST, "Authorization is over", code, detail);
    match why {
        AuthorizationError::ClientUnknown => Problem::new(
            StatusCode::BAD_REQUEST,
            "Unknown client",
            "client_unknown",
            "No client has this client_id, or it is disabled. Check client_id.",
        ),
        AuthorizationError::RedirectUriNotRegistered { .. } => Problem::new(
            StatusCode::BAD_REQUEST,
            "Unknown redirect URI",
            "redirect_uri_not_registered",
            "The client has not registered this redirect_uri. Register it exactly as the client sends it.",
        ),
        AuthorizationError::RequestExpired => over(
            "authorize_request_expired",
            "This authorization request is older than ten minutes, or was answered. Start again at the client.",
        ),
        AuthorizationError::OtherBrowser => over(
            "authorize_other_browser",
            "This authorization request began in another browser. Start again at the client, in this browser.",
        ),
        AuthorizationError::ConsentStale => requests::conflict(
            "consent_stale",
            "This consent was already given or declined, or somebody else is signed in by now. Start again at the client.",
        ),
        AuthorizationError::DeviceCodeUnknown => over(
            "device_code_unknown",
            "No open request has this code. Check it, or start again on the device: a code works once, for ten minutes.",
        ),
        AuthorizationError::DeviceNumberWrong => over(
            "device_number_wrong",
            "The device shows another number, so the request is closed. Start again on the device.",
        ),
        AuthorizationError::DeviceTooManyTries { seconds } => Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "Rate limit exceeded",
            "device_too_many_tries",
            format!("Too many wrong codes. Try again in {seconds} s."),
        )
        .retry_after(*seconds),
        AuthorizationError::InsufficientScope { scope } => insufficient_scope(Some(*scope)),
    }
}

/// Refusal of an app's access token at a call that its scopes do not open; `None` if no scope does.
pub(crate) fn insufficient_scope(scope: Option<Scope>) -> Problem {
    let (detail, needed) = match scope {
        Some(scope) => (
            format!("This access token lacks the scope {scope}. Ask the person for it.", scope = scope.as_str()),
            format!(", scope=\"{}\"", scope.as_str()),
        ),
        None => {
            ("No scope opens this call to an app. It needs the access token of a session.".to_owned(), String::new())
        }
    };
    Problem::new(StatusCode::FORBIDDEN, "Insufficient scope", "insufficient_scope", detail)
        .with_header(WWW_AUTHENTICATE, &format!("Bearer realm=\"neuralbox\", error=\"insufficient_scope\"{needed}"))
}

/// Error of the protocol outside of its endpoints.
pub(in crate::web::problem) fn protocol(error: OAuthError) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "OAuth error", "oauth_error", error.description)
}

pub(in crate::web::problem) fn client_not_found() -> Problem {
    requests::not_found("client_not_found", "No client has this id.")
}

pub(in crate::web::problem) fn app_not_found() -> Problem {
    requests::not_found("app_not_found", "No app with this id has access to your account.")
}
