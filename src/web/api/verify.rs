//! The gateway's question, asked about every API request: any method, any path behind it, any query.
//!
//! It stands outside the layers of the other routes, because they cost more than the answer does.

use std::panic::AssertUnwindSafe;

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_LENGTH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use futures::FutureExt;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::domain::verify::Admitted;
use crate::domain::{Domain, Error, Fault};
use crate::telemetry;
use crate::web::caller::bearer;
use crate::web::reply::{Problem, ProblemBody, quota_fields};
use crate::web::request::request_id;

/// What may stand in a header as it is: RFC 3986's unreserved characters.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// May the key in `Authorization: Bearer nb_…` make a request now? Counts as one request of its owner's limit.
#[utoipa::path(
    get, path = "/api/v2/auth/verify", tag = "Gateway", security(("key" = [])),
    responses(
        (status = 200, description = "Yes: an empty body, and who it is in headers; with `Accept: application/json` the same as JSON",
         headers(
            ("X-NeuralBox-User-Id" = i64, description = "The account's number"),
            ("X-NeuralBox-Plan" = String, description = "The id of the plan"),
            ("X-NeuralBox-Key-Id" = i64, description = "The key's number"),
            ("X-NeuralBox-Key-Name" = String, description = "The key's name, percent-encoded"),
            ("X-NeuralBox-Token-Balance" = i64, description = "Tokens left"),
            ("RateLimit-Policy" = String, description = "The limit, e.g. `\"vip\";q=600;w=60`"),
            ("RateLimit" = String, description = "What is left, e.g. `\"vip\";r=599;t=60`"),
         )),
        (status = 401, description = "No key, or one that is no good", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The plan has no API access", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn verify(State(domain): State<Domain>, request: Request) -> axum::response::Response {
    // Outside the layers there is no other net under a panic, and a cut connection is no answer.
    let answer = AssertUnwindSafe(answer(&domain, request.headers())).catch_unwind().await;
    match answer.unwrap_or_else(|_| Err(Error::Failed(Fault::new("the check of a key panicked")))) {
        Ok(admitted) => {
            telemetry::verified("admitted");
            yes(&admitted, request.headers())
        }
        Err(error) => {
            let problem = Problem::from(error);
            telemetry::verified(problem.code());
            problem.render(&request_id(request.headers(), &domain))
        }
    }
}

async fn answer(domain: &Domain, headers: &HeaderMap) -> Result<Admitted, Error> {
    domain.admit(bearer(headers)?).await
}

/// Every identity header is always there, so that a gateway that copies them overwrites whatever the caller sent.
fn yes(admitted: &Admitted, asked: &HeaderMap) -> axum::response::Response {
    let mut response = if wants_json(asked) {
        let key = json!({ "id": admitted.key, "name": admitted.key_name });
        axum::Json(json!({ "user": admitted.user, "key": key })).into_response()
    } else {
        let mut empty = Response::new(axum::body::Body::empty());
        empty.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        empty
    };
    *response.status_mut() = StatusCode::OK;
    let name = utf8_percent_encode(&admitted.key_name, PLAIN).to_string();
    let user = &admitted.user;
    let identity = [
        ("x-neuralbox-user-id", user.id.to_string()),
        ("x-neuralbox-plan", user.plan.clone()),
        ("x-neuralbox-key-id", admitted.key.to_string()),
        ("x-neuralbox-key-name", name),
        ("x-neuralbox-token-balance", user.token_balance.to_string()),
    ];
    let identity = identity.into_iter().map(|(name, value)| (HeaderName::from_static(name), value));
    let headers = response.headers_mut();
    for (name, value) in identity.chain(quota_fields(&admitted.quota)) {
        headers.insert(name, HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("")));
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| {
        let essence = |kind: &str| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        accept.split(',').any(|kind| essence(kind) == "application/json")
    })
}
