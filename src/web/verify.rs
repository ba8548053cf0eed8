//! Key verification for gateways (forward auth). Accepts any method, any subpath and any query.
//!
//! The connection handler (`web::server`) calls it directly, because the router and its layers cost more than the check
//! itself.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response};
use bytes::Bytes;
use futures::FutureExt;
use http_body_util::{Either, Full};
use metrics::Counter;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::domain::api_keys::verify::VerifiedKey;
use crate::domain::error::CredentialError;
use crate::domain::{Domain, Error, Fault, Refusal};
use crate::model::billing::plan::Plan;
use crate::telemetry;
use crate::web::api::accounts::profile::UserView;
use crate::web::extract::caller::bearer;
use crate::web::extract::header_fields::{essence, members};
use crate::web::extract::trusted_proxies::TrustedProxies;
use crate::web::middleware::chosen_request_id;
use crate::web::openapi::responses;
use crate::web::problem::Problem;
use crate::web::problem::prerendered::PrerenderedProblem;
use crate::web::problem::refusals::credentials;
use crate::web::rate_limit_headers::{policy_field, write_quota};
use crate::web::server::VerifyResponse;

/// Characters percent-encoded in header values: all but the unreserved ones of RFC 3986.
const HEADER_ENCODE_SET: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Path of the endpoint. Gateways may append the original path after a slash.
const VERIFY_PATH: &str = "/api/v2/auth/verify";

/// Beginning of every JWT: a brace and a quote, in base64url.
const JWT_START: &str = "eyJ";

/// Appends the value of one header.
type HeaderWriter = fn(&VerifiedKey, &mut String);

/// Headers that differ between accepted requests, each with its writer.
const IDENTITY_HEADERS: [(&str, HeaderWriter); 5] = [
    ("x-neuralbox-user-id", |verified, to| write_number(verified.account().0, to)),
    ("x-neuralbox-key-id", |verified, to| write_number(verified.key.0, to)),
    ("x-neuralbox-key-name", |verified, to| to.extend(utf8_percent_encode(&verified.key_name, HEADER_ENCODE_SET))),
    ("x-neuralbox-token-balance", |verified, to| write_number(verified.token_balance, to)),
    ("ratelimit", |verified, to| write_quota(&verified.quota, to)),
];

/// Placeholder for a value of [`IDENTITY_HEADERS`].
const EMPTY_VALUE: HeaderValue = HeaderValue::from_static("");

/// Endpoint that answers a gateway whether an API key may make a request now.
pub struct VerifyEndpoint {
    domain: Domain,
    trusted_proxies: Arc<TrustedProxies>,
    /// Header template of an accepted request for each plan, in the order of the plans.
    templates: Vec<HeaderMap>,
    admitted: Counter,
    not_authenticated: (PrerenderedProblem, Counter),
    key_unknown: (PrerenderedProblem, Counter),
    /// Unknown key that is an access token.
    access_token_sent: (PrerenderedProblem, Counter),
    /// Random prefix of request ids, and the counter that follows it.
    ids: (String, AtomicU64),
}

/// Header template of a plan. Placeholders for the values of [`IDENTITY_HEADERS`] come first. Cloning a template costs
/// less than assembling the headers for each response.
fn header_template(plan: &Plan) -> HeaderMap {
    // Plans live as long as the process, so leaking is bounded. Clones of a static value need no reference count.
    let text = |text: &str| {
        HeaderValue::from_maybe_shared(Bytes::from_static(text.to_owned().leak().as_bytes())).unwrap_or(EMPTY_VALUE)
    };
    let fields = IDENTITY_HEADERS.into_iter().map(|(name, _)| (name, EMPTY_VALUE)).chain([
        ("x-neuralbox-plan", text(&plan.id)),
        ("ratelimit-policy", text(&policy_field(&plan.id, plan.requests_per_minute))),
        ("cache-control", HeaderValue::from_static("no-store")),
        ("content-length", HeaderValue::from_static("0")),
    ]);
    fields.map(|(name, value)| (HeaderName::from_static(name), value)).collect()
}

impl VerifyEndpoint {
    /// Prepares the header templates and the frequent refusals.
    #[must_use]
    pub fn new(domain: Domain, trusted_proxies: Arc<TrustedProxies>) -> Arc<Self> {
        let mut id = domain.random_id();
        id.truncate(16);
        let key_unknown = Refusal::InvalidCredential(CredentialError::KeyUnknown);
        Arc::new(Self {
            templates: domain.plans().iter().map(header_template).collect(),
            admitted: telemetry::metrics::key_verifications_counter("admitted"),
            not_authenticated: prerendered(&Refusal::NotAuthenticated.into(), domain.public_url()),
            key_unknown: prerendered(&key_unknown.into(), domain.public_url()),
            access_token_sent: prerendered(&credentials::access_token_sent(), domain.public_url()),
            ids: (id, AtomicU64::new(0)),
            domain,
            trusted_proxies,
        })
    }

    /// Proxies that ask for verifications.
    pub(crate) fn trusted_proxies(&self) -> Arc<TrustedProxies> {
        Arc::clone(&self.trusted_proxies)
    }

