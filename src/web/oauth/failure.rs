//! Errors of the endpoints: JSON with `error` and `error_description` (RFC 6749, section 5.2). Client libraries read
//! nothing else, so no problem document ever leaves these paths.

use axum::Json;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::domain;
use crate::domain::Refusal;
use crate::model::oauth::oauth_error::{OAuthError, OAuthErrorCode};
use crate::web::middleware::RequestId;
use crate::web::problem::Problem;

/// Challenge of a 401 to a client that used Basic.
const BASIC_CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"neuralbox\"");

/// Body of an error.
#[derive(Serialize)]
struct OAuthErrorBody<'a> {
    error: &'a str,
    error_description: &'a str,
}

/// Failed call.
#[derive(Debug)]
pub(crate) enum OAuthFailure {
    /// Error that the protocol names.
    Protocol(OAuthError),
    /// Any other problem. The layer finds its nearest name.
    Other(Box<Problem>),
}

impl OAuthFailure {
    /// The request can't be read.
    pub(crate) const fn invalid_request(description: &'static str) -> Self {
        Self::Protocol(OAuthError { code: OAuthErrorCode::InvalidRequest, description })
    }

    /// The resource can't be served (RFC 8707, section 2).
    pub(crate) const fn invalid_target(description: &'static str) -> Self {
        Self::Protocol(OAuthError { code: OAuthErrorCode::InvalidTarget, description })
    }

    /// Response, with a Basic challenge if the credentials were refused.
    pub(crate) fn into_challenge(self) -> Response {
        let mut response = self.into_response();
        if response.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, BASIC_CHALLENGE);
        }
        response
    }
}

impl From<domain::Error> for OAuthFailure {
    fn from(error: domain::Error) -> Self {
        match error {
            domain::Error::Refused(Refusal::OAuth(error)) => Self::Protocol(error),
            error => Self::Other(Box::new(error.into())),
        }
    }
}

impl From<OAuthError> for OAuthFailure {
    fn from(error: OAuthError) -> Self {
        Self::Protocol(error)
    }
}

impl From<Problem> for OAuthFailure {
    fn from(problem: Problem) -> Self {
        Self::Other(Box::new(problem))
    }
}

impl IntoResponse for OAuthFailure {
    fn into_response(self) -> Response {
        match self {
            Self::Protocol(error) => body(status(error.code), error.code.as_str(), error.description),
            Self::Other(problem) => problem.into_response(),
        }
    }
}

/// Status of an error.
const fn status(code: OAuthErrorCode) -> StatusCode {
    match code {
        OAuthErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
        OAuthErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// Response with an error.
pub(crate) fn body(status: StatusCode, error: &str, error_description: &str) -> Response {
    (status, Json(OAuthErrorBody { error, error_description })).into_response()
}

/// Renders a problem as an error of the protocol. Keeps header fields, such as those of CORS.
pub(crate) async fn layer(request: Request, next: Next) -> Response {
    let RequestId(id) = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    problem.log(&id);
    let mut rendered = body(problem.status(), name(problem.status()), problem.detail());
    let is_kept = |field: &HeaderName| *field != CONTENT_LENGTH && *field != CONTENT_TYPE;
    let fields =
        problem.headers().filter(|(field, _)| *field == RETRY_AFTER || *field == axum::http::header::CONNECTION);
    let outer = response.headers().iter().map(|(field, value)| (field.clone(), value.clone()));
    rendered.headers_mut().extend(fields.chain(outer.filter(|(field, _)| is_kept(field))));
    rendered
}

/// Nearest error of the protocol. Clients of the device flow understand a 429 as `slow_down` (RFC 8628, section 3.5).
const fn name(status: StatusCode) -> &'static str {
    match status {
        StatusCode::TOO_MANY_REQUESTS => "slow_down",
        StatusCode::SERVICE_UNAVAILABLE => "temporarily_unavailable",
        status if status.as_u16() >= 500 => "server_error",
        StatusCode::FORBIDDEN => "access_denied",
        _ => "invalid_request",
    }
}
