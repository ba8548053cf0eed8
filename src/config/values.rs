//! Parsers of single values. An error reads "expected …, got …" and never quotes a value that may hold a secret.

use std::net::SocketAddr;

use hmac::{Hmac, KeyInit, Mac};
use ipnet::IpNet;
use sha2::Sha256;

use crate::gateway::redis;
use crate::model::accounts::account::TelegramId;
use crate::model::admin_action::role::{AdminList, AdminRole, ConfiguredAdmin};
use crate::model::billing::plan::Plans;
use crate::model::billing::support::SupportContact;
use crate::model::crypto::secret::Secret;
use crate::store::engine::database_url;
use crate::telemetry::{self, LogFormat};

/// Telegram's shared accounts: anonymous group members and channels write as one of them.
const SHARED_TELEGRAM_IDS: [i64; 3] = [1_087_968_824, 136_817_688, 777_000];

pub(super) fn bot_token(text: &str) -> Result<Secret, String> {
    let (id, key) = text.split_once(':').unwrap_or_default();
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let is_valid = is_id && !key.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && b != b'/');
    if is_valid {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err("expected a bot token (123456:ABC…), got another form".to_owned())
    }
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
    let number = text.replace('_', "").parse::<u32>().ok().filter(|number| *number > 0);
    number.map(i64::from).ok_or_else(|| format!("expected a positive number of seconds, got {text:?}"))
}

pub(super) fn count(text: &str) -> Result<usize, String> {
    let number = text.replace('_', "").parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("expected a positive number, got {text:?}"))
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

/// Parses `ID` or `ID:ROLE`, comma separated.
pub(super) fn admins(text: &str) -> Result<AdminList, String> {
    AdminList::new(list(text, admin)?).map_err(|id| format!("expected one role for each id, got two for {id}"))
}

fn admin(text: &str) -> Result<ConfiguredAdmin, String> {
    let (id, role) = text.split_once(':').map_or((text, None), |(id, role)| (id.trim_end(), Some(role.trim_start())));
    let id = id.parse().ok().and_then(TelegramId::new).ok_or_else(|| format!("expected Telegram ids, got {text:?}"))?;
    if SHARED_TELEGRAM_IDS.contains(&id.get()) {
        return Err(format!("expected ids of people, got {id}, which anonymous group members share"));
    }
    let role = role.map_or(Some(AdminRole::default()), AdminRole::parse);
    let role =
        role.ok_or_else(|| format!("expected the role owner, support or announcer after an id, got {text:?}"))?;
    Ok(ConfiguredAdmin { id, role })
}

pub(super) fn database_url(text: &str) -> Result<Secret, String> {
    database_url::parse(text).map(Secret::new)
}

pub(super) fn redis_url(text: &str) -> Result<Secret, String> {
    redis::parse_url(text).map(Secret::new)
}

/// Parses an address to listen on. Without a host, or with `*`, it means all addresses, as in other programs.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let wrong = || format!("expected an address like 127.0.0.1:8080, got {text:?}");
    let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
    let host = match host.to_ascii_lowercase().as_str() {
        "" | "*" => "0.0.0.0".to_owned(),
        "localhost" => "127.0.0.1".to_owned(),
        host => host.to_owned(),
    };
    format!("{host}:{port}").parse().map_err(|_| wrong())
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

pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<std::net::IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| address()).map_err(|_| format!("expected a network like 10.0.0.0/8, got {text:?}"))
}

pub(super) fn plans_file(text: &str) -> Result<Plans, String> {
    let file = std::fs::read_to_string(text);
    let file = file.map_err(|error| format!("expected a readable file, got {text:?}: {error}"))?;
    Plans::parse(&file).map_err(|what| format!("expected valid plans, got {text:?}: {what}"))
}

pub(super) fn support(text: &str) -> Result<SupportContact, String> {
    let contact = SupportContact::parse(text);
    contact.ok_or_else(|| format!("expected @name, an email address or an https address, got {text:?}"))
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    match text.to_ascii_lowercase().as_str() {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(format!("expected text or json, got {text:?}")),
    }
}

/// Refuses a single word that is not a level: it would be read as a module and hide every line.
pub(super) fn log_filter(text: &str) -> Result<String, String> {
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    let is_known = |word: &str| {
        let is_level = levels.iter().any(|level| level.eq_ignore_ascii_case(word));
        is_level || word.contains(['=', '[']) || word.contains("::") || word == "neuralbox_auth"
    };
    if let Some(word) = text.split(',').map(str::trim).find(|word| !word.is_empty() && !is_known(word)) {
        return Err(format!("expected levels such as info or neuralbox_auth::web=debug, got {word:?}"));
    }
    telemetry::check_filter(text).map(|()| text.to_owned())
}
