//! Loopback guard. Webhooks are delivered to loopback addresses only, and pages are served to loopback names only.
//!
//! Otherwise a public page could resolve its own name to 127.0.0.1 and act as a person (DNS rebinding).

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use url::{Host, Url};

/// Refuses pages and control calls whose `Host` or `Origin` is not a loopback name.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    if is_local(request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "the sandbox accepts loopback names only\n").into_response()
    }
}

/// True if `Host`, and `Origin` if present, name this machine.
fn is_local(headers: &HeaderMap) -> bool {
    let value_of = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let host = value_of(header::HOST).is_some_and(|host| is_loopback_origin(&format!("http://{host}")));
    host && value_of(header::ORIGIN).is_none_or(is_loopback_origin)
}

fn is_loopback_origin(origin: &str) -> bool {
    Url::parse(origin).is_ok_and(|url| is_loopback(&url))
}

/// True if the URL points to this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
