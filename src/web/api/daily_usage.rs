//! Usage per day: the numbers that the chat and the usage page show.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::billing::daily_usage::SHOWN_DAYS;
use crate::model::api_key::KeyId;
use crate::model::billing::daily_usage::DailyUsage;
use crate::web::WebState;
use crate::web::extract::app_caller::{CallerOrApp, ReadUsage};
use crate::web::extract::fields::{FromFields, RequestFields};
use crate::web::extract::query::Query;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// Days and key to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DailyUsageQuery {
    /// Number of days, today included.
    #[param(minimum = 1, maximum = 90, default = 30)]
    days: Option<i64>,
    /// Lists one key only.
    key_id: Option<i64>,
}

impl FromFields for DailyUsageQuery {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let (days, key_id) = (fields.read("days"), fields.read("key_id"));
        Some(Self { days: days?, key_id: key_id? })
    }
}

/// Usage of one key on one day.
#[derive(Serialize, ToSchema)]
pub(crate) struct DailyUsageView {
    /// The day, in UTC.
    #[schema(value_type = String, format = Date, example = "2026-11-23")]
    date: String,
    /// Id of the API key. Null for charges that name none.
    #[schema(value_type = Option<i64>, example = 7)]
    key_id: Option<KeyId>,
    /// Tokens charged.
    #[schema(example = 1200)]
    tokens: i64,
    /// Requests that `/auth/verify` admitted.
    #[schema(example = 41)]
    requests: i64,
}

impl From<DailyUsage> for DailyUsageView {
    fn from(DailyUsage { day, key, total }: DailyUsage) -> Self {
        Self { date: day.day(), key_id: key, tokens: total.tokens, requests: total.requests }
    }
}

/// Usage per day.
#[derive(Serialize, ToSchema)]
pub(crate) struct DailyUsageResponse {
    /// One item per key and day with usage, oldest first.
    days: Vec<DailyUsageView>,
}

/// List tokens and requests per day and key.
///
/// Requests of the latest five seconds may be missing.
#[utoipa::path(
    get, path = "/usage/daily", operation_id = "listDailyUsage", tag = "Usage", security(("session" = []), ("app" = ["usage:read"])),
    params(DailyUsageQuery),
    responses(
        (status = 200, description = "Days with usage, oldest first", body = DailyUsageResponse),
        responses::SessionErrors,
        (status = 404, description = "No such key"),
        (status = 422, description = "Invalid `days` or `key_id`"),
    )
)]
pub(crate) async fn list(
    State(web): State<WebState>,
    CallerOrApp(caller, _): CallerOrApp<ReadUsage>,
    Query(query): Query<DailyUsageQuery>,
) -> Result<Json<DailyUsageResponse>> {
    let DailyUsageQuery { days, key_id } = query;
    let history = web.domain.daily_usage(&caller, days.unwrap_or(SHOWN_DAYS), key_id.map(KeyId)).await?;
    Ok(Json(DailyUsageResponse { days: history.days.into_iter().map(DailyUsageView::from).collect() }))
}
