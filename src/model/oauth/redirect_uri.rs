//! Addresses of clients: which may be registered, and which one a request may name (RFC 9700, 4.1.3; RFC 8252, 7).
//!
//! Addresses are compared as text, without prefixes, wildcards or normalizing. Only the port of a loopback address of a
//! native client may differ, because such a client listens on any free one.

use url::{Host, Url};

/// Longest address.
const MAX_URI_BYTES: usize = 2000;
/// Hosts that lead to the person's own machine.
const LOOPBACK_HOSTS: [&str; 3] = ["127.0.0.1", "[::1]", "localhost"];

/// Kind of a redirect address, which decides how much it proves about its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectKind {
    /// A website. Only its owner receives the response.
    Https,
    /// A program on the person's machine. Any program there can listen.
    Loopback,
    /// A scheme that an app registered. Any app can register it.
    Custom,
}

/// Addresses that a client may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectPolicy {
    /// Websites and loopback.
    Web,
    /// Also schemes of apps.
    Native,
}

/// Checks an address to be registered. The error completes the sentence "field …".
pub fn check_redirect_uri(text: &str, policy: RedirectPolicy) -> Result<RedirectKind, &'static str> {
    let url = parse(text)?;
    match kind_of(&url) {
        Some(RedirectKind::Custom) if policy == RedirectPolicy::Web => {
            Err("must use https, or http to this machine; other schemes need a native client")
        }
        Some(kind) => Ok(kind),
        None => Err("must use https, http to 127.0.0.1, [::1] or localhost, or a scheme with a dot and a path"),
    }
}

/// Checks an origin to be registered: scheme, host and port. The error completes the sentence "field …".
pub fn check_origin(text: &str) -> Result<(), &'static str> {
    let expected = "must be an origin such as https://shop.example, without a path";
    let url = parse(text).map_err(|_| expected)?;
    let is_web = matches!(kind_of(&url), Some(RedirectKind::Https | RedirectKind::Loopback));
    if is_web && url.origin().ascii_serialization() == text { Ok(()) } else { Err(expected) }
}

/// Checks an address that pages link to. The error completes the sentence "field …".
pub fn check_link(text: &str) -> Result<(), &'static str> {
    let url = parse(text)?;
    let is_web = matches!(kind_of(&url), Some(RedirectKind::Https | RedirectKind::Loopback));
    if is_web { Ok(()) } else { Err("must use https") }
}

/// Checks the identifier of an API (RFC 8707, 2). The error completes the sentence "field …".
pub fn check_resource(text: &str) -> Result<(), &'static str> {
    parse(text).map(drop).map_err(|_| "must be an absolute URI of at most 2000 characters without a fragment")
}

/// Returns the kind of an address that was registered.
#[must_use]
pub fn redirect_kind(text: &str) -> RedirectKind {
    Url::parse(text).ok().and_then(|url| kind_of(&url)).unwrap_or(RedirectKind::Custom)
}

/// True if a request may name `requested` where `registered` was registered.
#[must_use]
pub fn redirect_matches(registered: &str, requested: &str, policy: RedirectPolicy) -> bool {
    if registered == requested {
        return true;
    }
    let without_ports = loopback_without_port(registered).zip(loopback_without_port(requested));
    policy == RedirectPolicy::Native && without_ports.is_some_and(|(one, other)| one == other)
}

/// True if two identifiers name the same API: equal, or differing by a lone slash after a bare origin.
#[must_use]
pub fn is_same_resource(one: &str, other: &str) -> bool {
    without_lone_slash(one) == without_lone_slash(other)
}

fn without_lone_slash(text: &str) -> &str {
    let is_origin = |short: &&str| short.split_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?']));
    text.strip_suffix('/').filter(is_origin).unwrap_or(text)
}

/// Returns the origin of an address, or `scheme:` for the scheme of an app: what a content security policy names.
#[must_use]
pub fn origin_of(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    Some(if url.has_host() { url.origin().ascii_serialization() } else { format!("{}:", url.scheme()) })
}

/// Returns the host that an address leads to, as people read it; the scheme for an app.
#[must_use]
pub fn host_of(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    Some(url.host_str().unwrap_or(url.scheme()).to_owned())
}

fn parse(text: &str) -> Result<Url, &'static str> {
    if text.len() > MAX_URI_BYTES {
        return Err("must have at most 2000 characters");
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) || text.contains(['\\', '"', '<', '>', '\'']) {
        return Err("must be an absolute URI without spaces and quotes");
    }
    if text.contains('*') {
        return Err("must not contain a wildcard");
    }
    if text.contains('#') {
        return Err("must not have a fragment");
    }
    let url = Url::parse(text).map_err(|_| "must be an absolute URI such as https://app.example/callback")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or password");
    }
    Ok(url)
}

