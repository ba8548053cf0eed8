//! Verification of ID tokens (OpenID Connect Core, 3.1.3.7). Signature first; claims are read only afterwards.
//!
//! The crate's own reader refuses a whole token if one claim has an unusual form, and Google's issuer without a scheme.
//! Here a claim in another form than the standard's counts as absent, and only a required one refuses the token.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeyType, CoreJsonWebKeyUse, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey, JsonWebKeyAlgorithm};
use serde::Deserialize;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use crate::gateway::upstream_oidc::claims::IdTokenClaims;
use crate::model::time::Moment;

/// Tolerance for an ID token issued ahead of our clock.
const MAX_FUTURE_SECS: i64 = 60;

/// Requirements on a token in addition to its signature.
pub(super) struct IdTokenRules<'a> {
    /// Our client id, the only audience.
    pub(super) client_id: &'a str,
    /// Issuers that identify the provider.
    pub(super) issuers: &'a [&'a str],
    /// Nonce of the request, if it had one.
    pub(super) nonce: Option<&'a str>,
    /// Current time, from the caller's clock.
    pub(super) now: Moment,
}

/// Reason a token is not accepted, for the log; contains no value of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IdTokenError {
    /// None of the keys signed it; the provider may have newer ones.
    UnknownKey,
    /// The token is malformed, forged, or issued for another recipient or time.
    Invalid(&'static str),
}

impl IdTokenError {
    /// Returns the reason for the log.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::UnknownKey => "signed with an unknown key",
            Self::Invalid(reason) => reason,
        }
    }
}

#[derive(Deserialize)]
struct TokenHeader {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    crit: Option<Value>,
}

/// Verifies a token and returns its claims.
pub(super) fn verify(
    token: &str,
    keys: &[CoreJsonWebKey],
    rules: &IdTokenRules<'_>,
) -> Result<IdTokenClaims, IdTokenError> {
    let malformed = IdTokenError::Invalid("malformed");
    let (signed, signature) = token.rsplit_once('.').ok_or(malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(malformed)?;
    let header: TokenHeader = decoded(header).ok_or(IdTokenError::Invalid("unknown algorithm, or malformed"))?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| malformed)?;
    // RFC 7515, 4.1.11: an extension that is not understood.
    if header.crit.is_some() {
        return Err(malformed);
    }
    let key = signing_key(&header, keys)?;
    key.verify_signature(&header.alg, signed.as_bytes(), &signature)
        .map_err(|_| IdTokenError::Invalid("invalid signature"))?;
    let claims: Map<String, Value> = decoded(payload).ok_or(malformed)?;
    check(&claims, rules)?;
    IdTokenClaims::read(&claims).ok_or(IdTokenError::Invalid("no subject"))
}

fn decoded<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// Finds the published key of a header. A header without a key id is accepted if only one key comes into question.
fn signing_key<'a>(header: &TokenHeader, keys: &'a [CoreJsonWebKey]) -> Result<&'a CoreJsonWebKey, IdTokenError> {
    let kind = match header.alg {
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256 => CoreJsonWebKeyType::RSA,
        CoreJwsSigningAlgorithm::EcdsaP256Sha256 => CoreJsonWebKeyType::EllipticCurve,
        CoreJwsSigningAlgorithm::EdDsa => CoreJsonWebKeyType::OctetKeyPair,
        _ => return Err(IdTokenError::Invalid("an algorithm that is not allowed")),
    };
    let fits = |key: &&CoreJsonWebKey| {
        let for_signing = key.key_use().is_none_or(|key_use| *key_use == CoreJsonWebKeyUse::Signature);
        let for_algorithm = match key.signing_alg() {
            JsonWebKeyAlgorithm::Algorithm(algorithm) => *algorithm == header.alg,
            JsonWebKeyAlgorithm::Unspecified => true,
            JsonWebKeyAlgorithm::Unsupported => false,
        };
        let named = header.kid.as_ref().is_none_or(|kid| key.key_id().is_some_and(|id| **id == *kid));
        *key.key_type() == kind && for_signing && for_algorithm && named
    };
    let mut fitting = keys.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(key), None) => Ok(key),
        (Some(_), Some(_)) => Err(IdTokenError::Invalid("signed with an ambiguous key")),
        (None, _) => Err(IdTokenError::UnknownKey),
    }
}

/// Checks issuer, audience, times and nonce.
fn check(claims: &Map<String, Value>, rules: &IdTokenRules<'_>) -> Result<(), IdTokenError> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let time = |name: &str| claims.get(name).and_then(seconds);
    let audience = match claims.get("aud") {
        Some(Value::Array(audiences)) if audiences.len() == 1 => audiences.first().and_then(Value::as_str),
        Some(Value::String(audience)) => Some(audience.as_str()),
        _ => None,
    };
    let nonce = text("nonce").unwrap_or_default().as_bytes();
    let has_nonce = rules.nonce.is_none_or(|expected| !expected.is_empty() && nonce.ct_eq(expected.as_bytes()).into());
    let fault = if !text("iss").is_some_and(|issuer| rules.issuers.contains(&issuer)) {
        "wrong issuer"
    } else if audience != Some(rules.client_id) {
        "wrong audience"
    } else if time("exp").is_none_or(|end| end <= rules.now.0) {
        "expired"
    } else if time("iat").is_none_or(|issued| issued > rules.now.plus(MAX_FUTURE_SECS).0) {
        "issued in the future"
    } else if !has_nonce {
        "wrong nonce"
    } else {
        return Ok(());
    };
    Err(IdTokenError::Invalid(fault))
}

/// Whole seconds of a `NumericDate`, which may have a fraction (RFC 7519, 2).
fn seconds(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "a time beyond `i64` becomes its bound")]
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds.floor() as i64))
}
