//! Token endpoint (RFC 6749, section 3.2).

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::domain::oauth::refresh::RefreshExchange;
use crate::domain::oauth::token::{CodeExchange, TokenGrant};
use crate::model::crypto::secret::Secret;
use crate::model::oauth::oauth_error::{OAuthError, OAuthErrorCode};
use crate::web::WebState;
use crate::web::oauth::client_call::ClientCall;
use crate::web::oauth::failure::OAuthFailure;

/// Success (RFC 6749, section 5.1).
#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
}

/// Issues tokens.
pub(crate) async fn issue(State(web): State<WebState>, call: ClientCall) -> Response {
    let granted = grant(&web, &call).await;
    call.answer(granted.map(|granted| respond(&call, &granted)))
}

async fn grant(web: &WebState, call: &ClientCall) -> Result<TokenGrant, OAuthFailure> {
    match call.form.required("grant_type", "grant_type is missing")? {
        "authorization_code" => by_code(web, call).await,
        "refresh_token" => by_refresh_token(web, call).await,
        "urn:ietf:params:oauth:grant-type:device_code" => {
            let device_code = call.form.required("device_code", "device_code is missing")?;
            Ok(web.domain.exchange_device_code(&call.client, device_code).await?)
        }
        _ => Err(OAuthError::new(OAuthErrorCode::UnsupportedGrantType, "this grant_type is not known here").into()),
    }
}

async fn by_code(web: &WebState, call: &ClientCall) -> Result<TokenGrant, OAuthFailure> {
    let exchange = CodeExchange {
        code: call.form.required("code", "code is missing")?,
        // Both must equal what the request had: left out, they differ.
        redirect_uri: call.form.get("redirect_uri").unwrap_or_default(),
        code_verifier: call.form.get("code_verifier").unwrap_or_default(),
        resource: call.form.get("resource"),
    };
    Ok(web.domain.exchange_code(&call.client, exchange).await?)
}

/// The token stands in the form, or in the cookie of a client that keeps it there.
async fn by_refresh_token(web: &WebState, call: &ClientCall) -> Result<TokenGrant, OAuthFailure> {
    let in_cookie = || call.keeps_cookie().then(|| call.cookies.app_token(&call.client.client().id)).flatten();
    let token = match call.form.get("refresh_token").or_else(in_cookie) {
        Some(token) => token,
        None if call.keeps_cookie() => {
            let description = "no refresh token was sent, and no cookie has one";
            return Err(OAuthError::new(OAuthErrorCode::InvalidGrant, description).into());
        }
        None => return Err(OAuthFailure::invalid_request("refresh_token is missing")),
    };
    let exchange = RefreshExchange { token, scope: call.form.get("scope"), resource: call.form.get("resource") };
    Ok(web.domain.exchange_refresh_token(&call.client, exchange).await?)
}

/// Body with the tokens. A refresh token that the client keeps in a cookie is in no body.
fn respond(call: &ClientCall, granted: &TokenGrant) -> Response {
    let refresh_token = granted.refresh_token.as_ref();
    let cookie = refresh_token.filter(|_| call.keeps_cookie());
    let cookie = cookie.map(|token| call.cookies.set_app_token(&call.client.client().id, token));
    let body = TokenResponse {
        access_token: granted.access_token.reveal(),
        token_type: "Bearer",
        expires_in: granted.expires_in,
        scope: granted.scopes.to_string(),
        id_token: granted.id_token.as_ref().map(Secret::reveal),
        refresh_token: refresh_token.filter(|_| !call.keeps_cookie()).map(Secret::reveal),
    };
    (cookie, Json(body)).into_response()
}
