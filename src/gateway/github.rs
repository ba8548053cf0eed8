//! GitHub's secret scanning: who signs its reports of keys that were found in public
//! (<https://docs.github.com/en/code-security/secret-scanning/secret-scanning-partnership-program/secret-scanning-partner-program>).
//!
//! GitHub signs the body of a report with ECDSA P-256 and SHA-256, and publishes the public keys. They are asked for when a
//! report comes that none of those we hold has signed, or that comes a day after we last asked; at most once a minute,
//! because anyone can make up reports, and GitHub answers strangers 60 times an hour. While GitHub is away, the keys we
//! hold count.

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

/// How long GitHub may take to name its keys.
const GITHUB_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest list of keys that is read, in bytes.
const MAX_RESPONSE_BYTES: usize = 256 * 1024;
/// How soon the keys may be asked for again, in seconds.
const REFETCH_INTERVAL_SECS: i64 = 60;
/// How long the keys are held without asking again, in seconds.
const KEYS_MAX_AGE_SECS: i64 = 86_400;
/// The longest name of a key and the longest signature that are looked at, in bytes. GitHub's have 64 and 96.
const MAX_FIELD_CHARS: usize = 256;

/// How a report is signed.
#[derive(Clone, Debug)]
pub struct ReportSignature {
    key: String,
    signature: Signature,
}

impl ReportSignature {
    /// Reads `Github-Public-Key-Identifier` and `Github-Public-Key-Signature`, a base64 DER signature; `None` if they
    /// cannot be of GitHub.
    #[must_use]
    pub fn parse(identifier: &str, signature: &str) -> Option<Self> {
        let short = |text: &str| (1..=MAX_FIELD_CHARS).contains(&text.len());
        let plain = short(identifier) && identifier.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let der = STANDARD.decode(signature).ok().filter(|_| plain && short(signature))?;
        Some(Self { key: identifier.to_owned(), signature: Signature::from_der(&der).ok()? })
    }
}

/// Why a report cannot be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GitHubError {
    /// GitHub did not sign it.
    Forged,
    /// GitHub's keys cannot be had; it makes sense to try again after that many seconds.
    Away(u32),
}

/// GitHub, as far as we need it. Cheap to clone.
#[derive(Clone)]
pub struct GitHub {
    inner: Arc<GitHubInner>,
}

struct GitHubInner {
    client: reqwest::Client,
    keys_url: Url,
    held: RwLock<CachedKeys>,
    /// One asks, and the others wait for its answer.
    asked: Mutex<FetchState>,
}

#[derive(Default)]
struct CachedKeys {
    keys: HashMap<String, VerifyingKey>,
    since: Option<Moment>,
}

#[derive(Default)]
struct FetchState {
    at: Option<Moment>,
    well: bool,
}

impl GitHub {
    /// Believes whom the list at `keys_url` names. Calls nobody yet.
    pub fn new(keys_url: Url) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("neuralbox-auth/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(GITHUB_TIMEOUT)
            .build()
            .map_err(|fault| format!("the HTTP client could not be made: {fault}"))?;
        let (held, asked) = (RwLock::default(), Mutex::default());
        Ok(Self { inner: Arc::new(GitHubInner { client, keys_url, held, asked }) })
    }

    /// Whether GitHub signed exactly these bytes.
    pub async fn check(&self, seal: &ReportSignature, body: &[u8], now: Moment) -> Result<(), GitHubError> {
        let key = match self.inner.held(&seal.key, now) {
            Some(key) => key,
            None => self.asked(seal.key.clone(), now).await?,
        };
        key.verify(body, &seal.signature).map_err(|_| GitHubError::Forged)
    }

    /// Asks in a task of its own: a caller who hangs up cannot make the answer be lost.
    async fn asked(&self, key: String, now: Moment) -> Result<VerifyingKey, GitHubError> {
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move { inner.ask(&key, now).await }).await.unwrap_or(Err(GitHubError::Away(1)))
    }
}

impl GitHubInner {
    /// A key of the list we hold, if that is new enough.
    fn held(&self, key: &str, now: Moment) -> Option<VerifyingKey> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.since.filter(|since| now.since(*since) < KEYS_MAX_AGE_SECS).and_then(|_| held.keys.get(key).copied())
    }

    /// A key of the list as it is now, or as it was when GitHub last answered.
    async fn ask(&self, key: &str, now: Moment) -> Result<VerifyingKey, GitHubError> {
        let mut asked = self.asked.lock().await;
        let soon = asked
            .at
            .map(|at| REFETCH_INTERVAL_SECS - now.since(at))
            .filter(|left| (1..=REFETCH_INTERVAL_SECS).contains(left));
        if soon.is_none() {
            let answer = fetch(&self.client, &self.keys_url).await;
            *asked = FetchState { at: Some(now), well: answer.is_ok() };
            match answer {
                Ok(keys) => self.hold(CachedKeys { keys, since: Some(now) }),
                Err(why) => tracing::warn!(why, "GitHub's public keys cannot be had; those we hold count"),
            }
        }
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner).keys.get(key).copied();
        let left = soon.unwrap_or(REFETCH_INTERVAL_SECS);
        held.ok_or(if asked.well { GitHubError::Forged } else { GitHubError::Away(u32::try_from(left).unwrap_or(1)) })
    }

    fn hold(&self, held: CachedKeys) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
    }
}

/// The list as GitHub publishes it. `is_current` names the key of today's reports; an older one may sign a late report.
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
    let plain = |fault: reqwest::Error| fault.without_url().to_string();
    let answer = client.get(url.clone()).header("accept", "application/json").send().await.map_err(plain)?;
    if answer.status() != reqwest::StatusCode::OK {
        return Err(format!("the answer is {}", answer.status()));
    }
    let mut parts = answer.bytes_stream();
    let mut body = Vec::new();
    while let Some(part) = parts.next().await {
        body.extend_from_slice(&part.map_err(plain)?);
        if body.len() > MAX_RESPONSE_BYTES {
            return Err("the list is too long".to_owned());
        }
    }
    read(&body)
}

/// Reads the list. A key of another kind than ours is passed over; a list without any of ours is none.
fn read(list: &[u8]) -> Result<HashMap<String, VerifyingKey>, String> {
    let list: PublicKeyList =
        serde_json::from_slice(list).map_err(|fault| format!("the list cannot be read: {fault}"))?;
    let key = |key: PublicKeyEntry| Some((key.key_identifier, VerifyingKey::from_public_key_pem(&key.key).ok()?));
    let keys: HashMap<_, _> = list.public_keys.into_iter().filter_map(key).collect();
    if keys.is_empty() { Err("the list has no P-256 key".to_owned()) } else { Ok(keys) }
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

    /// The sample of GitHub's page, with the key that GitHub published for it.
    #[test]
    fn githubs_own_sample_is_believed_and_nothing_near_it() {
        let keys = read(LIST.as_bytes()).expect("a list");
        assert_eq!(keys.len(), 1, "the key of another kind is passed over");
        let seal = ReportSignature::parse(IDENTIFIER, SIGNATURE).expect("a seal");
        let key = keys.get(&seal.key).expect("the key");
        assert!(key.verify(BODY.as_bytes(), &seal.signature).is_ok());
        for near in [format!("{BODY} "), format!("{BODY}\n"), BODY.replace("some_token", "some_tokeN"), String::new()] {
            assert!(key.verify(near.as_bytes(), &seal.signature).is_err(), "{near}");
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
