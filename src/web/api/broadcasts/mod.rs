//! Broadcasts, for admins. Every call has its counterpart in the bot.
//!
//! A draft is created, changed and previewed, then started with the confirmed number of recipients. A started broadcast
//! can be paused, resumed, cancelled and retracted; any can be copied (`copies`). `views`, `content` and `progress` hold
//! the JSON bodies, and `draft_fields` reads them; `failures` lists failed recipients.

mod content;
mod copies;
mod draft_fields;
mod failures;
mod progress;
mod views;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;

use crate::domain::broadcasts::DraftChange;
use crate::domain::broadcasts::drafts::CreatedDraft;
use crate::domain::{ListPage, Refusal, rows_for};
use crate::model::broadcasts::BroadcastId;
use crate::model::sign_in::login_widget::FieldError;
use crate::web::WebState;
use crate::web::api::query::{PageBounds, PageQuery};
use crate::web::extract::caller::{ActingAdmin, AdminCaller};
use crate::web::extract::header_fields::{SingleField, single};
use crate::web::extract::json;
use crate::web::extract::path_id::PathId;
use crate::web::extract::query::Query;
use crate::web::openapi::responses;
use crate::web::problem::{Problem, Result};

use self::views::{
    BroadcastPath, BroadcastView, BroadcastsResponse, DraftBody, DraftRequest, PreviewResponse, StartBroadcastRequest,
};

pub(crate) use self::copies::*;
pub(crate) use self::failures::*;

/// List broadcasts including drafts, newest first.
#[utoipa::path(
    get, path = "/admin/broadcasts", operation_id = "listBroadcasts", tag = "Broadcasts", security(("session" = [])), params(PageQuery),
    responses(
        (status = 200, description = "Broadcasts", body = BroadcastsResponse),
        responses::AdminErrors,
        responses::PageErrors,
    )
)]
pub(crate) async fn list(
    State(web): State<WebState>,
    AdminCaller(admin): AdminCaller,
    Query(page): Query<PageQuery>,
) -> Result<Json<BroadcastsResponse>> {
    let PageBounds { after, limit } = page.bounds();
    let found = web.domain.broadcasts(&admin, after.map(BroadcastId), rows_for(limit)).await?;
    let part = ListPage::cut(found, limit);
    let next = part.resume_after().map(|broadcast| broadcast.id.to_string());
    Ok(Json(BroadcastsResponse { broadcasts: part.items.into_iter().map(BroadcastView::from).collect(), next }))
}

/// Draft a broadcast.
///
/// Nothing is sent until it is started. A repeated request with the same `Idempotency-Key` (or `idempotency_key`)
/// returns the existing draft in its current state.
#[utoipa::path(
    post, path = "/admin/broadcasts", operation_id = "createBroadcast", tag = "Broadcasts", security(("session" = [])), request_body = DraftRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Unique key of this draft, 1 to 200 visible ASCII characters")),
    responses(
        (status = 201, description = "The draft", body = BroadcastView),
        (status = 200, description = "The existing draft with this key, in its current state", body = BroadcastView),
        responses::AdminErrors,
        (status = 422, description = "Invalid fields. No draft was created"),
    )
)]
pub(crate) async fn create(
    State(web): State<WebState>,
    ActingAdmin(admin): ActingAdmin,
    IdempotencyKey(key): IdempotencyKey,
    json::JsonBody(DraftBody { draft, mut errors }): json::JsonBody<DraftBody>,
) -> Result<(StatusCode, Json<BroadcastView>)> {
    if draft.revision.is_some() {
        errors.push(FieldError::new("revision", "is not known here: a new draft has none"));
    }
    let other = draft.idempotency_key.as_deref();
    if key.as_deref().zip(other).is_some_and(|(key, other)| key != other) {
        errors.push(FieldError::new("idempotency_key", "must be the Idempotency-Key, or be left out"));
    }
    let changes = changes(&web, &draft, errors)?;
    let key = key.as_deref().or(other).map(|key| format!("http:{key}"));
    let CreatedDraft { draft: broadcast, is_new } =
        web.domain.draft_broadcast_with(&admin, key.as_deref(), &changes).await?;
    Ok((if is_new { StatusCode::CREATED } else { StatusCode::OK }, Json(broadcast.into())))
}

/// Changes of a draft, or all its errors: those found so far and those of the domain.
fn changes(
    web: &WebState,
    draft: &DraftRequest,
    mut errors: Vec<FieldError>,
) -> std::result::Result<Vec<DraftChange>, Refusal> {
    let changes = draft.changes(&mut errors);
    if errors.is_empty() {
        return Ok(changes);
    }
    errors.extend(web.domain.draft_errors(&changes));
    Err(Refusal::Invalid(errors))
}

/// Show a broadcast and its progress.
#[utoipa::path(
    get, path = "/admin/broadcasts/{id}", operation_id = "getBroadcast", tag = "Broadcasts", security(("session" = [])),
    params(BroadcastPath),
    responses(
        (status = 200, description = "The broadcast", body = BroadcastView),
        responses::BroadcastErrors,
    )
)]
pub(crate) async fn show(
    State(web): State<WebState>,
    AdminCaller(admin): AdminCaller,
    id: PathId,
) -> Result<Json<BroadcastView>> {
    Ok(Json(web.domain.broadcast(&admin, id.broadcast()?).await?.into()))
}

