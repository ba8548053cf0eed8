//! Layers around all routes. The outermost assigns request ids, catches panics, serializes problems, sets security
//! headers and records the duration of every request. Another answers browsers that ask which websites may call the API.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::domain::{self, Domain, Fault};
use crate::telemetry;
use crate::web::WebSettings;
use crate::web::cookies::site;
use crate::web::extract::header_fields::single;
use crate::web::problem::{Problem, REQUEST_ID};

/// Browsers use https only, for a year (RFC 6797). Without `includeSubDomains` and `preload`: other services on subdomains
/// are not ours to bind, and neither can be taken back.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Id of the request; an extension that handlers can extract.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestId(pub(crate) String);

/// Serves one request. A panic of a handler becomes a 500.
pub(crate) async fn request_layer(State(domain): State<Domain>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers(), &domain);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let mut response = match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => render_problem(response, domain.public_url(), &id),
        Err(_) => panic_problem().render(domain.public_url(), &id),
    };
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    if domain.public_url().starts_with("https:") {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    let (route, status) = (path.as_deref().unwrap_or("none"), response.status().as_u16());
    telemetry::metrics::http_request_duration_seconds(route, metric_method(&method), status, started.elapsed());
    tracing::debug!(request_id = %id, %method, route, status, "request: answered");
    response
}

fn panic_problem() -> Problem {
    domain::Error::Failed(Fault::new("a handler panicked")).into()
}

/// Label of a method in metrics. Callers can invent methods, and each label would occupy a time series permanently.
fn metric_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Serializes the problem of a response, if it has one. Keeps headers that inner layers added, such as `Allow` and
/// CORS.
fn render_problem(mut response: Response, public_url: &str, id: &str) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let mut rendered = problem.render(public_url, id);
    for (name, value) in response.headers() {
        if name != axum::http::header::CONTENT_LENGTH && !rendered.headers().contains_key(name) {
            rendered.headers_mut().append(name, value.clone());
        }
    }
    rendered
}

/// Id chosen by the caller if it is valid, otherwise a random one.
fn request_id(headers: &HeaderMap, domain: &Domain) -> String {
    chosen_request_id(headers).map_or_else(|| domain.random_id(), ToOwned::to_owned)
}

/// Id chosen by the caller, in one field: 1 to 64 ASCII letters, digits, `-`, `_` and `.`. Anything else is ignored.
pub(crate) fn chosen_request_id(headers: &HeaderMap) -> Option<&str> {
    let plain = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    single(headers, REQUEST_ID).text().filter(plain)
}

/// CORS layer. Only the allowed origins may read responses, with credentials (Fetch standard, section 3.2).
pub(crate) fn cors_layer(settings: Arc<WebSettings>) -> CorsLayer {
    let may_read =
        move |origin: &HeaderValue, request: &Parts| site::may_read_answers(origin, &request.headers, &settings);
    let exposed = ["ratelimit", "ratelimit-policy", "x-request-id"].map(HeaderName::from_static);
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(may_read))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, HeaderName::from_static("idempotency-key")])
        .expose_headers(exposed.into_iter().chain([RETRY_AFTER]).collect::<Vec<_>>())
        .max_age(Duration::from_mins(10))
}
