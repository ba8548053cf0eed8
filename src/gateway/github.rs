//! Signatures of GitHub secret scanning
//! (<https://docs.github.com/en/code-security/secret-scanning/secret-scanning-partnership-program/secret-scanning-partner-program>).
//!
//! GitHub signs the body of a leak report with ECDSA P-256 and SHA-256, and publishes the public keys.
//!
//! - The keys are fetched when no cached key signed a report, or when the cached keys are a day old.
//! - They are fetched at most once a minute: anyone can invent reports, and GitHub allows 60 unauthenticated requests
//!   an hour.
//! - While GitHub is unavailable, the cached keys stay valid.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::pkcs8::DecodePublicKey;
use reqwest::Url;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::model::time::Moment;

/// Limit of one request for the key list.
const GITHUB_TIMEOUT: Duration = Duration::from_secs(5);
/// Limit of the key list. A longer answer is an error.
const MAX_RESPONSE_BYTES: usize = 256 * 1024;
/// Minimum interval between two requests for the key list.
const REFETCH_INTERVAL_SECS: i64 = 60;
/// Age at which the cached keys are fetched again.
const KEYS_MAX_AGE_SECS: i64 = 86_400;
/// Limit of a key identifier and of a signature. GitHub's have 64 and 96 characters.
const MAX_FIELD_CHARS: usize = 256;

/// Signature of a leak report and the identifier of the key that made it.
#[derive(Clone, Debug)]
pub struct ReportSignature {
    key: String,
    signature: Signature,
}

impl ReportSignature {
    /// Reads `Github-Public-Key-Identifier` and `Github-Public-Key-Signature`, a base64 DER signature. Returns `None`
    /// if GitHub cannot have sent them.
    #[must_use]
    pub fn parse(identifier: &str, signature: &str) -> Option<Self> {
        let short = |text: &str| (1..=MAX_FIELD_CHARS).contains(&text.len());
        let plain = short(identifier) && identifier.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let der = STANDARD.decode(signature).ok().filter(|_| plain && short(signature))?;
        Some(Self { key: identifier.to_owned(), signature: Signature::from_der(&der).ok()? })
    }
}

/// Reason for rejecting a leak report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GitHubError {
    /// GitHub did not sign the report.
    Forged,
    /// GitHub's public keys are unavailable. Holds the seconds after which a retry makes sense.
    Away(u32),
}

/// Client for GitHub's public keys. Cheap to clone.
#[derive(Clone)]
pub struct GitHub {
    inner: Arc<GitHubInner>,
}

struct GitHubInner {
    client: reqwest::Client,
    keys_url: Url,
    cache: RwLock<CachedKeys>,
    /// One caller fetches; the others wait for its result.
    fetching: Mutex<FetchState>,
}

#[derive(Default)]
struct CachedKeys {
    keys: HashMap<String, VerifyingKey>,
    since: Option<Moment>,
}

#[derive(Default)]
struct FetchState {
    at: Option<Moment>,
    succeeded: bool,
}

impl GitHub {
    /// Creates a client that trusts the keys listed at `keys_url`. Makes no request.
    pub fn new(keys_url: Url) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("neuralbox-auth/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(GITHUB_TIMEOUT)
            .build()
            .map_err(|error| format!("the HTTP client could not be created: {error}"))?;
        let (cache, fetching) = (RwLock::default(), Mutex::default());
        Ok(Self { inner: Arc::new(GitHubInner { client, keys_url, cache, fetching }) })
    }

    /// Verifies that GitHub signed exactly these bytes.
    pub async fn check(&self, signature: &ReportSignature, body: &[u8], now: Moment) -> Result<(), GitHubError> {
        let key = match self.inner.cached(&signature.key, now) {
            Some(key) => key,
            None => self.fetch(signature.key.clone(), now).await?,
        };
        key.verify(body, &signature.signature).map_err(|_| GitHubError::Forged)
    }

    /// Fetches in a task of its own, so that a caller who hangs up does not cancel the fetch.
    async fn fetch(&self, key: String, now: Moment) -> Result<VerifyingKey, GitHubError> {
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move { inner.fetch(&key, now).await }).await.unwrap_or(Err(GitHubError::Away(1)))
    }
}

impl GitHubInner {
    /// Returns a cached key, unless the cache is too old.
    fn cached(&self, key: &str, now: Moment) -> Option<VerifyingKey> {
        let cache = self.cache.read().unwrap_or_else(PoisonError::into_inner);
        cache.since.filter(|since| now.since(*since) < KEYS_MAX_AGE_SECS).and_then(|_| cache.keys.get(key).copied())
    }

    /// Returns a key of the current list, or of the last one if GitHub is unavailable.
    async fn fetch(&self, key: &str, now: Moment) -> Result<VerifyingKey, GitHubError> {
        let mut state = self.fetching.lock().await;
        let wait = state
            .at
            .map(|at| REFETCH_INTERVAL_SECS - now.since(at))
            .filter(|left| (1..=REFETCH_INTERVAL_SECS).contains(left));
        if wait.is_none() {
            let keys = fetch(&self.client, &self.keys_url).await;
            *state = FetchState { at: Some(now), succeeded: keys.is_ok() };
            match keys {
                Ok(keys) => self.store(CachedKeys { keys, since: Some(now) }),
                Err(error) => {
                    tracing::warn!(error, "github: fetching public keys failed, cached keys stay valid");
                }
            }
        }
        let cached = self.cache.read().unwrap_or_else(PoisonError::into_inner).keys.get(key).copied();
        let left = wait.unwrap_or(REFETCH_INTERVAL_SECS);
        let away = || GitHubError::Away(u32::try_from(left).unwrap_or(1));
        cached.ok_or_else(|| if state.succeeded { GitHubError::Forged } else { away() })
    }

