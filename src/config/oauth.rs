//! Settings of the OAuth 2.1 and OpenID Connect provider.

use url::Url;

use crate::config::reader::EnvReader;
use crate::config::values;
use crate::model::oauth::settings::{BundledCli, OAuthSettings};

/// Default of `NEURALBOX_OAUTH_KEY_DAYS`.
const DEFAULT_KEY_DAYS: &str = "90";
/// Longest life of a signing key, in days.
const MAX_KEY_DAYS: u32 = 3650;

/// Reads the switch of the provider.
pub(super) fn is_on(reader: &mut EnvReader) -> Option<bool> {
    reader.or("NEURALBOX_OAUTH", "on", |text| match text.to_ascii_lowercase().as_str() {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(format!("expected on or off, got {text:?}")),
    })
}

/// Reads the settings; `None` if one of them is invalid, which the reader has reported.
pub(super) fn settings(reader: &mut EnvReader) -> Option<OAuthSettings> {
    let resources = reader.or("NEURALBOX_OAUTH_RESOURCES", "", |text| values::list(text, resource));
    let key_days = reader.or("NEURALBOX_OAUTH_KEY_DAYS", DEFAULT_KEY_DAYS, key_days);
    let bundled_cli = reader.or("NEURALBOX_OAUTH_BUNDLED_CLIENTS", "cli", bundled_cli);
    Some(OAuthSettings { resources: resources?, key_days: key_days?, bundled_cli: bundled_cli? })
}

/// Returns the URI unchanged, because APIs compare the audience of a token byte by byte (RFC 8707, section 2).
fn resource(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|_| format!("expected absolute URIs, got {text:?}"))?;
    if url.fragment().is_some() {
        return Err(format!("expected URIs without a fragment, got {text:?}"));
    }
    if url.password().is_some() {
        return Err("expected URIs without a password, got one".to_owned());
    }
    Ok(text.to_owned())
}

fn key_days(text: &str) -> Result<u32, String> {
    let days = text.parse().ok().filter(|days| *days <= MAX_KEY_DAYS);
    days.ok_or_else(|| format!("expected 0 (by hand) to {MAX_KEY_DAYS} days, got {text:?}"))
}

/// An empty value counts as unset, so `none` is the word for no client.
fn bundled_cli(text: &str) -> Result<BundledCli, String> {
    match text {
        "cli" => Ok(BundledCli::Present),
        "none" => Ok(BundledCli::Absent),
        _ => Err(format!("expected cli or none, got {text:?}")),
    }
}
