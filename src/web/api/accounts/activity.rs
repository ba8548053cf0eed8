//! What happened to one's account.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::accounts::activity::{ActivityEntry, ActivityEvent};
use crate::model::time::Moment;
use crate::web::WebState;
use crate::web::api::{PageQuery, Query};
use crate::web::extract::caller::Caller;
use crate::web::problem::{ProblemBody, Result};

/// Something that happened.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActivityEntryView {
    /// Its number.
    #[schema(example = "117")]
    id: String,
    /// When it was.
    #[schema(value_type = String, format = DateTime)]
    made_at: Moment,
    /// What it was: `signed_in`, `key_created`, `merged`, …
    #[schema(example = "key_created")]
    kind: String,
    /// What belongs to it.
    #[schema(value_type = Object)]
    details: serde_json::Value,
    /// `person`, `bot`, `visitor` (not signed in), `admin`, `operator`, `github` or `system`.
    #[schema(example = "person")]
    by: String,
    /// The browser or program.
    #[schema(example = "Firefox on Linux")]
    device: Option<String>,
    /// The network: a /24 or a /48.
    #[schema(example = "203.0.113.0/24")]
    network: Option<String>,
    /// The session it was done in.
    #[schema(example = "17")]
    session: Option<String>,
}

/// A part of what happened, the latest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActivityResponse {
    /// The events.
    events: Vec<ActivityEntryView>,
    /// Ask for the part behind this one with it.
    next: Option<String>,
}

impl From<ActivityEntry> for ActivityEntryView {
    fn from(line: ActivityEntry) -> Self {
        let other = || ("other".to_owned(), serde_json::Value::Object(serde_json::Map::new()));
        let (kind, details) = line.event.as_ref().map_or_else(other, ActivityEvent::parts);
        let ActivityEntry { id, made_at, actor: by, device, network, session, .. } = line;
        let session = session.map(|session| session.to_string());
        Self { id: id.to_string(), made_at, kind, details, by, device, network, session }
    }
}

/// What happened to one's account within the last 180 days: sign-ins, keys, ways in, plans.
#[utoipa::path(
    get, path = "/activity", tag = "Person", security(("session" = [])), params(PageQuery),
    responses(
        (status = 200, description = "The latest first", body = ActivityResponse),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A wrong part", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(web): State<WebState>,
    Caller(caller): Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<ActivityResponse>> {
    let (after, limit) = page.bounds()?;
    let found = web.domain.events(&caller, after, limit).await?;
    let next = found.lines.last().filter(|_| found.more).map(|line| line.id.to_string());
    Ok(Json(ActivityResponse { events: found.lines.into_iter().map(ActivityEntryView::from).collect(), next }))
}
