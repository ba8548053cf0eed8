//! Content security policy of pages whose form may lead to a client. Browsers hold `form-action` against every redirect of
//! a submission, so the way from the password to the client would end on our page.

use axum::http::HeaderName;
use axum::http::header::CONTENT_SECURITY_POLICY;

use crate::web::WebState;
use crate::web::page_paths;
use crate::web::pages::middleware::PAGE_POLICY;

/// Header field with a policy.
pub(in crate::web::pages) type PolicyField = [(HeaderName, String); 1];

/// Adds the client of the authorization request that continues at `next`, if one does.
pub(in crate::web::pages) async fn leading_to_next(web: &WebState, next: Option<&str>, policy: String) -> String {
    match next.and_then(page_paths::continued_request) {
        Some(request) => leading_to_client(web, &request, policy).await,
        None => policy,
    }
}

/// Policy of a page that answers an authorization request.
pub(super) async fn of_request(web: &WebState, request: &str) -> PolicyField {
    [(CONTENT_SECURITY_POLICY, leading_to_client(web, request, PAGE_POLICY.to_owned()).await)]
}

/// Policy of a page with a form that leads to the origin of `address`.
pub(super) fn of_address(address: &str) -> PolicyField {
    let origin = url::Url::parse(address).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    [(CONTENT_SECURITY_POLICY, extended(PAGE_POLICY, &origin))]
}

/// A client that can't be looked up is left out: its page is shown, and the form may fail.
async fn leading_to_client(web: &WebState, request: &str, policy: String) -> String {
    match web.domain.authorization_origin(request).await {
        Ok(Some(origin)) => extended(&policy, &origin),
        Ok(None) | Err(_) => policy,
    }
}

fn extended(policy: &str, origin: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b":/.-+_[]".contains(&byte);
    if origin.is_empty() || origin == "null" || !origin.bytes().all(is_plain) {
        return policy.to_owned();
    }
    // A source can't name an IPv6 address (CSP 3, section 2.3.1): its scheme stands for it.
    let source = if origin.contains('[') { "http:" } else { origin };
    policy.replace("form-action 'self'", &format!("form-action 'self' {source}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_stands_beside_ours() {
        let policy = |origin| extended("form-action 'self'; base-uri 'none'", origin);
        assert_eq!(policy("https://app.example:8443"), "form-action 'self' https://app.example:8443; base-uri 'none'");
        assert_eq!(policy("com.example.app:"), "form-action 'self' com.example.app:; base-uri 'none'");
        assert_eq!(policy("http://[::1]:4000"), "form-action 'self' http:; base-uri 'none'");
        for odd in ["", "null", "https://a; script-src *", "https://a b"] {
            assert_eq!(policy(odd), "form-action 'self'; base-uri 'none'", "{odd}");
        }
    }
}
