//! API keys of the signed-in person. Takes an access token of a session, never an API key.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::api_keys::keys;
use crate::domain::api_keys::keys::{IssuedKey, ListedKey, NewKey, RepeatPolicy};
use crate::model::api_key::{KeyId, KeyState, PreviousSecret};
use crate::model::time::Moment;
use crate::web::WebState;
use crate::web::api::query::{PageQuery, SortOrder};
use crate::web::extract::app_caller::{CallerOrApp, ReadKeys, RecentCallerOrApp, WriteKeys};
use crate::web::extract::checks;
use crate::web::extract::fields::{FromFields, RequestFields};
use crate::web::extract::json;
use crate::web::extract::path_id::PathId;
use crate::web::extract::query::Query;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// API key without its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyView {
    #[schema(value_type = i64, example = 7)]
    id: KeyId,
    #[schema(example = "laptop")]
    name: String,
    /// First 7 and last 4 characters of the key.
    #[schema(example = "nb_ab12…wxyz")]
    masked: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// Time of the last use, recorded within 5 seconds; null if never used.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Moment>,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Moment>,
    /// Network of the last use: a /24 (IPv4) or a /48 (IPv6).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "203.0.113.0/24")]
    last_used_network: Option<String>,
    /// Previous secret, while it still works after a rotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    old_secret: Option<PreviousSecretView>,
    /// `active`, `disabled` (the plan does not include API access) or `expired`.
    #[schema(value_type = String, example = "active")]
    state: KeyState,
}

/// Secret that a rotation has replaced.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviousSecretView {
    /// End of the grace period.
    #[schema(value_type = String, format = DateTime)]
    works_until: Moment,
    /// Time of its last use. A recent time means that a client still uses the previous secret.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Moment>,
}

impl From<ListedKey> for KeyView {
    fn from(ListedKey { key, state, old_secret }: ListedKey) -> Self {
        let old_secret = old_secret
            .map(|PreviousSecret { works_until, last_used_at }| PreviousSecretView { works_until, last_used_at });
        Self {
            last_used_at: key.last_use(),
            id: key.id,
            name: key.name,
            masked: key.masked,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_network: key.last_network,
            old_secret,
            state,
        }
    }
}

/// API key with its new secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewKeyResponse {
    #[serde(flatten)]
    listed: KeyView,
    /// The complete API key. Shown only in this response; it cannot be retrieved later.
    #[schema(example = "nb_…48 characters…")]
    key: String,
}

impl From<IssuedKey> for NewKeyResponse {
    fn from(issued: IssuedKey) -> Self {
        Self { key: issued.plain.reveal().to_owned(), listed: issued.listed.into() }
    }
}

/// Page of live API keys, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeysResponse {
    keys: Vec<KeyView>,
    /// `after` of the next page; null on the last one.
    next: Option<String>,
}

/// List the live API keys of the account, oldest first.
#[utoipa::path(
    get, path = "/keys", operation_id = "listKeys", tag = "Keys", security(("session" = []), ("app" = ["keys:read"])), params(PageQuery),
    responses(
        (status = 200, description = "Live API keys", body = KeysResponse),
        responses::SessionErrors,
        responses::PageErrors,
    )
)]
pub(crate) async fn list(
    State(web): State<WebState>,
    CallerOrApp(caller, _): CallerOrApp<ReadKeys>,
    Query(page): Query<PageQuery>,
) -> Result<Json<KeysResponse>> {
    let part = page.page(web.domain.keys(&caller).await?, SortOrder::Rising, |listed| listed.key.id.0);
    let next = part.resume_after().map(|listed| listed.key.id.to_string());
    Ok(Json(KeysResponse { keys: part.items.into_iter().map(KeyView::from).collect(), next }))
}

/// API key to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKeyRequest {
    /// Name, 1 to 64 characters; unique among the live keys of the account.
    #[schema(example = "laptop", min_length = 1, max_length = 64)]
    name: String,
    /// Days until the key expires; it never expires if left out.
    #[schema(example = 90, minimum = 1, maximum = 3650)]
    expires_in_days: Option<i64>,
}

impl FromFields for NewKeyRequest {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let name = fields.checked("name", checks::key_name);
        let expires_in_days = fields.parsed("expires_in_days", |days: Option<i64>| {
            days.map_or(Ok(()), keys::check_lifetime_days).map(|()| days)
        });
        Some(Self { name: name?, expires_in_days: expires_in_days? })
    }
}

