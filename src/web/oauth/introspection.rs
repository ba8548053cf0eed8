//! Token introspection for resource servers (RFC 7662).

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use crate::domain::oauth::introspection::{IntrospectedToken, OAuthTokenKind};
use crate::web::WebState;
use crate::web::oauth::client_call::ServerCall;
use crate::web::oauth::failure::OAuthFailure;

/// Properties of a valid token (RFC 7662, section 2.2).
#[derive(Serialize)]
struct OAuthTokenView {
    active: bool,
    scope: String,
    client_id: String,
    sub: String,
    aud: String,
    iss: String,
    exp: i64,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    /// Left out for a refresh token, which no API takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
}

impl From<IntrospectedToken> for OAuthTokenView {
    fn from(token: IntrospectedToken) -> Self {
        let token_type = match token.kind {
            OAuthTokenKind::Access => Some("Bearer"),
            OAuthTokenKind::Refresh => None,
        };
        Self {
            active: true,
            scope: token.scopes.to_string(),
            client_id: token.client_id.to_string(),
            sub: token.sub,
            aud: token.aud,
            iss: token.iss,
            exp: token.exp,
            iat: token.iat,
            jti: token.jti,
            token_type,
        }
    }
}

/// Describes a token to its resource server or its client. To all others every token looks invalid.
pub(crate) async fn introspect(State(web): State<WebState>, call: ServerCall) -> Result<Response, OAuthFailure> {
    let token = call.form.required("token", "token is missing")?;
    let found = web.domain.introspect_oauth_token(&call.client, token).await?;
    Ok(match found {
        Some(token) => Json(OAuthTokenView::from(token)).into_response(),
        None => Json(json!({"active": false})).into_response(),
    })
}
