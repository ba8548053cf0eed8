//! Clients: websites, programs and APIs that sign people in with us.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::oauth::redirect_uri::{self, RedirectKind, RedirectPolicy, redirect_matches};
use crate::model::oauth::scope::Scopes;
use crate::model::oauth::signing_key::SigningAlgorithm;
use crate::model::time::Moment;

/// Longest id of a client.
const MAX_ID_CHARS: usize = 64;

/// Id of a client: `c_` and 22 characters. It begins with a letter, so that it never equals the id of an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct ClientId(String);

impl ClientId {
    /// Reads an id: letters, digits, `_` and `-`, so that no encoding changes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        let is_id = (1..=MAX_ID_CHARS).contains(&text.len()) && text.bytes().all(is_allowed);
        is_id.then(|| Self(text.to_owned()))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Kind of a client (RFC 6749, 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientKind {
    /// Keeps a secret, on a server.
    Confidential,
    /// Runs where a secret could be read: in a browser or on a person's machine.
    Public,
}

impl ClientKind {
    /// Returns the stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confidential => "confidential",
            Self::Public => "public",
        }
    }
}

/// Way in which a client is told to send its secret. Both ways work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthMethod {
    /// In the header `Authorization: Basic`.
    Basic,
    /// In the body.
    Post,
    /// It has no secret.
    None,
}

impl ClientAuthMethod {
    /// Returns the registered name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
            Self::None => "none",
        }
    }

    /// Reads the registered name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Basic, Self::Post, Self::None].into_iter().find(|method| method.as_str() == text)
    }
}

/// A registered client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Id of the client.
    pub id: ClientId,
    /// Name that people read.
    pub name: String,
    /// Kind of the client.
    pub kind: ClientKind,
    /// True for a program on a person's machine: the port of its loopback address may differ.
    pub is_native: bool,
    /// True if it may use the device flow.
    pub uses_device: bool,
    /// True if people are not asked for consent.
    pub is_trusted: bool,
    /// Way in which it is told to send its secret.
    pub auth: ClientAuthMethod,
    /// Algorithm of its ID tokens.
    pub alg: SigningAlgorithm,
    /// Addresses that receive authorization responses.
    pub redirect_uris: Vec<String>,
    /// Addresses that people come back to after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Origins of websites that embed our button.
    pub origins: Vec<String>,
    /// APIs that it may ask for tokens for, beside ours.
    pub resources: Vec<String>,
    /// Scopes that it may ask for.
    pub scopes: Scopes,
    /// URI of the API that it is. It may introspect tokens for that API.
    pub serves: Option<String>,
    /// Address of its logo.
    pub logo_uri: Option<String>,
    /// Address of its website.
    pub home_uri: Option<String>,
    /// End of the grace period of the secret before the current one.
    pub previous_secret_until: Option<Moment>,
    /// Time of the registration.
    pub created_at: Moment,
    /// Time at which it was disabled.
    pub disabled_at: Option<Moment>,
}

impl Client {
    /// Returns the host that the client leads to, as the consent page names it; empty for a client without addresses.
    #[must_use]
    pub fn host(&self) -> String {
        let addresses = self.redirect_uris.iter().chain(&self.origins);
        let mut candidates = addresses.chain(&self.home_uri);
        candidates.find_map(|address| redirect_uri::host_of(address)).unwrap_or_default()
    }

    /// Returns the origins that may call us from a browser: those of its addresses, and its embedding websites.
    #[must_use]
    pub fn allowed_origins(&self) -> Vec<String> {
        let web = self.redirect_uris.iter().filter(|uri| redirect_uri::redirect_kind(uri) != RedirectKind::Custom);
        let mut origins: Vec<String> = web.filter_map(|uri| redirect_uri::origin_of(uri)).collect();
        origins.extend(self.origins.iter().cloned());
        origins.sort_unstable();
        origins.dedup();
        origins
    }

    /// Returns the addresses that its kind may register.
    #[must_use]
    pub const fn redirect_policy(&self) -> RedirectPolicy {
        if self.is_native { RedirectPolicy::Native } else { RedirectPolicy::Web }
    }

    /// True if an authorization response may go to this address.
    #[must_use]
    pub fn may_redirect_to(&self, requested: &str) -> bool {
        self.redirect_uris.iter().any(|registered| redirect_matches(registered, requested, self.redirect_policy()))
    }

    /// True if it may exchange authorization codes.
    #[must_use]
    pub const fn uses_codes(&self) -> bool {
        !self.redirect_uris.is_empty() || !self.origins.is_empty()
    }
}

/// A client with its use, for admins.
#[derive(Clone, Debug)]
pub struct ClientSummary {
    /// The client.
    pub client: Client,
    /// Number of people with an open grant.
    pub people: i64,
    /// Time of the latest token.
    pub last_used_at: Option<Moment>,
}

#[cfg(test)]
mod tests {
    use super::ClientId;

    #[test]
    fn ids_need_no_encoding() {
        assert!(ClientId::parse("c_0123456789ABCDEFGHabcd").is_some() && ClientId::parse("neuralbox-cli").is_some());
        for bad in ["", "c_ü", "a b", "a%20b", "a:b", &"a".repeat(65)] {
            assert!(ClientId::parse(bad).is_none(), "{bad}");
        }
    }
}
