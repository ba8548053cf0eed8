//! Making one account of two.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::accounts::account_merge::{Merging, Side};
use crate::domain::accounts::profile::{SignedIn, User};
use crate::model::time::Moment;
use crate::web::Web;
use crate::web::api::accounts::profile::{Identity, Me};
use crate::web::extract::caller::Caller;
use crate::web::extract::path_id::Number;
use crate::web::problem::{ProblemBody, Result};

/// Two accounts that can be merged.
#[derive(Serialize, ToSchema)]
pub(crate) struct MergeOffer {
    /// `POST /merges/{id}` merges them, once.
    #[schema(example = "7")]
    id: String,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
    /// This account, which stays.
    stays: MergeSide,
    /// The account that becomes part of it.
    goes: MergeSide,
    /// What the one account will have.
    becomes: Becomes,
}

/// An account of the two.
#[derive(Serialize, ToSchema)]
pub(crate) struct MergeSide {
    #[serde(flatten)]
    user: User,
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
    identities: Vec<Identity>,
}

/// What the one account will have.
#[derive(Serialize, ToSchema)]
pub(crate) struct Becomes {
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

impl MergeOffer {
    fn of(web: &Web, merging: Merging) -> Self {
        let side = |side: Side| MergeSide {
            user: web.domain.user(&side.account),
            plan_until: side.account.plan_until,
            keys: side.keys,
            sessions: side.sessions,
            identities: side.identities.into_iter().map(Identity::from).collect(),
        };
        let Merging { id, expires_at, stays, goes, plan } = merging;
        let becomes = Becomes { plan: plan.plan, plan_until: plan.plan_until, token_balance: plan.token_balance };
        Self { id: id.to_string(), expires_at, stays: side(stays), goes: side(goes), becomes }
    }
}

/// An offer, for its first answer.
pub(crate) async fn offer(web: &Web, caller: &SignedIn, id: i64) -> Result<MergeOffer> {
    Ok(MergeOffer::of(web, web.domain.merging(caller, id).await?))
}

/// Both accounts of an offer, side by side.
#[utoipa::path(
    get, path = "/merges/{id}", tag = "Person", security(("session" = [])),
    params(("id" = String, Path, description = "The offer's id", example = "7")),
    responses(
        (status = 200, description = "What would be merged", body = MergeOffer),
        (status = 400, description = "It is over", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such offer to you", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(web): State<Web>, Caller(caller): Caller, id: Number) -> Result<Json<MergeOffer>> {
    Ok(Json(offer(&web, &caller, id.merge()?).await?))
}

/// Merge them: everything of the other account goes to this one, and its sessions end.
#[utoipa::path(
    post, path = "/merges/{id}", tag = "Person", security(("session" = [])),
    params(("id" = String, Path, description = "The offer's id", example = "7")),
    responses(
        (status = 200, description = "One account is left", body = Me),
        (status = 400, description = "It is over", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such offer to you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "One of them is closed", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn take(State(web): State<Web>, Caller(caller): Caller, id: Number) -> Result<Json<Me>> {
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
pub(crate) async fn drop(State(web): State<Web>, Caller(caller): Caller, id: Number) -> Result<StatusCode> {
    web.domain.drop_merge(&caller, id.merge()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
