//! Sessions page: signed-in devices, and the buttons that end them.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::{Error, Refusal};
use crate::model::network::network_for_people;
use crate::model::session::SessionId;
use crate::web::WebState;
use crate::web::extract::path_id::PathId;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::accounts::profile::ProfileQuery;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::pages::localizer::Timestamp;
use crate::web::problem::Result;

#[derive(Template)]
#[template(path = "sessions.html")]
struct SessionsPage {
    frame: Layout,
    sessions: Vec<SessionRow>,
}

struct SessionRow {
    id: SessionId,
    current: bool,
    device: String,
    network: String,
    begun: Timestamp,
    seen: Timestamp,
}

/// Shows the sessions: the current one first, then newest first.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: SignedInPage,
    Query(query): Query<ProfileQuery>,
) -> Result<Response> {
    let mut sessions = web.domain.sessions(&page.caller).await?;
    sessions.sort_by_key(|session| !session.current);
    let localizer = page.localizer();
    let row = |session: crate::domain::sessions::sessions::ListedSession| SessionRow {
        id: session.id,
        current: session.current,
        device: session.device,
        network: network_for_people(&session.network),
        begun: localizer.when(session.created_at),
        seen: localizer.when(session.last_seen_at),
    };
    let sessions = sessions.into_iter().map(row).collect();
    let frame = page.frame("page-sessions", page_paths::SESSIONS).noticing(query.done.as_deref());
    Ok(layout::page(StatusCode::OK, &SessionsPage { frame, sessions }))
}

/// Ends one session. Succeeds if it has already ended, for instance by a double click.
pub(crate) async fn end(State(web): State<WebState>, page: SignedInPage, id: PathId) -> Result<Response> {
    match web.domain.end_session(&page.caller, id.session()?).await {
        Ok(()) | Err(Error::Refused(Refusal::SessionNotFound)) => {
            Ok(layout::done(page_paths::SESSIONS, "session-ended"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Ends all sessions except the current one.
pub(crate) async fn end_others(State(web): State<WebState>, page: SignedInPage) -> Result<Response> {
    web.domain.end_other_sessions(&page.caller).await?;
    Ok(layout::done(page_paths::SESSIONS, "others-ended"))
}