    fn store(&self, keys: CachedKeys) {
        *self.cache.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }
}

/// Key list as published by GitHub. `is_current` marks today's key; an older key may have signed a late report.
#[derive(Deserialize)]
struct PublicKeyList {
    public_keys: Vec<PublicKeyEntry>,
}

#[derive(Deserialize)]
struct PublicKeyEntry {
    key_identifier: String,
    key: String,
}

async fn fetch(client: &reqwest::Client, url: &Url) -> Result<HashMap<String, VerifyingKey>, String> {
    let without_url = |error: reqwest::Error| error.without_url().to_string();
    let response = client.get(url.clone()).header("accept", "application/json").send().await.map_err(without_url)?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(format!("unexpected status {}", response.status()));
    }
    let mut chunks = response.bytes_stream();
    let mut body = Vec::new();
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk.map_err(without_url)?);
        if body.len() > MAX_RESPONSE_BYTES {
            return Err("the key list is too long".to_owned());
        }
    }
    read(&body)
}

/// Reads the key list. Keys of other algorithms are skipped; a list without a P-256 key is an error.
fn read(list: &[u8]) -> Result<HashMap<String, VerifyingKey>, String> {
    let list: PublicKeyList =
        serde_json::from_slice(list).map_err(|error| format!("the key list is unreadable: {error}"))?;
    let key = |key: PublicKeyEntry| Some((key.key_identifier, VerifyingKey::from_public_key_pem(&key.key).ok()?));
    let keys: HashMap<_, _> = list.public_keys.into_iter().filter_map(key).collect();
    if keys.is_empty() { Err("the key list has no P-256 key".to_owned()) } else { Ok(keys) }
}

impl fmt::Debug for GitHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GitHub")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDENTIFIER: &str = "bcb53661c06b4728e59d897fb6165d5c9cda0fd9cdf9d09ead458168deb7518c";
    const SIGNATURE: &str =
        "MEQCIQDaMKqrGnE27S0kgMrEK0eYBmyG0LeZismAEz/BgZyt7AIfXt9fErtRS4XaeSt/AO1RtBY66YcAdjxji410VQV4xg==";
    const BODY: &str =
        r#"[{"source":"commit","token":"some_token","type":"some_type","url":"https://example.com/base-repo-url/"}]"#;
    const LIST: &str = r#"{"public_keys":[
        {"key_identifier":"of another kind","key":"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n","is_current":false},
        {"key_identifier":"bcb53661c06b4728e59d897fb6165d5c9cda0fd9cdf9d09ead458168deb7518c","key":"-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYAGMWO8XgCamYKMJS6jc/qgvSlAd\nAjPuDPRcXU22YxgBrz+zoN19MzuRyW87qEt9/AmtoNP5GrobzUvQSyJFVw==\n-----END PUBLIC KEY-----\n","is_current":true}
    ]}"#;

    /// Sample of GitHub's documentation, with the key that GitHub published for it.
    #[test]
    fn githubs_own_sample_is_believed_and_nothing_near_it() {
        let keys = read(LIST.as_bytes()).expect("a list");
        assert_eq!(keys.len(), 1, "keys of other algorithms are skipped");
        let signature = ReportSignature::parse(IDENTIFIER, SIGNATURE).expect("a signature");
        let key = keys.get(&signature.key).expect("the key");
        assert!(key.verify(BODY.as_bytes(), &signature.signature).is_ok());
        for near in [format!("{BODY} "), format!("{BODY}\n"), BODY.replace("some_token", "some_tokeN"), String::new()] {
            assert!(key.verify(near.as_bytes(), &signature.signature).is_err(), "{near}");
        }
    }

    #[test]
    fn what_cannot_be_a_seal_is_refused_before_anyone_is_asked() {
        let long = "a".repeat(257);
        for identifier in ["", " ", "a b", "../keys", &long] {
            assert!(ReportSignature::parse(identifier, SIGNATURE).is_none(), "{identifier}");
        }
        let raw = STANDARD.encode([7_u8; 64]);
        for signature in ["", "x", "MEQ=", &raw, &SIGNATURE[4..], &format!("{SIGNATURE}{SIGNATURE}"), &long] {
            assert!(ReportSignature::parse(IDENTIFIER, signature).is_none(), "{signature}");
        }
    }

    #[test]
    fn nonsense_is_no_list() {
        for list in
            ["", "[]", "{}", "<html>", r#"{"public_keys":[]}"#, r#"{"public_keys":[{"key_identifier":"a","key":"b"}]}"#]
        {
            assert!(read(list.as_bytes()).is_err(), "{list}");
        }
    }
}
