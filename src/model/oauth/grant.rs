//! Grants: the access of a client to an account.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Id of a grant, and `gid` of its access tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct GrantId(pub i64);

impl fmt::Display for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Reason why a grant ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantEnd {
    /// The person cut the app off.
    CutOff,
    /// The client revoked a token (RFC 7009).
    Revoked,
    /// An authorization code was used a second time.
    CodeReused,
    /// A spent refresh token was used again.
    RefreshReused,
    /// The client was disabled or removed.
    Client,
    /// The account was banned.
    Banned,
    /// The password of the account changed.
    Password,
}

impl GrantEnd {
    /// Returns the stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CutOff => "cut_off",
            Self::Revoked => "revoked",
            Self::CodeReused => "code_reused",
            Self::RefreshReused => "refresh_reused",
            Self::Client => "client",
            Self::Banned => "banned",
            Self::Password => "password",
        }
    }
}
