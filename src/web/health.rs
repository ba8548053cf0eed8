//! For operators: is it alive, is it ready, what does it speak.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use crate::web::WebState;
use crate::web::api::Query;

/// Whether the process runs.
#[utoipa::path(get, path = "/livez", tag = "Operations", responses((status = 200, description = "It runs", body = String)))]
pub(crate) async fn livez() -> &'static str {
    "ok\n"
}

/// What to leave out of the answer.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReadinessQuery {
    /// A check that does not count, such as `telegram`: the API serves without it.
    exclude: Option<String>,
}

/// What was checked, and what came of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReadinessResponse {
    /// `ready` or `not ready`.
    #[schema(example = "ready")]
    status: &'static str,
    /// Each check: `ok`, or what is wrong.
    checks: BTreeMap<&'static str, String>,
}

/// Whether everything works: 503 and what is wrong if not. `?exclude=telegram` leaves Telegram out.
#[utoipa::path(
    get, path = "/readyz", tag = "Operations", params(ReadinessQuery),
    responses(
        (status = 200, description = "Everything works", body = ReadinessResponse),
        (status = 503, description = "Something does not", body = ReadinessResponse),
    )
)]
pub(crate) async fn readyz(
    State(web): State<WebState>,
    Query(query): Query<ReadinessQuery>,
) -> (StatusCode, Json<ReadinessResponse>) {
    let database = match web.domain.check_database().await {
        Ok(()) => "ok".to_owned(),
        Err(fault) => {
            tracing::warn!(?fault, "the database does not answer");
            "does not answer, or takes no writes".to_owned()
        }
    };
    let telegram = web.link.trouble().unwrap_or_else(|| "ok".to_owned());
    let mut checks = BTreeMap::from([("database", database), ("telegram", telegram)]);
    // Both are done without: it is said, and keeps nobody from asking us.
    let mut lacks = web.domain.does_without();
    checks.retain(|name, _| query.exclude.as_deref() != Some(name));
    let (code, status) = if checks.values().all(|outcome| outcome == "ok") {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    };
    checks.append(&mut lacks);
    (code, Json(ReadinessResponse { status, checks }))
}