fn kind_of(url: &Url) -> Option<RedirectKind> {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => Some(RedirectKind::Https),
        ("http", Some(host)) => is_loopback(&host).then_some(RedirectKind::Loopback),
        // A dot, as in a domain that its owner reversed, keeps schemes of apps apart (RFC 8252, 7.1).
        (scheme, None) if scheme.contains('.') => url.path().starts_with('/').then_some(RedirectKind::Custom),
        _ => None,
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    LOOPBACK_HOSTS.contains(&host.to_string().as_str())
}

/// Returns host and path of a loopback address, without its port.
fn loopback_without_port(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("http://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end)?;
    let host = LOOPBACK_HOSTS.into_iter().find(|host| {
        authority.strip_prefix(host).is_some_and(|port| {
            port.is_empty() || port.strip_prefix(':').is_some_and(|number| number.parse::<u16>().is_ok())
        })
    })?;
    Some((host, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn websites_and_loopback_may_be_registered() {
        let kind = |text| check_redirect_uri(text, RedirectPolicy::Web);
        assert_eq!(kind("https://app.example/callback?x=1"), Ok(RedirectKind::Https));
        for local in ["http://127.0.0.1/cb", "http://[::1]:8080/cb", "http://localhost:3000/"] {
            assert_eq!(kind(local), Ok(RedirectKind::Loopback), "{local}");
        }
        let long = format!("https://app.example/{}", "a".repeat(2000));
        for bad in [
            "",
            "/callback",
            "http://app.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "https://app.example/cb#x",
            "https://app.example/*",
            "https://*.app.example/cb",
            "https://user@app.example/cb",
            "https://app.example/c b",
            "https://app.example\\@evil.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "com.example.app:/cb",
            &long,
        ] {
            assert!(kind(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn native_clients_may_register_schemes_with_a_dot() {
        let kind = |text| check_redirect_uri(text, RedirectPolicy::Native);
        assert_eq!(kind("com.example.app:/callback"), Ok(RedirectKind::Custom));
        for bad in ["app:/callback", "com.example.app:callback", "javascript:/x", "com.example.app://host/cb"] {
            assert!(kind(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_the_port_of_a_native_loopback_address_may_differ() {
        let native = |registered, requested| redirect_matches(registered, requested, RedirectPolicy::Native);
        assert!(native("http://localhost/callback", "http://localhost:49567/callback"));
        assert!(native("http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb"));
        assert!(native("http://[::1]/cb?x=1", "http://[::1]:9/cb?x=1"));
        assert!(!redirect_matches("http://localhost/cb", "http://localhost:1/cb", RedirectPolicy::Web));
        for other in [
            "http://localhost:49567/callback/",
            "http://localhost:49567/callback?x",
            "http://localhost:99999/callback",
            "http://localhost:1@evil.example/callback",
            "http://localhost.evil.example/callback",
            "https://localhost/callback",
            "http://127.0.0.1/callback",
            "http://LOCALHOST/callback",
        ] {
            assert!(!native("http://localhost/callback", other), "{other}");
        }
        assert!(!native("https://app.example/cb", "https://app.example:8443/cb"));
    }

    #[test]
    fn origins_are_bare() {
        for good in ["https://shop.example", "https://shop.example:8443", "http://localhost:9300", "http://127.0.0.1"] {
            assert!(check_origin(good).is_ok(), "{good}");
        }
        for bad in [
            "https://shop.example/",
            "https://Shop.example",
            "https://shop.example:443",
            "http://shop.example",
            "*",
            "null",
        ] {
            assert!(check_origin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_lone_slash_after_an_origin_makes_no_other_api() {
        assert!(is_same_resource("https://api.example", "https://api.example/"));
        assert!(!is_same_resource("https://api.example/v1", "https://api.example/v1/"));
        assert!(!is_same_resource("https://api.example", "https://api.example.evil"));
    }

    #[test]
    fn a_policy_names_origins_and_schemes() {
        let origin = |text| origin_of(text).expect("an address");
        assert_eq!(origin("https://app.example:8443/cb?x"), "https://app.example:8443");
        assert_eq!(origin("com.example.app:/cb"), "com.example.app:");
        assert_eq!(host_of("http://localhost:3000/cb").as_deref(), Some("localhost"));
        assert_eq!(host_of("com.example.app:/cb").as_deref(), Some("com.example.app"));
    }
}
