//! The gateway's question, asked about every API request: any method, any path behind it, any query.
//!
//! It stands outside the router and its layers, because they cost more than the answer does (`web::door`).

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response};
use bytes::Bytes;
use futures::FutureExt;
use http_body_util::{Either, Full};
use ipnet::IpNet;
use metrics::Counter;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::domain::api_keys::verify::VerifiedKey;
use crate::domain::error::CredentialError;
use crate::domain::{Domain, Error, Fault, Refusal};
use crate::model::billing::plan::Plan;
use crate::telemetry;
use crate::web::extract::caller::{bearer, network};
use crate::web::middleware::is_valid_request_id;
use crate::web::problem::prerendered::PrerenderedProblem;
use crate::web::problem::{Problem, ProblemBody};
use crate::web::rate_limit_headers::{policy_field, write_quota};
use crate::web::server::VerifyResponse;

/// What may stand in a header as it is: RFC 3986's unreserved characters.
const HEADER_ENCODE_SET: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path; anything may follow it, behind a slash.
const VERIFY_PATH: &str = "/api/v2/auth/verify";

/// Writes a value of a header.
type HeaderWriter = fn(&VerifiedKey, &mut String);

/// What differs from one yes to the next: each header, and how its value is written.
const IDENTITY_HEADERS: [(&str, HeaderWriter); 5] = [
    ("x-neuralbox-user-id", |admitted, to| write_number(admitted.account().0, to)),
    ("x-neuralbox-key-id", |admitted, to| write_number(admitted.key.0, to)),
    ("x-neuralbox-key-name", |admitted, to| to.extend(utf8_percent_encode(&admitted.key_name, HEADER_ENCODE_SET))),
    ("x-neuralbox-token-balance", |admitted, to| write_number(admitted.token_balance, to)),
    ("ratelimit", |admitted, to| write_quota(&admitted.quota, to)),
];

/// An empty value.
const EMPTY_VALUE: HeaderValue = HeaderValue::from_static("");

/// Answers the gateway's question.
pub struct VerifyEndpoint {
    domain: Domain,
    trusted_proxies: Vec<IpNet>,
    /// The header of a yes on each plan, in the order of the plans.
    yes: Vec<HeaderMap>,
    admitted: Counter,
    not_authenticated: (PrerenderedProblem, Counter),
    key_unknown: (PrerenderedProblem, Counter),
    /// What ids of requests begin with, and how many there were.
    ids: (String, AtomicU64),
}

/// The header of a yes, with a place for each value of [`IDENTITY_HEADERS`] in front: to copy it costs less than to put it together.
fn identity_header(plan: &Plan) -> HeaderMap {
    // Plans live as long as the process: a value that does too is copied without counting who holds it.
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
    /// Answers from those verbs.
    #[must_use]
    pub fn new(domain: Domain, trusted_proxies: Vec<IpNet>) -> Arc<Self> {
        let mut id = domain.random_id();
        id.truncate(16);
        Arc::new(Self {
            yes: domain.plans().iter().map(identity_header).collect(),
            admitted: telemetry::answers("admitted"),
            not_authenticated: canned(Refusal::NotAuthenticated),
            key_unknown: canned(Refusal::InvalidCredential(CredentialError::KeyUnknown)),
            ids: (id, AtomicU64::new(0)),
            domain,
            trusted_proxies,
        })
    }

    /// Whether a path asks the question.
    pub(crate) fn matches(path: &str) -> bool {
        path.strip_prefix(VERIFY_PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    async fn verify_key(&self, headers: &HeaderMap, peer: IpAddr) -> Result<VerifiedKey, Error> {
        let network = || network(Some(peer), headers, &self.trusted_proxies);
        self.domain.verify_key(bearer(headers)?, network).await
    }

    /// Every identity header is always there, so that a gateway that copies them overwrites whatever the caller sent.
    fn yes(&self, admitted: &VerifiedKey, asked: &HeaderMap) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::default());
        let headers = response.headers_mut();
        if let Some(plan) = self.yes.get(usize::from(admitted.plan)) {
            headers.clone_from(plan);
        }
        tell(admitted, headers.values_mut());
        if wants_json(asked) {
            headers.remove(CONTENT_LENGTH);
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            let key = json!({ "id": admitted.key, "name": admitted.key_name.as_str() });
            let body = json!({ "user": self.domain.user_of(admitted), "key": key });
            *response.body_mut() = Full::from(body.to_string());
        }
        response
    }

    fn no(&self, error: Error, asked: &HeaderMap) -> VerifyResponse {
        let id = is_valid_request_id(asked).map_or_else(|| self.next_id(), ToOwned::to_owned);
        let (canned, counter) = match &error {
            Error::Refused(Refusal::NotAuthenticated) => &self.not_authenticated,
            Error::Refused(Refusal::InvalidCredential(CredentialError::KeyUnknown)) => &self.key_unknown,
            _ => {
                let problem = Problem::from(error);
                telemetry::verified(problem.code());
                return problem.render(&id).map(Either::Right);
            }
        };
        counter.increment(1);
        canned.render(&id).map(Either::Left)
    }

    /// An id for a request that has none: never twice, and cheaper than chance.
    fn next_id(&self) -> String {
        let (first, count) = &self.ids;
        [first, hex::encode(count.fetch_add(1, Ordering::Relaxed).to_be_bytes()).as_str()].concat()
    }
}

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
pub(crate) async fn verify(gate: &VerifyEndpoint, headers: &HeaderMap, peer: IpAddr) -> VerifyResponse {
    // Outside the layers there is no other net under a panic, and a cut connection is no answer.
    let answer = AssertUnwindSafe(gate.verify_key(headers, peer)).catch_unwind().await;
    match answer.unwrap_or_else(|_| Err(Error::Failed(Fault::new("the check of a key panicked")))) {
        Ok(admitted) => {
            gate.admitted.increment(1);
            gate.yes(&admitted, headers).map(Either::Left)
        }
        Err(error) => gate.no(error, headers),
    }
}

/// A refusal that is written out, and its counter.
fn canned(refusal: Refusal) -> (PrerenderedProblem, Counter) {
    let canned = PrerenderedProblem::of(&refusal.into());
    let counter = telemetry::answers(canned.code());
    (canned, counter)
}

/// Puts the values of [`IDENTITY_HEADERS`] into their places: one piece of memory for all of them, and each moved once.
fn tell<'a>(admitted: &VerifiedKey, places: impl Iterator<Item = &'a mut HeaderValue>) {
    let mut text = String::with_capacity(128);
    let ends = IDENTITY_HEADERS.map(|(_, write)| {
        write(admitted, &mut text);
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
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| {
        let essence = |kind: &str| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        accept.split(',').any(|kind| essence(kind) == "application/json")
    })
}
