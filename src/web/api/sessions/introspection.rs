//! Token introspection (RFC 7662) and revocation (RFC 7009), for the operator's services. Errors are problems of RFC
//! 9457 instead of the error format of those RFCs.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::Refusal;
use crate::domain::sessions::introspection::{ActiveCredential, CredentialKind};
use crate::web::WebState;
use crate::web::extract::caller::CallingService;
use crate::web::extract::form::FormBody;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// Credential to introspect or revoke.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form to the document; it is read field by field")]
pub(crate) struct IntrospectRequest {
    /// API key, access token or refresh token.
    #[schema(example = "nb_…48 characters…")]
    token: String,
    /// Ignored: the kind follows from the format of the token.
    token_type_hint: Option<String>,
}

/// Result of an introspection (RFC 7662, section 2.2).
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum IntrospectionResponse {
    /// The credential would be accepted now.
    Active(ActiveTokenView),
    /// The credential would be rejected; the reason is not disclosed.
    Inactive(InactiveTokenView),
}

/// Valid credential.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActiveTokenView {
    /// Always `true`.
    #[schema(example = true)]
    active: bool,
    #[serde(flatten)]
    token: TokenView,
}

/// Credential that would be rejected.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InactiveTokenView {
    /// Always `false`.
    #[schema(example = false)]
    active: bool,
}

/// Properties of a valid credential.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenView {
    /// `Bearer`; left out for a refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Bearer")]
    token_type: Option<&'static str>,
    /// Kind of credential: `api_key`, `access_token` or `refresh_token`.
    #[schema(example = "api_key")]
    kind: &'static str,
    /// Id of the account, as a string.
    #[schema(example = "42")]
    sub: String,
    /// Name of the person.
    #[schema(example = "Ivan")]
    username: String,
    /// Id of the current plan.
    #[schema(example = "vip")]
    plan: String,
    /// Public URL of this service.
    #[schema(example = "https://auth.example.com")]
    iss: String,
    /// Time of issue, in Unix seconds.
    #[schema(example = 1_795_439_045)]
    iat: i64,
    /// Expiry, in Unix seconds; left out for an API key that never expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1_795_439_945)]
    exp: Option<i64>,
    /// Id of the API key; left out for tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 7)]
    key_id: Option<i64>,
    /// Id of the session; left out for API keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "17")]
    sid: Option<String>,
}

impl TokenView {
    fn new(credential: ActiveCredential, issuer: &str) -> Self {
        let (token_type, kind, key_id, sid) = match credential.kind {
            CredentialKind::Key(key) => (Some("Bearer"), "api_key", Some(key.0), None),
            CredentialKind::Access(session) => (Some("Bearer"), "access_token", None, Some(session.to_string())),
            CredentialKind::Refresh(session) => (None, "refresh_token", None, Some(session.to_string())),
        };
        Self {
            token_type,
            kind,
            sub: credential.account.to_string(),
            username: credential.name,
            plan: credential.plan,
            iss: issuer.to_owned(),
            iat: credential.issued_at.0,
            exp: credential.expires_at.map(|at| at.0),
            key_id,
            sid,
        }
    }
}

/// Introspect a credential (RFC 7662).
///
/// Does not count toward a rate limit. The reason for an inactive credential is not disclosed.
#[utoipa::path(
    post, path = "/introspect", operation_id = "introspectToken", tag = "Gateway", security(("service" = [])),
    request_body(content = IntrospectRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The properties of the credential, or `{\"active\":false}`", body = IntrospectionResponse),
        responses::ServiceErrors,
        responses::BodyErrors,
    )
)]
pub(crate) async fn introspect(
    State(web): State<WebState>,
    CallingService(service): CallingService,
    form: FormBody,
) -> Result<Json<IntrospectionResponse>> {
    let credential = web.domain.introspect(&service, token(&form)?).await?;
    Ok(Json(match credential.map(|credential| TokenView::new(credential, web.domain.public_url())) {
        Some(token) => IntrospectionResponse::Active(ActiveTokenView { active: true, token }),
        None => IntrospectionResponse::Inactive(InactiveTokenView { active: false }),
    }))
}

/// Revoke an API key, or end the session of an access or refresh token (RFC 7009).
///
/// Succeeds for credentials that are unknown or already revoked.
#[utoipa::path(
    post, path = "/revoke", operation_id = "revokeToken", tag = "Gateway", security(("service" = [])),
    request_body(content = IntrospectRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The credential is no longer valid"),
        responses::ServiceErrors,
        responses::BodyErrors,
    )
)]
pub(crate) async fn revoke(
    State(web): State<WebState>,
    CallingService(service): CallingService,
    form: FormBody,
) -> Result<StatusCode> {
    web.domain.revoke_credential(&service, token(&form)?).await?;
    Ok(StatusCode::OK)
}

fn token(form: &FormBody) -> std::result::Result<&str, Refusal> {
    Some(form.get("token")).filter(|token| !token.is_empty()).ok_or_else(|| Refusal::field("token", "is missing"))
}
