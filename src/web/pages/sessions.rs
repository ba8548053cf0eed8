//! Where one is signed in.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::{Error, Refusal};
use crate::model::session::SessionId;
use crate::web::Web;
use crate::web::api::Query;
use crate::web::extract::path_id::Number;
use crate::web::pages::accounts::profile::Asked;
use crate::web::pages::layout;
use crate::web::pages::layout::{Frame, Resident};
use crate::web::pages::localizer::Stamp;
use crate::web::problem::Result;

const HERE: &str = "/web/profile/sessions";

#[derive(Template)]
#[template(path = "sessions.html")]
struct SessionsPage {
    frame: Frame,
    sessions: Vec<Row>,
}

struct Row {
    id: SessionId,
    current: bool,
    device: String,
    network: String,
    begun: Stamp,
    seen: Stamp,
}

/// The page: this session first, then the latest.
pub(crate) async fn show(State(web): State<Web>, resident: Resident, Query(asked): Query<Asked>) -> Result<Response> {
    let mut sessions = web.domain.sessions(&resident.caller).await?;
    sessions.sort_by_key(|session| !session.current);
    let words = resident.words();
    let row = |session: crate::domain::sessions::sessions::ListedSession| Row {
        id: session.id,
        current: session.current,
        device: session.device,
        network: session.network,
        begun: words.when(session.created_at),
        seen: words.when(session.last_seen_at),
    };
    let sessions = sessions.into_iter().map(row).collect();
    let frame = resident.frame("page-sessions", HERE).noticing(asked.done.as_deref());
    Ok(layout::page(StatusCode::OK, &SessionsPage { frame, sessions }))
}

/// Ends one session. One that is over already is as good as ended.
pub(crate) async fn end(State(web): State<Web>, resident: Resident, id: Number) -> Result<Response> {
    match web.domain.end_session(&resident.caller, id.session()?).await {
        Ok(()) | Err(Error::Refused(Refusal::NoSuchSession)) => Ok(layout::done(HERE, "session-ended")),
        Err(error) => Err(error.into()),
    }
}

/// Ends every session but this one.
pub(crate) async fn end_others(State(web): State<Web>, resident: Resident) -> Result<Response> {
    web.domain.end_other_sessions(&resident.caller).await?;
    Ok(layout::done(HERE, "others-ended"))
}
