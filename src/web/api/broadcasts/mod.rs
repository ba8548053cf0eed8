//! Broadcasts, for admins: the same verbs as in chat.

mod failures;
mod views;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;

use crate::domain::Refusal;
use crate::model::broadcasts::BroadcastId;
use crate::web::WebState;
use crate::web::api::{PageQuery, Query};
use crate::web::extract::caller::AdminCaller;
use crate::web::extract::json;
use crate::web::extract::path_id::PathId;
use crate::web::problem::{Problem, ProblemBody, Result};

use self::views::{BroadcastView, BroadcastsResponse, DraftRequest, PreviewResponse, StartBroadcastRequest};

pub(crate) use self::failures::*;

/// List broadcasts, drafts too, the latest first.
#[utoipa::path(
    get, path = "/admin/broadcasts", tag = "Broadcasts", security(("session" = [])), params(PageQuery),
    responses(
        (status = 200, description = "Broadcasts", body = BroadcastsResponse),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an admin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No such part of the list", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(web): State<WebState>,
    AdminCaller(admin): AdminCaller,
    Query(page): Query<PageQuery>,
) -> Result<Json<BroadcastsResponse>> {
    let (after, limit) = page.bounds()?;
    let wanted = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut found = web.domain.broadcasts(&admin, after.map(BroadcastId), wanted + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| last.id.to_string());
    Ok(Json(BroadcastsResponse { broadcasts: found.into_iter().map(BroadcastView::from).collect(), next }))
}

/// Draft a broadcast. Nothing is sent until it is started. With an `Idempotency-Key` (or `idempotency_key`), asking again gives the same
/// draft, as it is by then.
#[utoipa::path(
    post, path = "/admin/broadcasts", tag = "Broadcasts", security(("session" = [])), request_body = DraftRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names this draft: up to 200 visible characters")),
    responses(
        (status = 201, description = "The draft", body = BroadcastView),
        (status = 200, description = "The draft that was made with this key before, as it is now", body = BroadcastView),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an admin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong; nothing was drafted", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(web): State<WebState>,
    AdminCaller(admin): AdminCaller,
    IdempotencyKey(key): IdempotencyKey,
    json::JsonBody(draft): json::JsonBody<DraftRequest>,
) -> Result<(StatusCode, Json<BroadcastView>)> {
    if draft.revision.is_some() {
        return Err(Refusal::field("revision", "is not known here: a new draft has none").into());
    }
    let once = match (key, &draft.idempotency_key) {
        (Some(key), Some(other)) if key != *other => {
            return Err(Refusal::field("idempotency_key", "must be the Idempotency-Key, or be left out").into());
        }
        (key, other) => key.or_else(|| other.clone()),
    };
    if let Some(once) = &once {
        check_once(once)?;
    }
    let once = once.map(|once| format!("http:{once}"));
    let (drafted, is_new) = web.domain.draft_broadcast_with(&admin, once.as_deref(), &draft.changes()?).await?;
    Ok((if is_new { StatusCode::CREATED } else { StatusCode::OK }, Json(drafted.into())))
}

/// Look at a broadcast, and how it goes.
#[utoipa::path(
    get, path = "/admin/broadcasts/{id}", tag = "Broadcasts", security(("session" = [])),
    params(("id" = i64, Path, description = "The broadcast's id", example = 7)),
    responses(
        (status = 200, description = "The broadcast", body = BroadcastView),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an admin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such broadcast", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(web): State<WebState>,
    AdminCaller(admin): AdminCaller,
    id: PathId,
) -> Result<Json<BroadcastView>> {
    Ok(Json(web.domain.broadcast(&admin, id.broadcast()?).await?.into()))
}

