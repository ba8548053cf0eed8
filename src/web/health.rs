//! Health probes: `/livez` for the process, `/readyz` for the database and the connection to Telegram.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use crate::web::WebState;
use crate::web::extract::fields::from_fields;
use crate::web::extract::query::Query;

/// Check that the process runs.
#[utoipa::path(get, path = "/livez", operation_id = "checkLiveness", tag = "Operations", responses((status = 200, description = "The process runs", body = String)))]
pub(crate) async fn livez() -> &'static str {
    "ok\n"
}

/// Checks to skip.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReadinessQuery {
    /// Name of a check to skip, such as `telegram`; the API works without it.
    exclude: Option<String>,
}

from_fields!(ReadinessQuery { exclude }, Ignored);

/// Readiness of the service.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReadinessResponse {
    /// Summary: `ready` or `not ready`.
    #[schema(example = "ready")]
    status: &'static str,
    /// Result of each check: `ok` or a description of the failure.
    checks: BTreeMap<&'static str, String>,
}

/// Check that the service is ready.
///
/// Answers 503 with the failed checks otherwise. `?exclude=telegram` skips Telegram.
#[utoipa::path(
    get, path = "/readyz", operation_id = "checkReadiness", tag = "Operations", params(ReadinessQuery),
    responses(
        (status = 200, description = "All checks passed", body = ReadinessResponse),
        (status = 503, description = "A check failed", body = ReadinessResponse),
    )
)]
pub(crate) async fn readyz(
    State(web): State<WebState>,
    Query(query): Query<ReadinessQuery>,
) -> (StatusCode, Json<ReadinessResponse>) {
    let database = match web.domain.check_database().await {
        Ok(()) => "ok".to_owned(),
        Err(fault) => {
            tracing::warn!(error = ?fault, "readiness: database check failed");
            "unavailable, or not accepting writes".to_owned()
        }
    };
    let telegram = web.link.trouble().unwrap_or_else(|| "ok".to_owned());
    let mut checks = BTreeMap::from([("database", database), ("telegram", telegram)]);
    // Optional services are reported, but their failure does not make the service unready.
    let mut optional = web.domain.degraded_parts();
    checks.retain(|name, _| query.exclude.as_deref() != Some(name));
    let (code, status) = if checks.values().all(|outcome| outcome == "ok") {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    };
    checks.append(&mut optional);
    (code, Json(ReadinessResponse { status, checks }))
}
