//! Parsers of single values. An error reads "expected …, got …" and never quotes a value that may hold a secret.

use std::net::SocketAddr;

use hmac::{Hmac, KeyInit, Mac};
use ipnet::IpNet;
use sha2::Sha256;
use url::{Host, Url};

use crate::model::accounts::account::TelegramId;
use crate::model::billing::plan::Plans;
use crate::model::crypto::secret::Secret;
use crate::telemetry::LogFormat;

/// Telegram's shared accounts: anonymous group members and channels write as one of them.
const SHARED_TELEGRAM_IDS: [i64; 3] = [1_087_968_824, 136_817_688, 777_000];

pub(super) fn bot_token(text: &str) -> Result<Secret, String> {
    let is_valid = text.contains(':') && text.bytes().all(|b| b.is_ascii_graphic() && b != b'/');
    if is_valid {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err("expected a bot token (123456:ABC…), got another form".to_owned())
    }
}

fn url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text);
    let url = url.map_err(|error| format!("expected an https:// or http:// URL, got an invalid one: {error}"))?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    if is_web { Ok(url) } else { Err(format!("expected an https:// or http:// URL, got {}://", url.scheme())) }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

pub(super) fn https_or_loopback(text: &str) -> Result<Url, String> {
    let url = url(text)?;
    let is_safe = url.scheme() == "https" || is_loopback(&url);
    let origin = || url.origin().ascii_serialization();
    if is_safe { Ok(url) } else { Err(format!("expected https:// (http:// only for localhost), got {}", origin())) }
}

/// Removes slashes at the end of the path, because paths are appended to this URL.
pub(super) fn base_url(text: &str) -> Result<Url, String> {
    let mut url = url(text)?;
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

pub(super) fn public_url(text: &str) -> Result<Url, String> {
    let url = https_or_loopback(text)?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if is_bare { Ok(url) } else { Err("expected only scheme, host and port, got more".to_owned()) }
}

pub(super) fn webhook_url(text: &str) -> Result<Url, String> {
    let url = https_or_loopback(text)?;
    let path = url.path();
    let ours = ["/api/", "/web", "/docs", "/livez", "/readyz", "/embed.js", "/assets/", "/auth/"];
    let invalid = |c: char| !(c.is_ascii_alphanumeric() || "/-_.~".contains(c));
    let is_taken = ours.iter().any(|prefix| path.starts_with(prefix));
    if path == "/" || path.contains("//") || path.contains(invalid) || is_taken {
        let expected = "expected a path of its own, of letters, digits, / - _ . ~ (such as /telegram)";
        return Err(format!("{expected}, got another path"));
    }
    Ok(url)
}

pub(super) fn webhook_secret(text: &str) -> Result<Secret, String> {
    let is_valid = text.len() <= 256 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if is_valid {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err("expected 1 to 256 of A-Z a-z 0-9 _ -, got others or more".to_owned())
    }
}

/// Derives the secret from the bot token: equal on every instance, and unknown to anyone without the token.
pub(super) fn webhook_secret_of(bot_token: &Secret) -> Secret {
    let mac = Hmac::<Sha256>::new_from_slice(bot_token.reveal().as_bytes());
    let secret =
        mac.map(|mac| hex::encode(mac.chain_update(b"neuralbox-auth webhook secret v1").finalize().into_bytes()));
    Secret::new(secret.unwrap_or_default())
}

pub(super) fn seconds(text: &str) -> Result<i64, String> {
    let number = text.parse::<u32>().ok().filter(|number| *number > 0);
    number.map(i64::from).ok_or_else(|| format!("expected a positive number of seconds, got {text:?}"))
}

pub(super) fn count(text: &str) -> Result<usize, String> {
    let number = text.replace('_', "").parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("expected a positive number, got {text:?}"))
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

/// Rejects characters that are unsafe in HTTP headers and forms.
pub(super) fn visible(text: &str) -> Result<String, String> {
    let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_visible {
        Ok(text.to_owned())
    } else {
        Err("expected visible ASCII characters without spaces, got others".to_owned())
    }
}

/// Messages a second.
pub(super) fn rate(text: &str) -> Result<u32, String> {
    let number = text.replace('_', "").parse().ok().filter(|number| (1..=1_000_000).contains(number));
    number.ok_or_else(|| format!("expected 1 to 1000000 messages a second, got {text:?}"))
}

pub(super) fn list<T>(text: &str, parse: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(parse).collect()
}

pub(super) fn admin(text: &str) -> Result<TelegramId, String> {
    let id =
        text.parse().ok().and_then(TelegramId::new).ok_or_else(|| format!("expected Telegram ids, got {text:?}"))?;
    if SHARED_TELEGRAM_IDS.contains(&id.get()) {
        return Err(format!("expected ids of people, got {id}, which anonymous group members share"));
    }
    Ok(id)
}

pub(super) fn database_url(text: &str) -> Result<Secret, String> {
    let is_known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    let is_readable = !text.starts_with("postgres") || Url::parse(text).is_ok();
    if is_known && is_readable {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err("expected sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME, got another form".to_owned())
    }
}

pub(super) fn redis_url(text: &str) -> Result<Secret, String> {
    let is_valid = text.starts_with("redis://") && Url::parse(text).is_ok_and(|url| url.has_host());
    if is_valid {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err("expected redis://HOST:PORT/NUMBER, got another form".to_owned())
    }
}

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let text = text.replace("localhost:", "127.0.0.1:");
    text.parse().map_err(|_| format!("expected an address like 127.0.0.1:8080, got {text:?}"))
}

pub(super) fn jwt_secret(text: &str) -> Result<Secret, String> {
    let length = text.len();
    if length >= 32 {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err(format!("expected at least 32 bytes (`openssl rand -base64 48` makes 64), got {length}"))
    }
}

/// Like [`jwt_secret`], and also safe in an HTTP header.
pub(super) fn service_token(text: &str) -> Result<Secret, String> {
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("expected visible ASCII characters without spaces, got others".to_owned());
    }
    jwt_secret(text)
}

pub(super) fn origin(text: &str) -> Result<String, String> {
    let url = url(text).map_err(|what| format!("{what} (in {text:?})"))?;
    let origin = url.origin().ascii_serialization();
    if origin == text.trim_end_matches('/').to_ascii_lowercase() {
        Ok(origin)
    } else {
        Err(format!("expected an origin like https://example.com without a path, got {text:?}"))
    }
}

pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<std::net::IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| address()).map_err(|_| format!("expected a network like 10.0.0.0/8, got {text:?}"))
}

pub(super) fn plans_file(text: &str) -> Result<Plans, String> {
    let file = std::fs::read_to_string(text);
    let file = file.map_err(|error| format!("expected a readable file, got {text:?}: {error}"))?;
    Plans::parse(&file).map_err(|what| format!("expected valid plans, got {text:?}: {what}"))
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(format!("expected text or json, got {text:?}")),
    }
}
