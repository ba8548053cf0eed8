//! Making one account of two.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::accounts::account_merge::{MergePreview, MergeSide};
use crate::domain::accounts::profile::{SignedIn, UserProfile};
use crate::model::time::Moment;
use crate::web::WebState;
use crate::web::api::accounts::profile::{IdentityView, ProfileResponse};
use crate::web::extract::caller::Caller;
use crate::web::extract::path_id::PathId;
use crate::web::problem::{ProblemBody, Result};

/// Two accounts that can be merged.
#[derive(Serialize, ToSchema)]
pub(crate) struct MergeOfferResponse {
    /// `POST /merges/{id}` merges them, once.
    #[schema(example = "7")]
    id: String,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
    /// This account, which stays.
    stays: MergeSideView,
    /// The account that becomes part of it.
    goes: MergeSideView,
    /// What the one account will have.
    becomes: MergedAccountView,
}

/// An account of the two.
#[derive(Serialize, ToSchema)]
pub(crate) struct MergeSideView {
    #[serde(flatten)]
    user: UserProfile,
    /// When the plan ends.
    #[schema(value_type = Option<String>, format = DateTime)]
    plan_until: Option<Moment>,
    /// Live keys.
    #[schema(example = 3)]
    keys: i64,
    /// Open sessions.
    #[schema(example = 2)]
    sessions: i64,
    /// The ways into it.
    identities: Vec<IdentityView>,
}

/// What the one account will have.
#[derive(Serialize, ToSchema)]
pub(crate) struct MergedAccountView {
    /// The better plan of the two.
    #[schema(example = "vip")]
    plan: String,
    /// When it ends; of two that are the same the later end counts.
    #[schema(value_type = Option<String>, format = DateTime)]
    plan_until: Option<Moment>,
    /// The sum.
    #[schema(example = 1600)]
    token_balance: i64,
}

impl MergeOfferResponse {
    fn of(web: &WebState, merging: MergePreview) -> Self {
        let side = |side: MergeSide| MergeSideView {
            user: web.domain.user(&side.account),
            plan_until: side.account.plan_until,
            keys: side.keys,
            sessions: side.sessions,
            identities: side.identities.into_iter().map(IdentityView::from).collect(),
        };
        let MergePreview { id, expires_at, stays, goes, plan } = merging;
        let becomes =
            MergedAccountView { plan: plan.plan, plan_until: plan.plan_until, token_balance: plan.token_balance };
        Self { id: id.to_string(), expires_at, stays: side(stays), goes: side(goes), becomes }
    }
}

/// An offer, for its first answer.
pub(crate) async fn offer(web: &WebState, caller: &SignedIn, id: i64) -> Result<MergeOfferResponse> {
    Ok(MergeOfferResponse::of(web, web.domain.merge_preview(caller, id).await?))
}

/// Both accounts of an offer, side by side.
#[utoipa::path(
    get, path = "/merges/{id}", tag = "Person", security(("session" = [])),
    params(("id" = String, Path, description = "The offer's id", example = "7")),
    responses(
        (status = 200, description = "What would be merged", body = MergeOfferResponse),
        (status = 400, description = "It is over", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such offer to you", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(web): State<WebState>,
    Caller(caller): Caller,
    id: PathId,
) -> Result<Json<MergeOfferResponse>> {
    Ok(Json(offer(&web, &caller, id.merge()?).await?))
}

/// Merge them: everything of the other account goes to this one, and its sessions end.
#[utoipa::path(
    post, path = "/merges/{id}", tag = "Person", security(("session" = [])),
    params(("id" = String, Path, description = "The offer's id", example = "7")),
    responses(
        (status = 200, description = "One account is left", body = ProfileResponse),
        (status = 400, description = "It is over", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such offer to you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "One of them is closed", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn take(
    State(web): State<WebState>,
    Caller(caller): Caller,
    id: PathId,
) -> Result<Json<ProfileResponse>> {
    let caller = web.domain.merge(&caller, id.merge()?).await?;
    Ok(Json(web.domain.me(&caller).await?.into()))
}

/// Turn the offer down.
#[utoipa::path(
    delete, path = "/merges/{id}", tag = "Person", security(("session" = [])),
    params(("id" = String, Path, description = "The offer's id", example = "7")),
    responses(
        (status = 204, description = "Both stay as they are"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such offer to you", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn drop(State(web): State<WebState>, Caller(caller): Caller, id: PathId) -> Result<StatusCode> {
    web.domain.cancel_merge(&caller, id.merge()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
