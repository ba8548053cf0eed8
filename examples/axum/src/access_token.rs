//! Check of access tokens (RFC 9068) with the issuer's public keys.

use std::time::{Duration, Instant};

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use tokio::sync::Mutex;

/// The issuer's `max-age`. A key that it withdraws is accepted no longer than that.
const KEYS_MAX_AGE: Duration = Duration::from_secs(300);
/// Keys are fetched again so often for an unknown `kid`, because anyone can send one.
const REFETCH_INTERVAL: Duration = Duration::from_secs(60);

/// Claims that this API uses.
#[derive(Debug, Deserialize)]
pub struct Claims {
    /// The person; never changes.
    pub sub: String,
    /// What the person allowed, separated by spaces.
    pub scope: String,
}

/// Reason for a refusal.
pub enum Refused {
    /// Not a valid access token for this API.
    Invalid,
    /// The keys of the issuer cannot be fetched.
    KeysUnavailable,
}

/// Checks access tokens for one API.
pub struct Verifier {
    jwks_uri: String,
    validation: Validation,
    http: reqwest::Client,
    keys: Mutex<Option<(JwkSet, Instant)>>,
}

impl Verifier {
    /// Accepts tokens of `issuer` for `audience`.
    pub fn new(issuer: &str, audience: &str, http: reqwest::Client) -> Self {
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        Self { jwks_uri: format!("{issuer}/oauth2/jwks"), validation, http, keys: Mutex::new(None) }
    }

    /// Returns the claims of a valid token.
    pub async fn verify(&self, token: &str) -> Result<Claims, Refused> {
        let header = decode_header(token).map_err(|_| Refused::Invalid)?;
        // The library checks neither `typ` nor `kid`.
        let (Some("at+jwt"), Some(kid)) = (header.typ.as_deref(), header.kid) else { return Err(Refused::Invalid) };
        let key = self.key(&kid).await?;
        decode(token, &key, &self.validation).map(|token| token.claims).map_err(|_| Refused::Invalid)
    }

    async fn key(&self, kid: &str) -> Result<DecodingKey, Refused> {
        let mut keys = self.keys.lock().await;
        let is_fresh = keys.as_ref().is_some_and(|(set, at)| {
            at.elapsed() < if set.find(kid).is_some() { KEYS_MAX_AGE } else { REFETCH_INTERVAL }
        });
        if !is_fresh {
            let answer = self.http.get(&self.jwks_uri).send().await.and_then(reqwest::Response::error_for_status);
            let set =
                answer.map_err(|_| Refused::KeysUnavailable)?.json().await.map_err(|_| Refused::KeysUnavailable)?;
            *keys = Some((set, Instant::now()));
        }
        let jwk = keys.as_ref().and_then(|(set, _)| set.find(kid)).ok_or(Refused::Invalid)?;
        DecodingKey::from_jwk(jwk).map_err(|_| Refused::Invalid)
    }
}
