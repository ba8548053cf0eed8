//! Copies of a broadcast: a new draft, or a test to the admins.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::broadcasts::drafts::CreatedDraft;
use crate::web::WebState;
use crate::web::api::broadcasts::IdempotencyKey;
use crate::web::api::broadcasts::views::{BroadcastPath, BroadcastView};
use crate::web::extract::caller::ActingAdmin;
use crate::web::extract::path_id::PathId;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// Copy a broadcast into a new draft: texts, buttons, file, category and segment.
///
/// A repeated request with the same `Idempotency-Key` returns the existing draft in its current state.
#[utoipa::path(
    post, path = "/admin/broadcasts/{id}/copy", operation_id = "copyBroadcast", tag = "Broadcasts", security(("session" = [])),
    params(
        BroadcastPath,
        ("Idempotency-Key" = Option<String>, Header, description = "Unique key of the new draft, 1 to 200 visible ASCII characters"),
    ),
    responses(
        (status = 201, description = "The new draft", body = BroadcastView),
        (status = 200, description = "The existing draft with this key, in its current state", body = BroadcastView),
        responses::BroadcastErrors,
        (status = 422, description = "Invalid key. No draft was created"),
    )
)]
pub(crate) async fn copy(
    State(web): State<WebState>,
    ActingAdmin(admin): ActingAdmin,
    id: PathId,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<(StatusCode, Json<BroadcastView>)> {
    let key = key.map(|key| format!("http:{key}"));
    let CreatedDraft { draft, is_new } = web.domain.copy_broadcast(&admin, id.broadcast()?, key.as_deref()).await?;
    Ok((if is_new { StatusCode::CREATED } else { StatusCode::OK }, Json(draft.into())))
}

/// Send a draft to all admins who have started the bot, each in their own language.
///
/// The test is a broadcast of its own with its own progress. It is not listed, not paid for, and changes nothing in the
/// draft. Requests within the same ten seconds send one test.
#[utoipa::path(
    post, path = "/admin/broadcasts/{id}/test", operation_id = "testBroadcast", tag = "Broadcasts", security(("session" = [])),
    params(("id" = i64, Path, description = "The draft's id", example = 7)),
    responses(
        (status = 200, description = "The test is being sent", body = BroadcastView),
        responses::BroadcastErrors,
        (status = 409, description = "No longer a draft"),
        (status = 422, description = "There is nothing to send, or no admin has started the bot"),
    )
)]
pub(crate) async fn test(
    State(web): State<WebState>,
    ActingAdmin(admin): ActingAdmin,
    id: PathId,
) -> Result<Json<BroadcastView>> {
    Ok(Json(web.domain.test_broadcast(&admin, id.broadcast()?).await?.into()))
}
