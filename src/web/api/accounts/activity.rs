//! Activity of the signed-in person's account.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::accounts::activity::{ActivityEntry, ActivityEvent};
use crate::model::time::Moment;
use crate::web::WebState;
use crate::web::api::query::{PageBounds, PageQuery};
use crate::web::extract::caller::Caller;
use crate::web::extract::query::Query;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// One event of the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActivityEntryView {
    /// Id of the event; grows with time.
    #[schema(example = "117")]
    id: String,
    /// Time of the event.
    #[schema(value_type = String, format = DateTime)]
    made_at: Moment,
    /// Kind of event: `signed_in`, `key_created`, `merged` and others. New kinds may be added.
    #[schema(example = "key_created")]
    kind: String,
    /// Values of the event; their names depend on `kind`.
    #[schema(value_type = Object)]
    details: serde_json::Value,
    /// Actor: `person`, `bot`, `visitor` (not signed in), `app`, `admin`, `operator`, `github` or `system`.
    #[schema(example = "person")]
    by: String,
    /// Browser or program that made the request.
    #[schema(example = "Firefox, Linux")]
    device: Option<String>,
    /// Network of the request: a /24 (IPv4) or a /48 (IPv6).
    #[schema(example = "203.0.113.0/24")]
    network: Option<String>,
    /// Id of the session that made the request.
    #[schema(example = "17")]
    session: Option<String>,
}

/// Page of the account activity, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActivityResponse {
    /// Events, newest first.
    events: Vec<ActivityEntryView>,
    /// `after` of the next page; null on the last one.
    next: Option<String>,
}

impl From<ActivityEntry> for ActivityEntryView {
    fn from(entry: ActivityEntry) -> Self {
        let other = || ("other".to_owned(), serde_json::Value::Object(serde_json::Map::new()));
        let (kind, details) = entry.event.as_ref().map_or_else(other, ActivityEvent::parts);
        let ActivityEntry { id, created_at: made_at, actor: by, device, network, session, .. } = entry;
        let session = session.map(|session| session.to_string());
        Self { id: id.to_string(), made_at, kind, details, by, device, network, session }
    }
}

/// List the account activity of the last 180 days: sign-ins, API keys, sign-in methods, plans.
#[utoipa::path(
    get, path = "/activity", operation_id = "listActivity", tag = "Person", security(("session" = [])), params(PageQuery),
    responses(
        (status = 200, description = "Events, newest first", body = ActivityResponse),
        responses::SessionErrors,
        responses::PageErrors,
    )
)]
pub(crate) async fn list(
    State(web): State<WebState>,
    Caller(caller): Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<ActivityResponse>> {
    let PageBounds { after, limit } = page.bounds();
    let part = web.domain.activity(&caller, after, limit).await?;
    let next = part.resume_after().map(|entry| entry.id.to_string());
    Ok(Json(ActivityResponse { events: part.items.into_iter().map(ActivityEntryView::from).collect(), next }))
}
