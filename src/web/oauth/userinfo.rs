//! Userinfo (`OpenID` Connect Core 1.0, section 5.3). The access token stands in `Authorization` only (RFC 9700, 4.3.2).

use axum::Json;
use axum::extract::State;
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::domain;
use crate::domain::Refusal;
use crate::domain::error::AuthorizationError;
use crate::web::WebState;
use crate::web::extract::caller::bearer;
use crate::web::oauth::failure::OAuthFailure;
use crate::web::oauth::{cors, failure};

/// Answers with the claims that the scopes of the token open.
pub(crate) async fn show(State(web): State<WebState>, headers: HeaderMap) -> Response {
    let response = match bearer(&headers) {
        Ok(token) => match web.domain.userinfo(token).await {
            Ok(claims) => Json(claims).into_response(),
            Err(error) => refuse(error),
        },
        // A request without a token gets a challenge without an error (RFC 6750, section 3.1).
        Err(Refusal::NotAuthenticated) => challenge(StatusCode::UNAUTHORIZED, "Bearer realm=\"neuralbox\"".to_owned()),
        Err(_) => invalid_token(),
    };
    cors::readable_by_anyone(response)
}

fn refuse(error: domain::Error) -> Response {
    match error {
        domain::Error::Refused(Refusal::Authorization(AuthorizationError::InsufficientScope { scope })) => challenge(
            StatusCode::FORBIDDEN,
            format!("Bearer realm=\"neuralbox\", error=\"insufficient_scope\", scope=\"{}\"", scope.as_str()),
        ),
        domain::Error::Refused(Refusal::InvalidCredential(_) | Refusal::Banned { .. }) => invalid_token(),
        error => OAuthFailure::from(error).into_response(),
    }
}

fn invalid_token() -> Response {
    challenge(StatusCode::UNAUTHORIZED, "Bearer realm=\"neuralbox\", error=\"invalid_token\"".to_owned())
}

fn challenge(status: StatusCode, challenge: String) -> Response {
    let (error, description) = match status {
        StatusCode::FORBIDDEN => ("insufficient_scope", "the token was not granted openid"),
        _ => ("invalid_token", "send a valid access token in Authorization: Bearer"),
    };
    ([(WWW_AUTHENTICATE, challenge)], failure::body(status, error, description)).into_response()
}
