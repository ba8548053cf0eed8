//! Parsers of URLs. An error reads "expected …, got …" and never quotes a URL that may hold a secret.

use std::net::{IpAddr, Ipv6Addr};

use url::{Host, Url};

/// Ports to which Telegram's own servers push updates.
const WEBHOOK_PORTS: [u16; 4] = [443, 80, 88, 8443];
/// Endings of host names that exist only in private networks.
const PRIVATE_NAMES: [&str; 7] = [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".svc", ".test"];

fn url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text);
    let url = url.map_err(|error| format!("expected an https:// or http:// URL, got an invalid one: {error}"))?;
    let host = url.host_str().unwrap_or_default();
    if !matches!(url.scheme(), "http" | "https") || host.is_empty() {
        return Err(format!("expected an https:// or http:// URL, got {}://", url.scheme()));
    }
    if host.contains('*') {
        return Err("expected one host, got a pattern with *".to_owned());
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// True if the host is on this machine or in a private network: a private address, or a name that no public server has,
/// such as that of a container.
fn is_private(url: &Url) -> bool {
    let address = match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            return !name.contains('.') || PRIVATE_NAMES.iter().any(|ending| name.ends_with(ending));
        }
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => address.to_canonical(),
        None => return false,
    };
    match address {
        IpAddr::V4(address) => {
            let is_shared = |[a, b, ..]: [u8; 4]| a == 100 && (64..128).contains(&b);
            address.is_loopback() || address.is_private() || address.is_link_local() || is_shared(address.octets())
        }
        IpAddr::V6(address) => {
            address == Ipv6Addr::LOCALHOST || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

/// Returns a warning about a Bot API server whose connection others in its network can read; `None` if nobody can.
pub(super) fn plain_text_warning(url: &Url) -> Option<String> {
    (url.scheme() == "http" && !is_loopback(url)).then(|| {
        let host = url.host_str().unwrap_or_default();
        format!("TELEGRAM_API_URL: the bot token travels to {host} without TLS; keep that network private")
    })
}

pub(super) fn https_or_loopback(text: &str) -> Result<Url, String> {
    let url = url(text)?;
    let is_safe = url.scheme() == "https" || is_loopback(&url);
    let origin = || url.origin().ascii_serialization();
    if is_safe { Ok(url) } else { Err(format!("expected https:// (http:// only for localhost), got {}", origin())) }
}

/// Parses the address that snippets of a new key call. Everybody sees it, so it has no user and no password.
pub(super) fn snippet_url(text: &str) -> Result<Url, String> {
    let url = url(text)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("expected a URL without a user and a password, got more".to_owned());
    }
    Ok(url)
}

/// Parses the base URL of a Bot API server. Removes slashes at the end of the path, because paths are appended. Plain
/// http carries the bot token, so it is for private networks, where servers of one's own have no certificate.
pub(super) fn bot_api_url(text: &str) -> Result<Url, String> {
    let mut url = url(text)?;
    if url.scheme() == "http" && !is_private(&url) {
        let origin = url.origin().ascii_serialization();
        return Err(format!("expected https:// (http:// only in a private network), got {origin}"));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    let has_token = path.split('/').any(|part| part.starts_with("bot") && part.contains(':'));
    let has_more = url.query().is_some() || url.fragment().is_some() || !url.username().is_empty();
    if has_token || has_more || url.password().is_some() {
        return Err("expected only scheme, host, port and path, without the bot token, got more".to_owned());
    }
    url.set_path(&path);
    Ok(url)
}

pub(super) fn public_url(text: &str) -> Result<Url, String> {
    let url = https_or_loopback(text)?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_anonymous = url.username().is_empty() && url.password().is_none();
    if is_bare && is_anonymous { Ok(url) } else { Err("expected only scheme, host and port, got more".to_owned()) }
}

pub(super) fn webhook_url(text: &str) -> Result<Url, String> {
    let url = https_or_loopback(text)?;
    let path = url.path();
    let ours = [
        "/api/",
        "/web",
        "/docs",
        "/llms.txt",
        "/livez",
        "/readyz",
        "/embed.js",
        "/assets/",
        "/auth/",
        "/oauth2/",
        "/.well-known/",
    ];
    let invalid = |c: char| !(c.is_ascii_alphanumeric() || "/-_.~".contains(c));
    let is_taken = ours.iter().any(|prefix| path.starts_with(prefix));
    if path == "/" || path.contains("//") || path.contains(invalid) || is_taken {
        let expected = "expected a path of its own, of letters, digits, / - _ . ~ (such as /telegram)";
        return Err(format!("{expected}, got another path"));
    }
    Ok(url)
}

/// Returns the error of a webhook at a port to which Telegram's own servers do not push.
pub(super) fn webhook_port_error(webhook: Option<&Url>, api: Option<&Url>) -> Option<String> {
    let is_telegram = api.and_then(Url::host_str) == Some("api.telegram.org");
    let port = webhook.filter(|_| is_telegram).and_then(Url::port_or_known_default)?;
    (!WEBHOOK_PORTS.contains(&port))
        .then(|| format!("expected port 443, 80, 88 or 8443, the only ones that Telegram uses, got {port}"))
}

/// Returns an issuer unchanged, because providers compare it byte by byte.
pub(super) fn issuer(text: &str) -> Result<String, String> {
    let url = https_or_loopback(text)?;
    let is_bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if is_bare { Ok(text.to_owned()) } else { Err("expected only scheme, host, port and path, got more".to_owned()) }
}

/// Returns a redirect URI unchanged, because providers compare it byte by byte.
pub(super) fn redirect_uri(text: &str) -> Result<String, String> {
    let url = https_or_loopback(text).map_err(|what| format!("{what} (in {text:?})"))?;
    if url.fragment().is_none() {
        Ok(text.to_owned())
    } else {
        Err(format!("expected a URL without a fragment, got {text:?}"))
    }
}

/// Returns an origin as browsers send it: in lower case, without a default port, international names in ASCII.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let url = url(text).map_err(|what| format!("{what} (in {text:?})"))?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if is_bare && url.username().is_empty() && url.password().is_none() {
        Ok(url.origin().ascii_serialization())
    } else {
        Err(format!("expected an origin like https://example.com without a path, got {text:?}"))
    }
}
