//! Token revocation (RFC 7009).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::web::WebState;
use crate::web::oauth::client_call::ClientCall;
use crate::web::oauth::failure::OAuthFailure;

/// Revokes a token. Succeeds for unknown ones, which are as unusable as revoked ones.
pub(crate) async fn revoke(State(web): State<WebState>, call: ClientCall) -> Response {
    let outcome = end(&web, &call).await;
    call.answer(outcome)
}

/// A client that keeps its token in a cookie need not name it.
async fn end(web: &WebState, call: &ClientCall) -> Result<Response, OAuthFailure> {
    let id = &call.client.client().id;
    if let Some(token) = call.form.get("token") {
        web.domain.revoke_oauth_token(&call.client, token).await?;
        return Ok(StatusCode::OK.into_response());
    }
    if !call.keeps_cookie() {
        return Err(OAuthFailure::invalid_request("token is missing"));
    }
    if let Some(token) = call.cookies.app_token(id) {
        web.domain.revoke_oauth_token(&call.client, token).await?;
    }
    Ok((StatusCode::OK, call.cookies.remove_app_token(id), ()).into_response())
}
