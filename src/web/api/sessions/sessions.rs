//! Sessions of the signed-in person.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::sessions::sessions::ListedSession;
use crate::web::WebState;
use crate::web::api::query::{ListPage, PageQuery, SortOrder};
use crate::web::extract::caller::Caller;
use crate::web::extract::path_id::PathId;
use crate::web::extract::query::Query;
use crate::web::problem::{ProblemBody, Result};

/// Page of open sessions, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionsResponse {
    sessions: Vec<ListedSession>,
    /// `after` of the next page; null on the last one.
    next: Option<String>,
}

/// List the open sessions of the account, newest first.
#[utoipa::path(
    get, path = "/sessions", tag = "Sessions", security(("session" = [])), params(PageQuery),
    responses(
        (status = 200, description = "Open sessions", body = SessionsResponse),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Invalid `after` or `limit`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(web): State<WebState>,
    Caller(caller): Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<SessionsResponse>> {
    let ListPage { items: sessions, next } =
        page.page(web.domain.sessions(&caller).await?, SortOrder::Falling, |session| session.id.0)?;
    Ok(Json(SessionsResponse { sessions, next }))
}

/// End a session of the account.
#[utoipa::path(
    delete, path = "/sessions/{id}", tag = "Sessions", security(("session" = [])),
    params(("id" = String, Path, description = "The session's id", example = "17")),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "You have no open session with this id", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end(State(web): State<WebState>, Caller(caller): Caller, id: PathId) -> Result<StatusCode> {
    web.domain.end_session(&caller, id.session()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End all sessions except this one.
#[utoipa::path(
    delete, path = "/sessions", tag = "Sessions", security(("session" = [])),
    responses(
        (status = 204, description = "All other sessions have ended"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end_others(State(web): State<WebState>, Caller(caller): Caller) -> Result<StatusCode> {
    web.domain.end_other_sessions(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
