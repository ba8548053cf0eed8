//! CORS of the endpoints. Tokens travel in bodies and header fields, so most answers allow no credentials; the one
//! exception is a client that keeps its refresh token in a cookie of ours.
//!
//! An error without these fields looks like a network fault to a page, so they stand on every answer.

use axum::extract::State;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::web::WebState;
use crate::web::extract::header_fields::single;

/// Header field that a form cannot send. With it, a client keeps its refresh token in a cookie.
pub(crate) const EMBED: &str = "x-neuralbox-embed";

/// Time for which browsers may remember the answer to a preflight, in seconds.
const PREFLIGHT_SECS: HeaderValue = HeaderValue::from_static("600");

/// Website that may read an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// No website.
    Nobody,
    /// A website, without credentials.
    Website(String),
    /// A website that sends its cookie of ours.
    WebsiteWithCookie(String),
}

/// Website of a request, if a browser names it.
pub(crate) fn origin(headers: &HeaderMap) -> Option<&str> {
    single(headers, ORIGIN).text()
}

/// Lets a website read an answer.
pub(crate) fn readable_by(reader: &Reader, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("origin"));
    let (origin, has_cookie) = match reader {
        Reader::Nobody => return response,
        Reader::Website(origin) => (origin, false),
        Reader::WebsiteWithCookie(origin) => (origin, true),
    };
    if let Ok(origin) = HeaderValue::from_str(origin) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after, x-request-id"));
        if has_cookie {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }
    response
}

/// Lets every website read an answer, without credentials.
pub(crate) fn readable_by_anyone(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("www-authenticate, x-request-id"));
    response
}

/// Answers a browser that asks for an endpoint which every website may call.
pub(crate) async fn preflight_for_anyone() -> Response {
    let fields = [
        (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST")),
        (ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type")),
        (ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECS),
    ];
    readable_by_anyone((StatusCode::NO_CONTENT, fields).into_response())
}

/// Answers a browser that asks for an endpoint of clients. It does not say which client will call, so the website must be
/// that of any; the answer to the call itself is for the websites of its client alone.
pub(crate) async fn preflight_for_clients(State(web): State<WebState>, headers: HeaderMap) -> Response {
    let reader = match origin(&headers) {
        Some(origin) if is_registered(&web, origin).await => Reader::WebsiteWithCookie(origin.to_owned()),
        _ => Reader::Nobody,
    };
    let fields = [
        (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST")),
        (ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type, x-neuralbox-embed")),
        (ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECS),
    ];
    match reader {
        Reader::Nobody => readable_by(&reader, StatusCode::NO_CONTENT.into_response()),
        _ => readable_by(&reader, (StatusCode::NO_CONTENT, fields).into_response()),
    }
}

/// True if the website is one of any enabled client. A fault counts as no.
pub(crate) async fn is_registered(web: &WebState, origin: &str) -> bool {
    web.domain.origin_is_allowed(origin).await.unwrap_or(false)
}
