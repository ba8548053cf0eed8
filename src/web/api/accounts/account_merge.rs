//! Merge of two accounts of one person. A link that belongs to another account creates the offer.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::accounts::account_merge::{MergePreview, MergeSide};
use crate::domain::accounts::profile::SignedIn;
use crate::model::time::Moment;
use crate::web::WebState;
use crate::web::api::accounts::profile::{IdentityView, ProfileResponse, UserView};
use crate::web::extract::caller::{Caller, RecentCaller};
use crate::web::extract::path_id::PathId;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// Offer to merge two accounts of one person.
#[derive(Serialize, ToSchema)]
pub(crate) struct MergeOfferResponse {
    /// Id of the offer. `POST /merges/{id}` accepts it.
    #[schema(example = "7")]
    id: String,
    /// End of the offer, ten minutes after it was made.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
    /// The signed-in account, which remains.
    stays: MergeSideView,
    /// The other account, which is merged into it.
    goes: MergeSideView,
    /// Plan and balance after the merge.
    becomes: MergedAccountView,
}

/// One of the two accounts.
#[derive(Serialize, ToSchema)]
pub(crate) struct MergeSideView {
    #[serde(flatten)]
    user: UserView,
    /// End of the plan; null if it has none.
    #[schema(value_type = Option<String>, format = DateTime)]
    plan_until: Option<Moment>,
    /// Number of live API keys.
    #[schema(example = 3)]
    keys: i64,
    /// Number of open sessions.
    #[schema(example = 2)]
    sessions: i64,
    /// Its sign-in methods.
    identities: Vec<IdentityView>,
}

/// Plan and balance of the merged account.
#[derive(Serialize, ToSchema)]
pub(crate) struct MergedAccountView {
    /// Id of the better of the two plans.
    #[schema(example = "vip")]
    plan: String,
    /// End of the plan; null if it has none. If both accounts have the same plan, the later end counts.
    #[schema(value_type = Option<String>, format = DateTime)]
    plan_until: Option<Moment>,
    /// Balance of the account that stays, and the granted or bought tokens of the other one.
    #[schema(example = 1600)]
    token_balance: i64,
    /// Tokens of the other account that are lost: what is left of its sign-up and monthly tokens.
    #[schema(example = 100)]
    forfeited_tokens: i64,
}

impl MergeOfferResponse {
    fn new(web: &WebState, preview: MergePreview) -> Self {
        let side = |side: MergeSide| MergeSideView {
            user: web.domain.user(&side.account).into(),
            plan_until: side.account.plan_until,
            keys: side.keys,
            sessions: side.sessions,
            identities: side.identities.into_iter().map(IdentityView::from).collect(),
        };
        let MergePreview { id, expires_at, stays, goes, plan } = preview;
        let becomes = MergedAccountView {
            plan: plan.plan,
            plan_until: plan.plan_until,
            token_balance: plan.token_balance,
            forfeited_tokens: plan.forfeited_tokens,
        };
        Self { id: id.to_string(), expires_at, stays: side(stays), goes: side(goes), becomes }
    }
}

/// Returns the offer that linking a sign-in method has just created.
pub(crate) async fn offer(web: &WebState, caller: &SignedIn, id: i64) -> Result<MergeOfferResponse> {
    Ok(MergeOfferResponse::new(web, web.domain.merge_preview(caller, id).await?))
}

/// Show a merge offer with both accounts side by side.
#[utoipa::path(
    get, path = "/merges/{id}", operation_id = "getMergeOffer", tag = "Person", security(("session" = [])),
    params(("id" = String, Path, description = "The offer's id", example = "7")),
    responses(
        (status = 200, description = "Both accounts, and the result of the merge", body = MergeOfferResponse),
        responses::MergeOfferErrors,
        (status = 400, description = "The offer has expired, was answered, or an account has changed"),
    )
)]
pub(crate) async fn show(
    State(web): State<WebState>,
    Caller(caller): Caller,
    id: PathId,
) -> Result<Json<MergeOfferResponse>> {
    Ok(Json(offer(&web, &caller, id.merge()?).await?))
}

/// Merge both accounts.
///
/// Everything of the other account moves to this one but its sign-up and monthly tokens, and its sessions end.
#[utoipa::path(
    post, path = "/merges/{id}", operation_id = "acceptMergeOffer", tag = "Person", security(("session" = [])),
    params(("id" = String, Path, description = "The offer's id", example = "7")),
    responses(
        (status = 200, description = "The merged account", body = ProfileResponse),
        responses::MergeOfferErrors,
        responses::ReauthenticationErrors,
        (status = 400, description = "The offer has expired, was answered, or an account has changed"),
        (status = 409, description = "One of the accounts is suspended or scheduled for deletion"),
    )
)]
pub(crate) async fn take(
    State(web): State<WebState>,
    RecentCaller(caller): RecentCaller,
    id: PathId,
) -> Result<Json<ProfileResponse>> {
    let caller = web.domain.merge(&caller, id.merge()?).await?;
    Ok(Json(web.domain.me(&caller).await?.into()))
}

/// Decline a merge offer.
#[utoipa::path(
    delete, path = "/merges/{id}", operation_id = "declineMergeOffer", tag = "Person", security(("session" = [])),
    params(("id" = String, Path, description = "The offer's id", example = "7")),
    responses(
        (status = 204, description = "Declined. Both accounts stay unchanged"),
        responses::MergeOfferErrors,
    )
)]
pub(crate) async fn drop(State(web): State<WebState>, Caller(caller): Caller, id: PathId) -> Result<StatusCode> {
    web.domain.cancel_merge(&caller, id.merge()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
