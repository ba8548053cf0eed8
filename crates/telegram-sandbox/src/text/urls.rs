//! Validation of addresses in texts and buttons.

use url::Url;

use crate::{bot_api::error::ApiError, http::loopback};

/// A text link in Telegram's form, with `http://` added to an address without a scheme. `None` if it makes no link.
pub(crate) fn normalize_link(url: &str) -> Option<String> {
    let opaque = url.starts_with("mailto:");
    let absolute = if opaque || url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    let parsed = Url::parse(&absolute).ok()?;
    let is_allowed = match parsed.scheme() {
        "http" | "https" => has_usable_host(&parsed),
        scheme => matches!(scheme, "tg" | "ton" | "mailto"),
    };
    is_allowed.then(|| parsed.into())
}

/// Validates the address of a `url` button: `http`, `https` or `tg`.
pub(crate) fn check_url_button(url: &str) -> Result<(), ApiError> {
    let invalid = |reason: &str| ApiError::bad(format!("inline keyboard button URL '{url}' is invalid: {reason}"));
    let absolute = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    let parsed = Url::parse(&absolute).map_err(|_| invalid("Wrong HTTP URL"))?;
    match parsed.scheme() {
        "tg" => Ok(()),
        "http" | "https" if has_usable_host(&parsed) => Ok(()),
        "http" | "https" => Err(invalid("Wrong HTTP URL")),
        _ => Err(invalid("Unsupported URL protocol")),
    }
}

/// Validates the address of a `login_url` or `web_app` button: `https`, or any loopback address.
pub(crate) fn check_https_button(what: &str, url: &str) -> Result<(), ApiError> {
    let invalid = |reason: &str| ApiError::bad(format!("inline keyboard button {what} '{url}' is invalid: {reason}"));
    let parsed = Url::parse(url).map_err(|_| invalid("Wrong HTTP URL"))?;
    match parsed.scheme() {
        "http" | "https" if loopback::is_loopback(&parsed) => Ok(()),
        "https" if has_usable_host(&parsed) => Ok(()),
        _ => Err(invalid("Only HTTPS links are allowed")),
    }
}

/// True for a host with a dot, as Telegram requires, and for loopback hosts, so that a local service can be linked.
fn has_usable_host(url: &Url) -> bool {
    let dotted = url.host_str().is_some_and(|host| host.contains('.') && !host.ends_with('.'));
    dotted || loopback::is_loopback(url)
}