/// Create an API key.
///
/// Requires a plan with API access.
#[utoipa::path(
    post, path = "/keys", operation_id = "createKey", tag = "Keys", security(("session" = []), ("app" = ["keys:write"])), request_body = NewKeyRequest,
    responses(
        (status = 201, description = "The API key. This is the only response that shows it", body = NewKeyResponse),
        responses::SessionErrors,
        responses::BodyErrors,
        (status = 403, description = "The last sign-in is more than 15 minutes ago (`reauth_required`); or the plan does not include API access"),
        (status = 409, description = "The name is taken, or the plan's number of keys is reached"),
    )
)]
pub(crate) async fn issue(
    State(web): State<WebState>,
    RecentCallerOrApp(caller, _): RecentCallerOrApp<WriteKeys>,
    json::JsonBody(request): json::JsonBody<NewKeyRequest>,
) -> Result<(StatusCode, Json<NewKeyResponse>)> {
    let (name, expires_in_days) = (keys::name(&request.name)?, request.expires_in_days);
    let new_key = NewKey { name, expires_in_days, idempotency_key: None, on_repeat: RepeatPolicy::NewSecret };
    Ok((StatusCode::CREATED, Json(web.domain.issue_key(&caller, new_key).await?.into())))
}

/// New name of an API key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenameKeyRequest {
    #[schema(example = "old laptop", min_length = 1, max_length = 64)]
    name: String,
}

impl FromFields for RenameKeyRequest {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        Some(Self { name: fields.checked("name", checks::key_name)? })
    }
}

/// Rename an API key.
#[utoipa::path(
    patch, path = "/keys/{id}", operation_id = "renameKey", tag = "Keys", security(("session" = []), ("app" = ["keys:write"])), request_body = RenameKeyRequest,
    params(("id" = i64, Path, description = "The key's id", example = 7)),
    responses(
        (status = 200, description = "The renamed API key", body = KeyView),
        responses::OwnKeyErrors,
        responses::BodyErrors,
        (status = 409, description = "The name is taken"),
    )
)]
pub(crate) async fn rename(
    State(web): State<WebState>,
    CallerOrApp(caller, _): CallerOrApp<WriteKeys>,
    id: PathId,
    json::JsonBody(request): json::JsonBody<RenameKeyRequest>,
) -> Result<Json<KeyView>> {
    Ok(Json(web.domain.rename_key(&caller, id.key()?, keys::name(&request.name)?).await?.into()))
}

/// Options of a rotation.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotateKeyRequest {
    /// Seconds for which the current secret stays valid, 0 to 604800; 86400 (a day) if left out.
    #[schema(example = 86_400, minimum = 0, maximum = 604_800)]
    grace_seconds: Option<i64>,
}

impl FromFields for RotateKeyRequest {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let grace_seconds = fields.parsed("grace_seconds", |seconds: Option<i64>| {
            seconds.map_or(Ok(()), keys::check_grace_secs).map(|()| seconds)
        });
        Some(Self { grace_seconds: grace_seconds? })
    }
}

/// Rotate an API key: issue a new secret.
///
/// The current secret stays valid for a grace period. The key keeps its id, name and history.
#[utoipa::path(
    post, path = "/keys/{id}/rotate", operation_id = "rotateKey", tag = "Keys", security(("session" = []), ("app" = ["keys:write"])), request_body = Option<RotateKeyRequest>,
    params(("id" = i64, Path, description = "The key's id", example = 7)),
    responses(
        (status = 200, description = "The API key with its new secret. This is the only response that shows it", body = NewKeyResponse),
        responses::OwnKeyErrors,
        responses::BodyErrors,
        (status = 403, description = "The last sign-in is more than 15 minutes ago (`reauth_required`); or the plan does not include API access"),
    )
)]
pub(crate) async fn rotate(
    State(web): State<WebState>,
    RecentCallerOrApp(caller, _): RecentCallerOrApp<WriteKeys>,
    id: PathId,
    json::OptionalJson(request): json::OptionalJson<RotateKeyRequest>,
) -> Result<Json<NewKeyResponse>> {
    let grace = request.grace_seconds.unwrap_or(keys::DEFAULT_GRACE_SECS);
    Ok(Json(web.domain.rotate_key(&caller, id.key()?, grace).await?.into()))
}

/// Revoke an API key.
///
/// After this response, no request with it is accepted.
#[utoipa::path(
    delete, path = "/keys/{id}", operation_id = "revokeKey", tag = "Keys", security(("session" = []), ("app" = ["keys:write"])),
    params(("id" = i64, Path, description = "The key's id", example = 7)),
    responses(
        (status = 204, description = "Revoked"),
        responses::OwnKeyErrors,
    )
)]
pub(crate) async fn revoke(
    State(web): State<WebState>,
    CallerOrApp(caller, _): CallerOrApp<WriteKeys>,
    id: PathId,
) -> Result<StatusCode> {
    web.domain.revoke_key(&caller, id.key()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
