//! How each value is read, and what is said when it cannot be. No message shows a secret.

use std::net::SocketAddr;

use hmac::{Hmac, KeyInit, Mac};
use ipnet::IpNet;
use sha2::Sha256;
use url::{Host, Url};

use crate::model::accounts::account::TelegramId;
use crate::model::billing::plan::Plans;
use crate::model::crypto::secret::Secret;
use crate::telemetry::LogFormat;

/// Telegram's own accounts that stand in for others: whoever is anonymous in a group writes as one of them.
const SHARED_TELEGRAM_IDS: [i64; 3] = [1_087_968_824, 136_817_688, 777_000];

pub(super) fn bot_token(text: &str) -> Result<Secret, String> {
    let fine = text.contains(':') && text.bytes().all(|b| b.is_ascii_graphic() && b != b'/');
    if fine {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err("does not look like a bot token (123456:ABC…)".to_owned())
    }
}

fn url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|fault| format!("is no URL: {fault}"))?;
    let web = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    if web { Ok(url) } else { Err("must begin with https:// or http://".to_owned()) }
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
    let safe = url.scheme() == "https" || is_loopback(&url);
    if safe { Ok(url) } else { Err("must begin with https:// (http:// only to localhost)".to_owned()) }
}

/// A URL that others are put behind: its path must not end with a slash.
pub(super) fn base_url(text: &str) -> Result<Url, String> {
    let mut url = url(text)?;
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

pub(super) fn public_url(text: &str) -> Result<Url, String> {
    let url = https_or_loopback(text)?;
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if plain { Ok(url) } else { Err("must have no path, query or user".to_owned()) }
}

pub(super) fn webhook_url(text: &str) -> Result<Url, String> {
    let url = https_or_loopback(text)?;
    let path = url.path();
    let ours = ["/api/", "/web", "/docs", "/livez", "/readyz", "/embed.js", "/assets/", "/auth/"];
    let odd = |c: char| !(c.is_ascii_alphanumeric() || "/-_.~".contains(c));
    if path == "/" || path.contains("//") || path.contains(odd) || ours.iter().any(|taken| path.starts_with(taken)) {
        return Err("must have a path of its own, of letters, digits, / - _ . ~ (for instance /telegram)".to_owned());
    }
    Ok(url)
}

pub(super) fn webhook_secret(text: &str) -> Result<Secret, String> {
    let fine = text.len() <= 256 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if fine { Ok(Secret::new(text.to_owned())) } else { Err("must have 1 to 256 of A-Z a-z 0-9 _ -".to_owned()) }
}

/// The same for every instance, and nobody else can make it.
pub(super) fn webhook_secret_of(bot_token: &Secret) -> Secret {
    let mac = Hmac::<Sha256>::new_from_slice(bot_token.reveal().as_bytes());
    let made =
        mac.map(|mac| hex::encode(mac.chain_update(b"neuralbox-auth webhook secret v1").finalize().into_bytes()));
    Secret::new(made.unwrap_or_default())
}

pub(super) fn seconds(text: &str) -> Result<i64, String> {
    let number = text.parse::<u32>().ok().filter(|number| *number > 0);
    number.map(i64::from).ok_or_else(|| format!("{text:?} is no positive number of seconds"))
}

pub(super) fn count(text: &str) -> Result<usize, String> {
    let number = text.replace('_', "").parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("{text:?} is no positive number"))
}

/// A provider's own name for itself: https, or http to loopback, kept letter by letter.
pub(super) fn issuer(text: &str) -> Result<String, String> {
    let url = https_or_loopback(text)?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if plain { Ok(text.to_owned()) } else { Err("must have no query, fragment or user".to_owned()) }
}

/// Kept letter by letter: providers compare them so.
pub(super) fn redirect_uri(text: &str) -> Result<String, String> {
    let url = https_or_loopback(text).map_err(|what| format!("{text:?} {what}"))?;
    if url.fragment().is_none() { Ok(text.to_owned()) } else { Err(format!("{text:?} must have no fragment")) }
}

/// Goes into HTTP and forms.
pub(super) fn visible(text: &str) -> Result<String, String> {
    let fine = text.bytes().all(|byte| byte.is_ascii_graphic());
    if fine { Ok(text.to_owned()) } else { Err("must be of visible ASCII characters, without spaces".to_owned()) }
}

/// Messages a second.
pub(super) fn rate(text: &str) -> Result<u32, String> {
    let number = text.replace('_', "").parse().ok().filter(|number| (1..=1_000_000).contains(number));
    number.ok_or_else(|| format!("{text:?} is no number of messages a second, from 1 to 1000000"))
}

pub(super) fn list<T>(text: &str, parse: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(parse).collect()
}

pub(super) fn admin(text: &str) -> Result<TelegramId, String> {
    let id = text.parse().ok().and_then(TelegramId::new).ok_or_else(|| format!("{text:?} is no Telegram id"))?;
    if SHARED_TELEGRAM_IDS.contains(&id.get()) {
        return Err(format!("{id} is nobody's own id: anonymous people in groups share it"));
    }
    Ok(id)
}

pub(super) fn database_url(text: &str) -> Result<Secret, String> {
    let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    let readable = !text.starts_with("postgres") || Url::parse(text).is_ok();
    if known && readable {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err("must be sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME".to_owned())
    }
}

pub(super) fn redis_url(text: &str) -> Result<Secret, String> {
    let fine = text.starts_with("redis://") && Url::parse(text).is_ok_and(|url| url.has_host());
    if fine { Ok(Secret::new(text.to_owned())) } else { Err("must be redis://HOST:PORT/NUMBER".to_owned()) }
}

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let text = text.replace("localhost:", "127.0.0.1:");
    text.parse().map_err(|_| format!("{text:?} is no address like 127.0.0.1:8080"))
}

pub(super) fn jwt_secret(text: &str) -> Result<Secret, String> {
    let length = text.len();
    if length >= 32 {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err(format!("has {length} bytes and needs at least 32; `openssl rand -base64 48` makes one"))
    }
}

/// It travels in a header.
pub(super) fn service_token(text: &str) -> Result<Secret, String> {
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("must be of visible ASCII characters, without spaces: it travels in a header".to_owned());
    }
    jwt_secret(text)
}

pub(super) fn origin(text: &str) -> Result<String, String> {
    let url = url(text).map_err(|what| format!("{text:?} {what}"))?;
    let origin = url.origin().ascii_serialization();
    if origin == text.trim_end_matches('/').to_ascii_lowercase() {
        Ok(origin)
    } else {
        Err(format!("{text:?} must be an origin: https://example.com, without a path"))
    }
}

pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let one = || text.parse::<std::net::IpAddr>().map(IpNet::from).map_err(|_| ());
    text.parse().map_err(|_| ()).or_else(|()| one()).map_err(|()| format!("{text:?} is no network like 10.0.0.0/8"))
}

pub(super) fn plans_file(text: &str) -> Result<Plans, String> {
    let file = std::fs::read_to_string(text).map_err(|fault| format!("{text:?} cannot be read: {fault}"))?;
    Plans::parse(&file).map_err(|what| format!("{text:?}: {what}"))
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(format!("{text:?} must be text or json")),
    }
}
