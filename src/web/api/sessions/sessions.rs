//! Where one is signed in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::sessions::sessions::ListedSession;
use crate::web::Web;
use crate::web::api::{Order, Page, Query};
use crate::web::extract::caller::Caller;
use crate::web::extract::path_id::Number;
use crate::web::problem::{ProblemBody, Result};

/// Open sessions, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Sessions {
    sessions: Vec<ListedSession>,
    /// What to pass as `after` for more.
    next: Option<String>,
}

/// List one's open sessions.
#[utoipa::path(
    get, path = "/sessions", tag = "Sessions", security(("session" = [])), params(Page),
    responses(
        (status = 200, description = "Open sessions", body = Sessions),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No such part of the list", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(web): State<Web>,
    Caller(caller): Caller,
    Query(page): Query<Page>,
) -> Result<Json<Sessions>> {
    let (sessions, next) = page.of(web.domain.sessions(&caller).await?, Order::Falling, |session| session.id.0)?;
    Ok(Json(Sessions { sessions, next }))
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
pub(crate) async fn end(State(web): State<Web>, Caller(caller): Caller, id: Number) -> Result<StatusCode> {
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
pub(crate) async fn end_others(State(web): State<Web>, Caller(caller): Caller) -> Result<StatusCode> {
    web.domain.end_other_sessions(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
