//! A key asks about itself.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::accounts::profile::UserProfile;
use crate::domain::api_keys::key_info::KeyInfo;
use crate::domain::rate_limits::RateLimitStatus;
use crate::web::WebState;
use crate::web::api::api_keys::keys::KeyView;
use crate::web::extract::caller::bearer;
use crate::web::problem::{Problem, ProblemBody, Result};

/// A key, its owner, and how many requests are left.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyInfoResponse {
    key: KeyView,
    user: UserProfile,
    /// Null while the key is `disabled`: no request passes.
    limit: Option<RequestLimitView>,
}

/// How many requests may be made.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequestLimitView {
    /// The name of the limit: the plan's id.
    #[schema(example = "vip")]
    policy: String,
    /// Requests a minute, shared by all keys of the account.
    #[schema(example = 600)]
    limit: u32,
    /// Requests left.
    #[schema(example = 599)]
    remaining: u32,
    /// The seconds in which they may be made; when none is left, the seconds until one is.
    #[schema(example = 60)]
    reset_seconds: u32,
}

impl From<KeyInfo> for KeyInfoResponse {
    fn from(KeyInfo { listed, user, quota, .. }: KeyInfo) -> Self {
        let limit = |RateLimitStatus { policy, limit, remaining, seconds }| RequestLimitView {
            policy: policy.into(),
            limit,
            remaining,
            reset_seconds: seconds,
        };
        Self { key: listed.into(), user, limit: quota.map(limit) }
    }
}

/// What is this key? Costs nothing of the limit. A key whose plan has no API access is told so: its `state` is `disabled`.
#[utoipa::path(
    get, path = "/key", tag = "Keys", security(("key" = [])),
    responses(
        (status = 200, description = "The key, its owner, and what is left of the limit", body = KeyInfoResponse),
        (status = 401, description = "No key, or one that is no good", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The account is suspended", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(web): State<WebState>, headers: HeaderMap) -> Result<Json<KeyInfoResponse>> {
    let key = bearer(&headers).map_err(Problem::from)?;
    Ok(Json(web.domain.key_info(key).await?.into()))
}
