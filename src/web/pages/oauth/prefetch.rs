//! Browsers may load a page before anybody asks for it. On these paths that would spend a code or a request.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::web::extract::header_fields::lossy;

/// Refuses a prefetch; the browser then loads the page when the person asks for it.
pub(in crate::web::pages) async fn refuse(request: Request, next: Next) -> Response {
    if is_prefetch(request.headers()) { StatusCode::FORBIDDEN.into_response() } else { next.run(request).await }
}

/// True for a prefetch or prerender (Fetch, `Sec-Purpose`), and by the older names of that field.
fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"].into_iter().any(|name| {
        let value = lossy(headers, name).to_ascii_lowercase();
        value.contains("prefetch") || value.contains("prerender") || value.contains("preview")
    })
}
