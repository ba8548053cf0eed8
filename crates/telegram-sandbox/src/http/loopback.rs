//! Keeps the sandbox at home: only loopback addresses are delivered to, and only loopback pages are answered.
//!
//! A public page could otherwise point its own name at 127.0.0.1 and act as a person (DNS rebinding).

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use url::{Host, Url};

/// Refuses pages and control calls that were not asked of, and from, a loopback name.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    if at_home(request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "the sandbox answers loopback names only\n").into_response()
    }
}

/// Whether `Host`, and `Origin` when it is there, name this machine.
fn at_home(headers: &HeaderMap) -> bool {
    let named = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let host = named(header::HOST).is_some_and(|host| is_loopback_origin(&format!("http://{host}")));
    host && named(header::ORIGIN).is_none_or(is_loopback_origin)
}

fn is_loopback_origin(origin: &str) -> bool {
    Url::parse(origin).is_ok_and(|url| is_loopback(&url))
}

/// Whether a URL leads to this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
