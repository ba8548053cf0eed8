//! Signing keys of the provider, as they are listed and published.

use serde::Serialize;

use crate::model::time::Moment;

/// Algorithm of a signature (RFC 7518, 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256 with SHA-256. Signs access tokens, and ID tokens unless the client cannot verify it.
    Es256,
    /// RSA (PKCS #1, 1.5) with SHA-256.
    Rs256,
}

impl SigningAlgorithm {
    /// Returns the name in tokens and keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Es256, Self::Rs256].into_iter().find(|algorithm| algorithm.as_str() == text)
    }
}

/// State of a signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningKeyState {
    /// Published, so that readers know it before it signs.
    Next,
    /// Signs.
    Current,
    /// Only verifies what it signed.
    Retired,
}

impl SigningKeyState {
    /// Returns the stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Current => "current",
            Self::Retired => "retired",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Next, Self::Current, Self::Retired].into_iter().find(|state| state.as_str() == text)
    }
}

/// A signing key, without its private part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKeyStatus {
    /// Thumbprint of the public key.
    pub kid: String,
    /// Algorithm of the key.
    pub algorithm: SigningAlgorithm,
    /// State of the key.
    pub state: SigningKeyState,
    /// Time since which readers see it.
    pub published_at: Moment,
    /// Time at which it began or will begin to sign; `None` if that is not decided.
    pub signs_from: Option<Moment>,
    /// Time at which it stopped to sign.
    pub retired_at: Option<Moment>,
}

/// Way to rotate the signing keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRotationMode {
    /// The next key becomes current once every reader could have seen it. Old tokens stay valid.
    Overlap,
    /// A key was stolen: all keys are replaced at once, and no old token is valid any more.
    Emergency,
}

/// Public part of a key (RFC 7517). The order of the fields is that of a thumbprint where they take part in one.
#[derive(Clone, Debug, Serialize)]
pub struct JsonWebKey {
    /// Curve of an EC key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crv: Option<&'static str>,
    /// Exponent of an RSA key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// Kind of the key.
    pub kty: &'static str,
    /// Modulus of an RSA key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// First coordinate of an EC key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Second coordinate of an EC key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// Purpose, algorithm and id. They take no part in the thumbprint.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub usage: Option<JsonWebKeyUsage>,
}

/// Purpose, algorithm and id of a key.
#[derive(Clone, Debug, Serialize)]
pub struct JsonWebKeyUsage {
    /// Always `sig`.
    #[serde(rename = "use")]
    pub purpose: &'static str,
    /// Algorithm that the key is for, and no other.
    pub alg: &'static str,
    /// Id of the key.
    pub kid: String,
}
