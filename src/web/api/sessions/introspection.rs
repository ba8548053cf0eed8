//! Token introspection (RFC 7662) and revocation (RFC 7009), for the operator's other programs. Errors are problems, as
//! everywhere here, where the RFCs have shapes of their own.

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
use crate::web::problem::{ProblemBody, Result};

/// A credential to look at, or to end.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form to the document; it is read field by field")]
pub(crate) struct IntrospectRequest {
    /// An API key, an access token or a refresh token.
    #[schema(example = "nb_…48 characters…")]
    token: String,
    /// Not needed: the kinds are told apart by their form.
    token_type_hint: Option<String>,
}

/// What a credential is worth (RFC 7662, 2.2).
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum IntrospectionResponse {
    /// It would be accepted now.
    Good(ActiveTokenView),
    /// It would not, and that is all there is to say.
    NoGood(InactiveTokenView),
}

/// A credential that would be accepted now.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActiveTokenView {
    /// Always `true`.
    #[schema(example = true)]
    active: bool,
    #[serde(flatten)]
    worth: TokenView,
}

/// A credential that would not be accepted.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InactiveTokenView {
    /// Always `false`.
    #[schema(example = false)]
    active: bool,
}

/// A credential that is good.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenView {
    /// `Bearer`; left out for a refresh token, which is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Bearer")]
    token_type: Option<&'static str>,
    /// `api_key`, `access_token` or `refresh_token`.
    #[schema(example = "api_key")]
    kind: &'static str,
    /// The account's number, as text.
    #[schema(example = "42")]
    sub: String,
    /// What the person is called.
    #[schema(example = "Ivan")]
    username: String,
    /// The id of the plan that counts now.
    #[schema(example = "vip")]
    plan: String,
    /// Our public URL.
    #[schema(example = "https://auth.example.com")]
    iss: String,
    /// When it was made, in Unix seconds.
    #[schema(example = 1_795_439_045)]
    iat: i64,
    /// When it ends by itself, in Unix seconds; a key may have no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1_795_439_945)]
    exp: Option<i64>,
    /// The key's number, of a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 7)]
    key_id: Option<i64>,
    /// The session's id, of a session's tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "17")]
    sid: Option<String>,
}

impl TokenView {
    fn new(worth: ActiveCredential, issuer: &str) -> Self {
        let (token_type, kind, key_id, sid) = match worth.kind {
            CredentialKind::Key(key) => (Some("Bearer"), "api_key", Some(key.0), None),
            CredentialKind::Access(session) => (Some("Bearer"), "access_token", None, Some(session.to_string())),
            CredentialKind::Refresh(session) => (None, "refresh_token", None, Some(session.to_string())),
        };
        Self {
            token_type,
            kind,
            sub: worth.account.to_string(),
            username: worth.name,
            plan: worth.plan,
            iss: issuer.to_owned(),
            iat: worth.made_at.0,
            exp: worth.ends_at.map(|at| at.0),
            key_id,
            sid,
        }
    }
}

/// What is this credential worth? (RFC 7662) Costs nothing of a limit, and says of nothing why it is no good.
#[utoipa::path(
    post, path = "/introspect", tag = "Gateway", security(("service" = [])),
    request_body(content = IntrospectRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "What it is worth, or `{\"active\":false}`", body = IntrospectionResponse),
        (status = 401, description = "Not the service credential", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "No service credential is set", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn introspect(
    State(web): State<WebState>,
    CallingService(service): CallingService,
    form: FormBody,
) -> Result<Json<IntrospectionResponse>> {
    let worth = web.domain.introspect(&service, token(&form)?).await?;
    Ok(Json(match worth.map(|worth| TokenView::new(worth, web.domain.public_url())) {
        Some(worth) => IntrospectionResponse::Good(ActiveTokenView { active: true, worth }),
        None => IntrospectionResponse::NoGood(InactiveTokenView { active: false }),
    }))
}

/// End a credential: an API key, or the session of an access or refresh token (RFC 7009). What is over already, or never was,
/// is as good as ended.
#[utoipa::path(
    post, path = "/revoke", tag = "Gateway", security(("service" = [])),
    request_body(content = IntrospectRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "It is worth nothing any more"),
        (status = 401, description = "Not the service credential", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "No service credential is set", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody, content_type = "application/problem+json"),
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
