//! Refusals that come by the thousand: written out once.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use bytes::Bytes;
use http_body_util::Full;

use crate::web::problem::{Problem, REQUEST_ID};

/// A problem that is written out but for the request's id: for refusals that come by the thousand.
#[derive(Clone)]
pub(crate) struct PrerenderedProblem {
    code: &'static str,
    status: StatusCode,
    fields: HeaderMap,
    before: String,
    after: String,
}

impl PrerenderedProblem {
    /// Writes a problem out.
    pub(crate) fn of(problem: &Problem) -> Self {
        let body = problem.body("\0");
        let (before, after) = body.split_once("\\u0000").unwrap_or((&body, ""));
        let mut fields = problem.headers().collect::<HeaderMap>();
        fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let (before, after) = (before.to_owned(), after.to_owned());
        Self { code: problem.code(), status: problem.status(), fields, before, after }
    }

    /// The code of the problem.
    pub(crate) const fn code(&self) -> &'static str {
        self.code
    }

    /// The response as it goes out.
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