    /// True for the path of the endpoint and its subpaths.
    pub(crate) fn matches(path: &str) -> bool {
        path.strip_prefix(VERIFY_PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    async fn verify_key(&self, headers: &HeaderMap, peer: IpAddr) -> Result<VerifiedKey, Error> {
        let network = || self.trusted_proxies.network(Some(peer), headers);
        self.domain.verify_key(bearer(headers)?, network).await
    }

    /// Response that accepts a request. Sets every identity header, so that a gateway that copies them overwrites those
    /// of the client.
    fn accept(&self, verified: &VerifiedKey, request: &HeaderMap) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::default());
        let headers = response.headers_mut();
        if let Some(template) = self.templates.get(usize::from(verified.plan)) {
            headers.clone_from(template);
        }
        fill(verified, headers.values_mut());
        if wants_json(request) {
            headers.remove(CONTENT_LENGTH);
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            let key = json!({ "id": verified.key, "name": verified.key_name.as_str() });
            let body = json!({ "user": UserView::from(self.domain.user_of(verified)), "key": key });
            *response.body_mut() = Full::from(body.to_string());
        }
        response
    }

    fn refuse(&self, error: Error, request: &HeaderMap) -> VerifyResponse {
        let id = chosen_request_id(request).map_or_else(|| self.next_id(), ToOwned::to_owned);
        let (problem, counter) = match &error {
            Error::Refused(Refusal::NotAuthenticated) => &self.not_authenticated,
            Error::Refused(Refusal::InvalidCredential(CredentialError::KeyUnknown)) => {
                let is_token = bearer(request).is_ok_and(|credential| credential.starts_with(JWT_START));
                if is_token { &self.access_token_sent } else { &self.key_unknown }
            }
            _ => {
                let problem = Problem::from(error);
                telemetry::metrics::key_verifications_total(problem.code());
                return problem.render(self.domain.public_url(), &id).map(Either::Right);
            }
        };
        counter.increment(1);
        problem.render(&id).map(Either::Left)
    }

    /// Unique id for a request without one. A counter costs less than a random number.
    fn next_id(&self) -> String {
        let (prefix, count) = &self.ids;
        [prefix, hex::encode(count.fetch_add(1, Ordering::Relaxed).to_be_bytes()).as_str()].concat()
    }
}

/// Verify the API key in `Authorization: Bearer nb_…`.
///
/// Counts as one request toward the rate limit of its owner.
#[utoipa::path(
    get, path = "/api/v2/auth/verify", operation_id = "verifyKey", tag = "Gateway", security(("key" = [])),
    responses(
        (status = 200, description = "The key may make this request. Headers identify it, and the body is empty; with `Accept: application/json` it holds the key and its owner",
         headers(
            ("X-NeuralBox-User-Id" = i64, description = "Id of the account"),
            ("X-NeuralBox-Plan" = String, description = "Id of the plan"),
            ("X-NeuralBox-Key-Id" = i64, description = "Id of the API key"),
            ("X-NeuralBox-Key-Name" = String, description = "Name of the API key, percent-encoded"),
            ("X-NeuralBox-Token-Balance" = i64, description = "Token balance of the account"),
            ("RateLimit-Policy" = String, description = "Rate limit: quota `q` and window `w` in seconds, such as `\"vip\";q=600;w=60`"),
            ("RateLimit" = String, description = "Requests left `r` within `t` seconds, such as `\"vip\";r=599;t=60`"),
         )),
        responses::KeyErrors,
        (status = 403, description = "The plan does not include API access, or the account is suspended or scheduled for deletion"),
        (status = 429, description = "The rate limit is exceeded"),
    )
)]
pub(crate) async fn verify(endpoint: &VerifyEndpoint, headers: &HeaderMap, peer: IpAddr) -> VerifyResponse {
    // No layer of the router catches panics here, and a panic would cut the connection without a response.
    let result = AssertUnwindSafe(endpoint.verify_key(headers, peer)).catch_unwind().await;
    match result.unwrap_or_else(|_| Err(Error::Failed(Fault::new("key verification panicked")))) {
        Ok(verified) => {
            endpoint.admitted.increment(1);
            endpoint.accept(&verified, headers).map(Either::Left)
        }
        Err(error) => endpoint.refuse(error, headers),
    }
}

/// Serialized refusal with its counter.
fn prerendered(problem: &Problem, public_url: &str) -> (PrerenderedProblem, Counter) {
    let problem = PrerenderedProblem::new(problem, public_url);
    let counter = telemetry::metrics::key_verifications_counter(problem.code());
    (problem, counter)
}

/// Replaces the placeholders by the values of [`IDENTITY_HEADERS`]. All values share one allocation.
fn fill<'a>(verified: &VerifiedKey, places: impl Iterator<Item = &'a mut HeaderValue>) {
    let mut text = String::with_capacity(128);
    let ends = IDENTITY_HEADERS.map(|(_, write)| {
        write(verified, &mut text);
        text.len()
    });
    let (mut rest, mut begin) = (Bytes::from(text), 0);
    for (place, end) in places.zip(ends) {
        let value = rest.split_to(end - begin);
        begin = end;
        if let Ok(value) = HeaderValue::from_maybe_shared(value) {
            *place = value;
        }
    }
}

fn write_number(number: i64, to: &mut String) {
    to.push_str(itoa::Buffer::new().format(number));
}

fn wants_json(headers: &HeaderMap) -> bool {
    let mut kinds = members(headers, ACCEPT).filter_map(essence);
    kinds.any(|kind| kind.eq_ignore_ascii_case("application/json"))
}
