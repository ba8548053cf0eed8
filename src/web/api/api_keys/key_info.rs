//! Description of the API key that makes the request.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::api_keys::key_info::KeyInfo;
use crate::model::rate_limit::RateLimitStatus;
use crate::web::WebState;
use crate::web::api::accounts::profile::UserView;
use crate::web::api::api_keys::keys::KeyView;
use crate::web::extract::app_caller::refuse_apps;
use crate::web::extract::caller::bearer;
use crate::web::openapi::responses;
use crate::web::problem::{Problem, Result};

/// API key, its owner and its rate limit.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyInfoResponse {
    key: KeyView,
    user: UserView,
    /// Rate limit of the account. Null while the key is `disabled`, because no request is allowed then.
    limit: Option<RequestLimitView>,
}

/// Rate limit of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequestLimitView {
    /// Name of the limit: the id of the plan.
    #[schema(example = "vip")]
    policy: String,
    /// Requests per minute, shared by all keys of the account.
    #[schema(example = 600)]
    limit: u32,
    /// Requests left now.
    #[schema(example = 599)]
    remaining: u32,
    /// Seconds for which `remaining` applies. If `remaining` is 0, seconds until the next request is allowed.
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
        Self { key: listed.into(), user: user.into(), limit: quota.map(limit) }
    }
}

/// Describe the API key of this request.
///
/// Does not count toward the rate limit. If the plan does not include API access, `state` is `disabled`.
#[utoipa::path(
    get, path = "/key", operation_id = "getKeyInfo", tag = "Keys", security(("key" = [])),
    responses(
        (status = 200, description = "The API key, its owner and its rate limit", body = KeyInfoResponse),
        responses::KeyErrors,
        (status = 403, description = "The account is suspended"),
    )
)]
pub(crate) async fn show(State(web): State<WebState>, headers: HeaderMap) -> Result<Json<KeyInfoResponse>> {
    let key = bearer(&headers).map_err(Problem::from)?;
    refuse_apps(&web, key).await?;
    Ok(Json(web.domain.key_info(key).await?.into()))
}
