//! Problems serialized once. Key verification answers them thousands of times a second under attack.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use bytes::Bytes;
use http_body_util::Full;

use crate::web::problem::{Problem, REQUEST_ID};

/// Serialized problem with a gap for the id of the request.
#[derive(Clone)]
pub(crate) struct PrerenderedProblem {
    code: &'static str,
    status: StatusCode,
    fields: HeaderMap,
    before: String,
    after: String,
}

impl PrerenderedProblem {
    /// Serializes `problem` and splits the body at the id of the request.
    pub(crate) fn new(problem: &Problem, public_url: &str) -> Self {
        let body = problem.body(public_url, "\0");
        let (before, after) = body.split_once("\\u0000").unwrap_or((&body, ""));
        let mut fields = problem.headers().collect::<HeaderMap>();
        fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let (before, after) = (before.to_owned(), after.to_owned());
        Self { code: problem.code(), status: problem.status(), fields, before, after }
    }

    /// Code of the problem; labels its metric.
    pub(crate) const fn code(&self) -> &'static str {
        self.code
    }

    /// Complete response for one request.
    pub(crate) fn render(&self, request_id: &str) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::from([&self.before, request_id, &self.after].concat()));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.fields.clone();
        if let Ok(id) = HeaderValue::from_str(request_id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
}
