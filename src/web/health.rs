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
    let database = web.domain.database_trouble().await.unwrap_or("ok").to_owned();
    let telegram = web.link.trouble().map_or_else(|| "ok".to_owned(), |trouble| without_hosts(&trouble));
    let mut checks = BTreeMap::from([("database", database), ("telegram", telegram)]);
    // Optional services are reported, but their failure does not make the service unready.
    let mut optional = web.domain.degraded_parts();
    checks.retain(|name, _| query.exclude.as_deref() != Some(name));
    let (code, status) = if checks.values().all(|outcome| outcome == "ok") {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    };
    for trouble in optional.values_mut() {
        *trouble = without_hosts(trouble);
    }
    checks.append(&mut optional);
    (code, Json(ReadinessResponse { status, checks }))
}

/// Replaces names of hosts and what others quote: the probe is on the public listener, and the log has the whole text.
fn without_hosts(text: &str) -> String {
    let is_host = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_number = word.parse::<f64>().is_ok();
        word.contains("://") || (word.contains('.') && !is_number) || word.matches(':').count() > 1
    };
    let quoted = text.split('"').enumerate().map(|(index, part)| if index % 2 == 0 { part } else { "…" });
    let text = quoted.collect::<String>();
    let words = text.split(' ').map(|word| if is_host(word) { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_host_is_named() {
        for (text, shown) in [
            ("ok", "ok"),
            ("no usable answer from Telegram: timed out", "no usable answer from Telegram: timed out"),
            ("a wait of 1.5 s.", "a wait of 1.5 s."),
            ("refused: IP address 10.0.0.7 is reserved", "refused: IP address … is reserved"),
            ("connect to mail.internal:587: refused", "connect to … refused"),
            ("at http://db/x, and [fd00::1]:53", "at … and …"),
            ("not valid for name \"mail\"; only for DnsName(\"a\")", "not valid for name …; only for DnsName(…)"),
        ] {
            assert_eq!(without_hosts(text), shown);
        }
    }
}
