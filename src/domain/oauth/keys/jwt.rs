//! JSON Web Tokens in compact form (RFC 7515, 7.1), signed and verified with one algorithm per key (RFC 8725, 3.1).
//!
//! The header only selects one of our own keys. What it says about keys of others is not read.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::oauth::keys::key_ring::SigningKey;
use crate::model::oauth::signing_key::SigningAlgorithm;

/// Longest token that is read.
const MAX_TOKEN_BYTES: usize = 16_384;

/// Header of a token.
#[derive(Debug, Deserialize)]
struct JwtHeader {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

/// Token that says it is of a kind. Nothing is verified yet.
struct ClaimedToken<'a> {
    header: JwtHeader,
    message: &'a str,
    claims: &'a str,
    signature: &'a str,
}

fn split(token: &str) -> Option<ClaimedToken<'_>> {
    if token.len() > MAX_TOKEN_BYTES {
        return None;
    }
    let (message, signature) = token.rsplit_once('.')?;
    let (header, claims) = message.split_once('.')?;
    let header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    Some(ClaimedToken { header, message, claims, signature })
}

/// Kind of a token, its `typ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::domain) enum JwtKind {
    /// Access token (RFC 9068, 2.1), signed with ES256 only.
    Access,
    /// ID token.
    Id,
}

impl JwtKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "at+jwt",
            Self::Id => "JWT",
        }
    }
}

/// Signs claims.
pub(in crate::domain) fn sign<T: Serialize>(kind: JwtKind, claims: &T, key: &SigningKey) -> Option<String> {
    let header = json!({"alg": key.status.algorithm.as_str(), "kid": key.status.kid, "typ": kind.as_str()});
    let text = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
    let message = format!("{}.{}", text(serde_json::to_vec(&header).ok()?), text(serde_json::to_vec(claims).ok()?));
    let signature = key.private.as_ref()?.sign(message.as_bytes())?;
    Some(format!("{message}.{}", text(signature)))
}

/// Returns the claims of a token that one of these keys signed. Its times are left to the caller.
pub(in crate::domain) fn read<'a, T: DeserializeOwned>(
    kind: JwtKind,
    token: &str,
    keys: impl IntoIterator<Item = &'a SigningKey>,
) -> Option<T> {
    let ClaimedToken { header, message, claims, signature } = split(token)?;
    if header.crit.is_some() || header.typ.as_deref() != Some(kind.as_str()) {
        return None;
    }
    let kid = header.kid?;
    let key = keys.into_iter().find(|key| key.status.kid == kid && key.status.algorithm.as_str() == header.alg)?;
    if kind == JwtKind::Access && key.status.algorithm != SigningAlgorithm::Es256 {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    if !key.public.verifies(message.as_bytes(), &signature) {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// True if a token says that it is an access token of a client. Its reader verifies that; the other kind has another one.
#[must_use]
pub fn is_oauth_access_token(token: &str) -> bool {
    let header = split(token).map(|claimed| claimed.header);
    header.is_some_and(|header| header.typ.as_deref() == Some("at+jwt") && header.alg == "ES256")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::oauth::keys::private_key::{PrivateKey, PublicKey, generate};
    use crate::model::crypto::rng::SystemRng;
    use crate::model::oauth::signing_key::{SigningKeyState, SigningKeyStatus};
    use crate::model::time::Moment;

    fn key() -> SigningKey {
        let algorithm = SigningAlgorithm::Es256;
        let pair = generate(algorithm, &SystemRng).expect("a key pair");
        let status = SigningKeyStatus {
            kid: pair.kid,
            algorithm,
            state: SigningKeyState::Current,
            published_at: Moment(0),
            signs_from: Some(Moment(0)),
            retired_at: None,
        };
        let private = PrivateKey::parse(algorithm, &pair.private);
        let public = PublicKey::parse(algorithm, &pair.jwk).expect("a public key");
        SigningKey { status, private, public, jwk: pair.jwk }
    }

    fn forged(token: &str, header: &Value) -> String {
        let (_, rest) = token.split_once('.').expect("three parts");
        format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
    }

    #[test]
    fn a_token_is_read_with_its_key_and_kind_only() {
        let key = key();
        let token = sign(JwtKind::Access, &json!({"sub": "7"}), &key).expect("signed");
        let read = |token: &str| super::read::<Value>(JwtKind::Access, token, [&key]);
        assert_eq!(read(&token), Some(json!({"sub": "7"})));
        assert!(is_oauth_access_token(&token));
        assert!(super::read::<Value>(JwtKind::Id, &token, [&key]).is_none());
        assert!(super::read::<Value>(JwtKind::Access, &token, [&self::key()]).is_none(), "another key");
        let kid = &key.status.kid;
        for header in [
            json!({"alg": "none", "typ": "at+jwt", "kid": kid}),
            json!({"alg": "HS256", "typ": "at+jwt", "kid": kid}),
            json!({"alg": "RS256", "typ": "at+jwt", "kid": kid}),
            json!({"alg": "ES256", "typ": "at+jwt"}),
            json!({"alg": "ES256", "typ": "JWT", "kid": kid}),
            json!({"alg": "ES256", "typ": "at+jwt", "kid": kid, "crit": ["b64"], "b64": false}),
            json!({"alg": "ES256", "typ": "at+jwt", "kid": kid, "jwk": {"kty": "EC"}}),
        ] {
            assert_eq!(read(&forged(&token, &header)), None, "{header}");
        }
        let (message, _) = token.rsplit_once('.').expect("three parts");
        assert_eq!(read(&format!("{message}.")), None);
        assert_eq!(read(&format!("{token}A")), None);
        assert_eq!(read(&"a".repeat(20_000)), None);
    }
}