/// Change a draft: what is left out stays. With `revision`, only if nobody changed it since.
#[utoipa::path(
    patch, path = "/admin/broadcasts/{id}", tag = "Broadcasts", security(("session" = [])), request_body = DraftRequest,
    params(("id" = i64, Path, description = "The broadcast's id", example = 7)),
    responses(
        (status = 200, description = "The draft", body = BroadcastView),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an admin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such broadcast", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "No draft any more, or changed since that revision", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong; nothing was changed", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change(
    State(web): State<WebState>,
    AdminCaller(admin): AdminCaller,
    id: PathId,
    json::JsonBody(draft): json::JsonBody<DraftRequest>,
) -> Result<Json<BroadcastView>> {
    if draft.idempotency_key.is_some() {
        return Err(Refusal::field("idempotency_key", "is not known here: the draft is there").into());
    }
    let (id, changes) = (id.broadcast()?, draft.changes()?);
    Ok(Json(web.domain.edit_broadcast(&admin, id, &changes, draft.revision).await?.into()))
}

/// See what each language's readers would get, and how many people that would be now, exactly.
#[utoipa::path(
    get, path = "/admin/broadcasts/{id}/preview", tag = "Broadcasts", security(("session" = [])),
    params(("id" = i64, Path, description = "The broadcast's id", example = 7)),
    responses(
        (status = 200, description = "The messages, and the number", body = PreviewResponse),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an admin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such broadcast", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn preview(
    State(web): State<WebState>,
    AdminCaller(admin): AdminCaller,
    id: PathId,
) -> Result<Json<PreviewResponse>> {
    let broadcast = web.domain.broadcast(&admin, id.broadcast()?).await?;
    let recipients = web.domain.count_recipients(&admin, broadcast.id).await?;
    let rate = web.domain.rate(broadcast.paid);
    Ok(Json(PreviewResponse::of(&broadcast, (recipients, rate))))
}

/// Send a draft to everybody in its segment, at once or at its `start_at`. `recipients` confirms how many that are: if the
/// number has changed, nothing is sent. Asking again with the same number is as good as done.
#[utoipa::path(
    post, path = "/admin/broadcasts/{id}/start", tag = "Broadcasts", security(("session" = [])), request_body = StartBroadcastRequest,
    params(("id" = i64, Path, description = "The broadcast's id", example = 7)),
    responses(
        (status = 200, description = "It goes out, or waits for its time", body = BroadcastView),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an admin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such broadcast", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Another number by now, changed since that revision, or no draft any more", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong or missing", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn start(
    State(web): State<WebState>,
    AdminCaller(admin): AdminCaller,
    id: PathId,
    json::JsonBody(StartBroadcastRequest { recipients, revision }): json::JsonBody<StartBroadcastRequest>,
) -> Result<Json<BroadcastView>> {
    Ok(Json(web.domain.start_broadcast(&admin, id.broadcast()?, recipients, revision).await?.into()))
}

/// Makes a handler that turns a broadcast.
macro_rules! turn {
    ($name:ident, $verb:ident, $path:literal, $description:literal, $doc:literal) => {
        #[doc = $doc]
        #[utoipa::path(
                    post, path = $path, tag = "Broadcasts", security(("session" = [])),
                    params(("id" = i64, Path, description = "The broadcast's id", example = 7)),
                    responses(
                        (status = 200, description = $description, body = BroadcastView),
                        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
                        (status = 403, description = "Not an admin", body = ProblemBody, content_type = "application/problem+json"),
                        (status = 404, description = "No such broadcast", body = ProblemBody, content_type = "application/problem+json"),
                        (status = 409, description = "It is in no state for that", body = ProblemBody, content_type = "application/problem+json"),
                    )
                )]
        pub(crate) async fn $name(
            State(web): State<WebState>,
            AdminCaller(admin): AdminCaller,
            id: PathId,
        ) -> Result<Json<BroadcastView>> {
            Ok(Json(web.domain.$verb(&admin, id.broadcast()?).await?.into()))
        }
    };
}

turn!(
    pause,
    pause_broadcast,
    "/admin/broadcasts/{id}/pause",
    "It pauses",
    "Let a broadcast rest. What is in hand is still sent."
);
turn!(resume, resume_broadcast, "/admin/broadcasts/{id}/resume", "It goes on", "Let a broadcast go on.");
turn!(
    cancel,
    cancel_broadcast,
    "/admin/broadcasts/{id}/cancel",
    "It is stopped",
    "Stop a broadcast for good, or throw a draft away."
);
turn!(
    recall,
    unschedule_broadcast,
    "/admin/broadcasts/{id}/recall",
    "It is a draft again",
    "Make a draft again of a broadcast whose time has not come."
);
turn!(
    retract,
    retract_broadcast,
    "/admin/broadcasts/{id}/retract",
    "What was sent is being deleted",
    "Stop a broadcast for good, and delete what was sent within the last 48 hours."
);

/// The `Idempotency-Key` of a request, with or without its quotes.
pub(crate) struct IdempotencyKey(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        let Some(key) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let key = key.to_str().unwrap_or_default().trim();
        let bare = key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key);
        check_once_as("Idempotency-Key", bare)?;
        Ok(Self(Some(bare.to_owned())))
    }
}

fn check_once(key: &str) -> std::result::Result<(), Refusal> {
    check_once_as("idempotency_key", key)
}

fn check_once_as(field: &str, key: &str) -> std::result::Result<(), Refusal> {
    let fine = (1..=200).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fine { Ok(()) } else { Err(Refusal::field(field, "must be 1 to 200 visible ASCII characters")) }
}
