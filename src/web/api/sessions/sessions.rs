//! Where one is signed in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::sessions::sessions::ListedSession;
use crate::web::WebState;
use crate::web::api::{PageQuery, Query, SortOrder};
use crate::web::extract::caller::Caller;
use crate::web::extract::path_id::PathId;
use crate::web::problem::{ProblemBody, Result};

/// Open sessions, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionsResponse {
    sessions: Vec<ListedSession>,
    /// What to pass as `after` for more.
    next: Option<String>,
}

/// List one's open sessions.
#[utoipa::path(
    get, path = "/sessions", tag = "Sessions", security(("session" = [])), params(PageQuery),
    responses(
        (status = 200, description = "Open sessions", body = SessionsResponse),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No such part of the list", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(web): State<WebState>,
    Caller(caller): Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<SessionsResponse>> {
    let (sessions, next) = page.of(web.domain.sessions(&caller).await?, SortOrder::Falling, |session| session.id.0)?;
    Ok(Json(SessionsResponse { sessions, next }))
}

/// End one of one's sessions.
#[utoipa::path(
    delete, path = "/sessions/{id}", tag = "Sessions", security(("session" = [])),
    params(("id" = String, Path, description = "The session's id", example = "17")),
    responses(
        (status = 204, description = "It is over"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such open session of yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end(State(web): State<WebState>, Caller(caller): Caller, id: PathId) -> Result<StatusCode> {
    web.domain.end_session(&caller, id.session()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End every session but this one.
#[utoipa::path(
    delete, path = "/sessions", tag = "Sessions", security(("session" = [])),
    responses(
        (status = 204, description = "Only this one is left"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end_others(State(web): State<WebState>, Caller(caller): Caller) -> Result<StatusCode> {
    web.domain.end_other_sessions(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
