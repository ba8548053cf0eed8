//! API keys, for their owner: with a session's access token, never with a key.

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
use crate::web::api::{PageQuery, Query, SortOrder};
use crate::web::extract::caller::Caller;
use crate::web::extract::json;
use crate::web::extract::path_id::PathId;
use crate::web::problem::{ProblemBody, Result};

/// A key as it is listed.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyView {
    #[schema(value_type = i64, example = 7)]
    id: KeyId,
    #[schema(example = "laptop")]
    name: String,
    /// Its first 7 and last 4 characters.
    #[schema(example = "nb_ab12…wxyz")]
    masked: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// At most 5 seconds late.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Moment>,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Moment>,
    /// The network it was last used from, a /24 or a /48.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "203.0.113.0/24")]
    last_used_network: Option<String>,
    /// The secret before the latest rotation, while it still works.
    #[serde(skip_serializing_if = "Option::is_none")]
    old_secret: Option<PreviousSecretView>,
    /// `active`, `disabled` (the plan has no API access) or `expired`.
    #[schema(value_type = String, example = "active")]
    state: KeyState,
}

/// A secret that a rotation replaced.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviousSecretView {
    /// When its grace ends.
    #[schema(value_type = String, format = DateTime)]
    works_until: Moment,
    /// When it was last used: whoever did has not moved on to the new one.
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

/// A key that was just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewKeyResponse {
    #[serde(flatten)]
    listed: KeyView,
    /// The key itself: this once, and never again.
    #[schema(example = "nb_…48 characters…")]
    key: String,
}

impl From<IssuedKey> for NewKeyResponse {
    fn from(issued: IssuedKey) -> Self {
        Self { key: issued.plain.reveal().to_owned(), listed: issued.listed.into() }
    }
}

/// Live keys, the oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeysResponse {
    keys: Vec<KeyView>,
    /// What to pass as `after` for more.
    next: Option<String>,
}

/// List one's live keys.
#[utoipa::path(
    get, path = "/keys", tag = "Keys", security(("session" = [])), params(PageQuery),
    responses(
        (status = 200, description = "Live keys", body = KeysResponse),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No such part of the list", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(web): State<WebState>,
    Caller(caller): Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<KeysResponse>> {
    let (keys, next) = page.of(web.domain.keys(&caller).await?, SortOrder::Rising, |listed| listed.key.id.0)?;
    Ok(Json(KeysResponse { keys: keys.into_iter().map(KeyView::from).collect(), next }))
}

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKeyRequest {
    /// 1 to 64 characters, unlike those of one's other live keys.
    #[schema(example = "laptop", min_length = 1, max_length = 64)]
    name: String,
    /// When it stops working by itself, in days from now; never if left out.
    #[schema(example = 90, minimum = 1, maximum = 3650)]
    expires_in_days: Option<i64>,
}

/// Make a key. Needs a plan with API access.
#[utoipa::path(
    post, path = "/keys", tag = "Keys", security(("session" = [])), request_body = NewKeyRequest,
    responses(
        (status = 201, description = "The key, shown this once", body = NewKeyResponse),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The plan has no API access", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The name is taken, or there are as many keys as the plan allows", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn issue(
    State(web): State<WebState>,
    Caller(caller): Caller,
    json::JsonBody(ask): json::JsonBody<NewKeyRequest>,
) -> Result<(StatusCode, Json<NewKeyResponse>)> {
    let (name, expires_in_days) = (keys::name(&ask.name)?, ask.expires_in_days);
    let ask = NewKey { name, expires_in_days, once: None, on_repeat: RepeatPolicy::NewSecret };
    Ok((StatusCode::CREATED, Json(web.domain.issue_key(&caller, ask).await?.into())))
}

/// Another name for a key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenameKeyRequest {
    #[schema(example = "old laptop", min_length = 1, max_length = 64)]
    name: String,
}

/// Give a key another name.
#[utoipa::path(
    patch, path = "/keys/{id}", tag = "Keys", security(("session" = [])), request_body = RenameKeyRequest,
    params(("id" = i64, Path, description = "The key's id", example = 7)),
    responses(
        (status = 200, description = "The key", body = KeyView),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such live key of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The name is taken", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn rename(
    State(web): State<WebState>,
    Caller(caller): Caller,
    id: PathId,
    json::JsonBody(ask): json::JsonBody<RenameKeyRequest>,
) -> Result<Json<KeyView>> {
    Ok(Json(web.domain.rename_key(&caller, id.key()?, keys::name(&ask.name)?).await?.into()))
}

/// A rotation.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotateKeyRequest {
    /// How long the secret in use works on, in seconds, 0 to 604800; a day if left out.
    #[schema(example = 86_400, minimum = 0, maximum = 604_800)]
    grace_seconds: Option<i64>,
}

/// Give a key another secret, and the one in use a grace in which both work. The key keeps its id, name and history.
#[utoipa::path(
    post, path = "/keys/{id}/rotate", tag = "Keys", security(("session" = [])), request_body = Option<RotateKeyRequest>,
    params(("id" = i64, Path, description = "The key's id", example = 7)),
    responses(
        (status = 200, description = "The key with its new secret, shown this once", body = NewKeyResponse),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The plan has no API access", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such live key of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn rotate(
    State(web): State<WebState>,
    Caller(caller): Caller,
    id: PathId,
    json::OptionalJson(ask): json::OptionalJson<RotateKeyRequest>,
) -> Result<Json<NewKeyResponse>> {
    let grace = ask.grace_seconds.unwrap_or(keys::DEFAULT_GRACE_SECS);
    Ok(Json(web.domain.rotate_key(&caller, id.key()?, grace).await?.into()))
}

/// Revoke a key: after this answer, not one request with it passes.
#[utoipa::path(
    delete, path = "/keys/{id}", tag = "Keys", security(("session" = [])),
    params(("id" = i64, Path, description = "The key's id", example = 7)),
    responses(
        (status = 204, description = "It works no more"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such live key of yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn revoke(State(web): State<WebState>, Caller(caller): Caller, id: PathId) -> Result<StatusCode> {
    web.domain.revoke_key(&caller, id.key()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