/// Change a draft.
///
/// Fields left out stay unchanged. With `revision`, the change applies only if the draft still has that revision.
#[utoipa::path(
    patch, path = "/admin/broadcasts/{id}", operation_id = "updateBroadcast", tag = "Broadcasts", security(("session" = [])), request_body = DraftRequest,
    params(BroadcastPath),
    responses(
        (status = 200, description = "The draft", body = BroadcastView),
        responses::BroadcastErrors,
        (status = 409, description = "No longer a draft, or changed since that revision"),
        (status = 422, description = "Invalid fields. Nothing was changed"),
    )
)]
pub(crate) async fn change(
    State(web): State<WebState>,
    ActingAdmin(admin): ActingAdmin,
    id: PathId,
    json::JsonBody(DraftBody { draft, mut errors }): json::JsonBody<DraftBody>,
) -> Result<Json<BroadcastView>> {
    if draft.idempotency_key.is_some() {
        errors.push(FieldError::new("idempotency_key", "is not known here: the draft is there"));
    }
    let (id, changes) = (id.broadcast()?, changes(&web, &draft, errors)?);
    Ok(Json(web.domain.edit_broadcast(&admin, id, &changes, draft.revision).await?.into()))
}

/// Preview a broadcast: the message in each language, and the exact current number of recipients.
///
/// `without_text` warns of recipients who read a language in which there is no text.
#[utoipa::path(
    get, path = "/admin/broadcasts/{id}/preview", operation_id = "previewBroadcast", tag = "Broadcasts", security(("session" = [])),
    params(BroadcastPath),
    responses(
        (status = 200, description = "The messages and the number of recipients", body = PreviewResponse),
        responses::BroadcastErrors,
    )
)]
pub(crate) async fn preview(
    State(web): State<WebState>,
    AdminCaller(admin): AdminCaller,
    id: PathId,
) -> Result<Json<PreviewResponse>> {
    let broadcast = web.domain.broadcast(&admin, id.broadcast()?).await?;
    let audience = web.domain.audience(&admin, &broadcast).await?;
    let rate = web.domain.rate(broadcast.speed());
    Ok(Json(PreviewResponse::new(&broadcast, audience, rate)))
}

/// Start a broadcast to everyone in its segment, immediately or at its `start_at`.
///
/// `recipients` confirms their number; if it has changed, nothing is sent. Repeating the request with the same number
/// has no further effect.
#[utoipa::path(
    post, path = "/admin/broadcasts/{id}/start", operation_id = "startBroadcast", tag = "Broadcasts", security(("session" = [])), request_body = StartBroadcastRequest,
    params(BroadcastPath),
    responses(
        (status = 200, description = "The broadcast is being sent or scheduled", body = BroadcastView),
        responses::BroadcastErrors,
        (status = 409, description = "The number of recipients has changed, the draft has changed since that revision, or it is no longer a draft"),
        (status = 422, description = "Invalid or missing fields"),
    )
)]
pub(crate) async fn start(
    State(web): State<WebState>,
    ActingAdmin(admin): ActingAdmin,
    id: PathId,
    json::JsonBody(StartBroadcastRequest { recipients, revision }): json::JsonBody<StartBroadcastRequest>,
) -> Result<Json<BroadcastView>> {
    Ok(Json(web.domain.start_broadcast(&admin, id.broadcast()?, recipients, revision).await?.into()))
}

/// Defines a handler that changes the state of a broadcast.
macro_rules! state_change {
    ($name:ident, $verb:ident, $operation_id:literal, $path:literal, $description:literal, $doc:literal) => {
        #[doc = $doc]
        #[utoipa::path(
                    post, path = $path, operation_id = $operation_id, tag = "Broadcasts", security(("session" = [])),
                    params(BroadcastPath),
                    responses(
                        (status = 200, description = $description, body = BroadcastView),
                        responses::BroadcastErrors,
                        (status = 409, description = "The current state of the broadcast does not allow this"),
                    )
                )]
        pub(crate) async fn $name(
            State(web): State<WebState>,
            ActingAdmin(admin): ActingAdmin,
            id: PathId,
        ) -> Result<Json<BroadcastView>> {
            Ok(Json(web.domain.$verb(&admin, id.broadcast()?).await?.into()))
        }
    };
}

state_change!(
    pause,
    pause_broadcast,
    "pauseBroadcast",
    "/admin/broadcasts/{id}/pause",
    "The broadcast is paused",
    "Pause a broadcast. Messages already in flight are still sent."
);
state_change!(
    resume,
    resume_broadcast,
    "resumeBroadcast",
    "/admin/broadcasts/{id}/resume",
    "The broadcast continues",
    "Resume a paused broadcast."
);
state_change!(
    cancel,
    cancel_broadcast,
    "cancelBroadcast",
    "/admin/broadcasts/{id}/cancel",
    "The broadcast is cancelled",
    "Cancel a broadcast permanently, or delete a draft."
);
state_change!(
    recall,
    unschedule_broadcast,
    "recallBroadcast",
    "/admin/broadcasts/{id}/recall",
    "The broadcast is a draft again",
    "Turn a scheduled broadcast back into a draft."
);
state_change!(
    retract,
    retract_broadcast,
    "retractBroadcast",
    "/admin/broadcasts/{id}/retract",
    "The messages are being deleted",
    "Cancel a broadcast permanently and delete its messages of the last 48 hours for everyone."
);

/// `Idempotency-Key` of a request, with or without quotes.
pub(crate) struct IdempotencyKey(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        let key = match single(&parts.headers, "idempotency-key") {
            SingleField::Absent => return Ok(Self(None)),
            SingleField::Text(key) => key.trim(),
            SingleField::Unreadable => "",
        };
        let bare = key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key);
        check_idempotency_key(bare).map_err(|message| Refusal::field("Idempotency-Key", message))?;
        Ok(Self(Some(bare.to_owned())))
    }
}

fn check_idempotency_key(key: &str) -> std::result::Result<(), &'static str> {
    let is_valid = (1..=200).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if is_valid { Ok(()) } else { Err("must be 1 to 200 visible ASCII characters") }
}
