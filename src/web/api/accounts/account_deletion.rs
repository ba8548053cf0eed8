//! Deletion of the signed-in person's account: schedule and cancel it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::time::Moment;
use crate::web::WebState;
use crate::web::extract::caller::{AccountHolder, RecentCaller};
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// Scheduled deletion of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeletionResponse {
    /// Time of the deletion. Until then, the person can sign in and call `POST /me/cancel-deletion`.
    #[schema(value_type = String, format = DateTime)]
    deletion_at: Moment,
}

/// Delete the account in seven days.
///
/// Its API keys stop and its sessions end immediately.
#[utoipa::path(
    delete, path = "/me", operation_id = "scheduleAccountDeletion", tag = "Person", security(("session" = [])),
    responses(
        (status = 202, description = "The deletion is scheduled", body = DeletionResponse),
        responses::ReauthenticationErrors,
    )
)]
pub(crate) async fn schedule(
    State(web): State<WebState>,
    RecentCaller(caller): RecentCaller,
) -> Result<(StatusCode, Json<DeletionResponse>)> {
    let deletion_at = web.domain.schedule_deletion(&caller).await?;
    Ok((StatusCode::ACCEPTED, Json(DeletionResponse { deletion_at })))
}

/// Cancel the scheduled deletion.
///
/// The API keys of the account work again.
#[utoipa::path(
    post, path = "/me/cancel-deletion", operation_id = "cancelAccountDeletion", tag = "Person", security(("session" = [])),
    responses(
        (status = 204, description = "The account is no longer scheduled for deletion"),
        responses::SessionErrors,
    )
)]
pub(crate) async fn keep(State(web): State<WebState>, AccountHolder(caller): AccountHolder) -> Result<StatusCode> {
    web.domain.cancel_deletion(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
