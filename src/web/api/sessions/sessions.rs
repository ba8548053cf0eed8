//! Sessions of the signed-in person.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::sessions::sessions::ListedSession;
use crate::model::session::SessionId;
use crate::model::time::Moment;
use crate::web::WebState;
use crate::web::api::query::{PageQuery, SortOrder};
use crate::web::extract::caller::Caller;
use crate::web::extract::path_id::PathId;
use crate::web::extract::query::Query;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// A session as its owner sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionView {
    /// Id of the session; the `sid` of its access tokens.
    #[schema(value_type = String, example = "17")]
    id: SessionId,
    /// True for the session in which the list was requested.
    current: bool,
    /// Browser or program.
    #[schema(example = "Firefox, Linux")]
    device: String,
    /// Network of the last refresh: a /24 or a /48.
    #[schema(example = "203.0.113.0/24")]
    network: String,
    /// Time of the sign-in.
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// Time of the last refresh.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Moment,
}

impl From<ListedSession> for SessionView {
    fn from(session: ListedSession) -> Self {
        let ListedSession { id, current, device, network, created_at, last_seen_at } = session;
        Self { id, current, device, network, created_at, last_seen_at }
    }
}

/// Page of open sessions, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionsResponse {
    sessions: Vec<SessionView>,
    /// `after` of the next page; null on the last one.
    next: Option<String>,
}

/// List the open sessions of the account, newest first.
#[utoipa::path(
    get, path = "/sessions", operation_id = "listSessions", tag = "Sessions", security(("session" = [])), params(PageQuery),
    responses(
        (status = 200, description = "Open sessions", body = SessionsResponse),
        responses::SessionErrors,
        responses::PageErrors,
    )
)]
pub(crate) async fn list(
    State(web): State<WebState>,
    Caller(caller): Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<SessionsResponse>> {
    let part = page.page(web.domain.sessions(&caller).await?, SortOrder::Falling, |session| session.id.0);
    let next = part.resume_after().map(|session| session.id.to_string());
    Ok(Json(SessionsResponse { sessions: part.items.into_iter().map(SessionView::from).collect(), next }))
}

/// End a session of the account.
#[utoipa::path(
    delete, path = "/sessions/{id}", operation_id = "endSession", tag = "Sessions", security(("session" = [])),
    params(("id" = String, Path, description = "The session's id", example = "17")),
    responses(
        (status = 204, description = "Ended"),
        responses::SessionErrors,
        (status = 404, description = "You have no open session with this id"),
    )
)]
pub(crate) async fn end(State(web): State<WebState>, Caller(caller): Caller, id: PathId) -> Result<StatusCode> {
    web.domain.end_session(&caller, id.session()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End all sessions except this one.
#[utoipa::path(
    delete, path = "/sessions", operation_id = "endOtherSessions", tag = "Sessions", security(("session" = [])),
    responses(
        (status = 204, description = "All other sessions have ended"),
        responses::SessionErrors,
    )
)]
pub(crate) async fn end_others(State(web): State<WebState>, Caller(caller): Caller) -> Result<StatusCode> {
    web.domain.end_other_sessions(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
