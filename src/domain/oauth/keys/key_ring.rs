//! Signing keys in memory, read again at most once a second: every instance publishes a key within a second.

use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::Domain;
use crate::domain::error::{Error, Fault, Result};
use crate::domain::oauth::keys::jwt::{self, JwtKind};
use crate::domain::oauth::keys::private_key::{PrivateKey, PublicKey, generate};
use crate::domain::oauth::keys::sealing::OpenedKey;
use crate::model::oauth::signing_key::{SigningAlgorithm, SigningKeyState, SigningKeyStatus};
use crate::model::time::Moment;
use crate::store::oauth::signing_keys::{AddSigningKey, ResealSigningKey, SigningKeyRow};

/// Age at which the keys in memory are read again, in milliseconds.
const REREAD_AFTER_MILLIS: i64 = 1000;

/// A signing key in memory.
pub(in crate::domain) struct SigningKey {
    /// Id, algorithm and state.
    pub(in crate::domain) status: SigningKeyStatus,
    /// Private part; `None` for a retired key.
    pub(in crate::domain) private: Option<PrivateKey>,
    /// Public part.
    pub(in crate::domain) public: PublicKey,
    /// Public part as JSON.
    pub(in crate::domain) jwk: String,
}

/// Keys as last read.
pub(in crate::domain) type SigningKeys = Arc<Vec<Arc<SigningKey>>>;

/// Cache of the signing keys.
#[derive(Default)]
pub(in crate::domain) struct KeyRing(Mutex<Option<LoadedKeys>>);

struct LoadedKeys {
    read_at: i64,
    keys: SigningKeys,
}

impl KeyRing {
    fn fresh(&self, millis: i64) -> Option<SigningKeys> {
        let loaded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |loaded: &&LoadedKeys| (0..REREAD_AFTER_MILLIS).contains(&(millis - loaded.read_at));
        loaded.as_ref().filter(is_fresh).map(|loaded| Arc::clone(&loaded.keys))
    }

    fn last(&self) -> Option<SigningKeys> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|loaded| Arc::clone(&loaded.keys))
    }

    fn set(&self, keys: SigningKeys, read_at: i64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(LoadedKeys { read_at, keys });
    }

    /// Makes the next use read the keys again. Keys that were parsed are used again.
    pub(in crate::domain) fn expire(&self) {
        if let Some(loaded) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            loaded.read_at = i64::MIN / 2;
        }
    }
}

impl Domain {
    /// Returns the signing keys. Makes the first ones of ES256 if there are none.
    pub(in crate::domain) async fn oauth_keys(&self) -> Result<SigningKeys> {
        let millis = self.inner.env.clock.millis();
        let ring = &self.inner.oauth.key_ring;
        if let Some(keys) = ring.fresh(millis) {
            return Ok(keys);
        }
        let mut rows = self.inner.store.oauth_keys().await?;
        let has_current = |rows: &[SigningKeyRow]| {
            rows.iter().any(|row| row.alg == SigningAlgorithm::Es256.as_str() && row.state == "current")
        };
        if !has_current(&rows) {
            self.make_keys(SigningAlgorithm::Es256).await?;
            rows = self.inner.store.oauth_keys().await?;
        }
        let keys = Arc::new(self.parse_keys(rows).await?);
        ring.set(Arc::clone(&keys), millis);
        Ok(keys)
    }

    /// Parses the rows. What was parsed before is used again.
    async fn parse_keys(&self, rows: Vec<SigningKeyRow>) -> Result<Vec<Arc<SigningKey>>> {
        let known = self.inner.oauth.key_ring.last().unwrap_or_default();
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            let algorithm = SigningAlgorithm::parse(&row.alg);
            let Some((algorithm, state)) = algorithm.zip(SigningKeyState::parse(&row.state)) else { continue };
            let status = SigningKeyStatus {
                kid: row.kid,
                algorithm,
                state,
                published_at: row.published_at,
                signs_from: row.signs_from,
                retired_at: row.retired_at,
            };
            if let Some(key) = known.iter().find(|key| key.status == status) {
                keys.push(Arc::clone(key));
                continue;
            }
            let private = match &row.sealed {
                Some(sealed) => Some(self.open_key(&status, sealed).await?),
                None => None,
            };
            let public = PublicKey::parse(algorithm, &row.jwk);
            let public =
                public.ok_or_else(|| Fault::new("a public signing key is unreadable")).map_err(Error::Failed)?;
            keys.push(Arc::new(SigningKey { status, private, public, jwk: row.jwk }));
        }
        Ok(keys)
    }

    /// Opens a private key. One that was sealed under the previous server secret is sealed again.
    async fn open_key(&self, status: &SigningKeyStatus, sealed: &[u8]) -> Result<PrivateKey> {
        let sealing = &self.inner.oauth.sealing;
        let fault = || {
            Error::Failed(Fault::new(
                "a signing key cannot be opened: NEURALBOX_JWT_SECRET has changed. Restore it, or replace all keys \
                 with `neuralbox-auth admin oauth rotate-key --now`",
            ))
        };
        let private = match sealing.open(&status.kid, sealed).ok_or_else(fault)? {
            OpenedKey::Present(private) => private,
            OpenedKey::Previous(private) => {
                let sealed = sealing.seal(&status.kid, &private, self.rng()).ok_or_else(fault)?;
                self.inner.store.write(ResealSigningKey { kid: status.kid.clone(), sealed }).await?;
                private
            }
        };
        PrivateKey::parse(status.algorithm, &private).ok_or_else(fault)
    }

    /// Makes the first keys of an algorithm: one that signs at once, because nobody knows another, and the next one. Of two
    /// instances that do this, one wins.
    pub(in crate::domain) async fn make_keys(&self, algorithm: SigningAlgorithm) -> Result<()> {
        for state in [SigningKeyState::Current, SigningKeyState::Next] {
            let key = self.new_key(algorithm, state).await?;
            self.inner.store.write(AddSigningKey { key }).await?;
        }
        self.inner.oauth.key_ring.expire();
        Ok(())
    }

    /// Makes a key, to be stored.
    pub(in crate::domain) async fn new_key(
        &self,
        algorithm: SigningAlgorithm,
        state: SigningKeyState,
    ) -> Result<SigningKeyRow> {
        let rng = Arc::clone(&self.inner.env.rng);
        let fault = || Error::Failed(Fault::new("making a signing key failed"));
        let pair = tokio::task::spawn_blocking(move || generate(algorithm, rng.as_ref())).await;
        let pair = pair.ok().flatten().ok_or_else(fault)?;
        let sealed = self.inner.oauth.sealing.seal(&pair.kid, &pair.private, self.rng()).ok_or_else(fault)?;
        let now = self.now();
        tracing::info!(kid = pair.kid, algorithm = algorithm.as_str(), state = state.as_str(), "signing key: created");
        Ok(SigningKeyRow {
            kid: pair.kid,
            alg: algorithm.as_str().to_owned(),
            state: state.as_str().to_owned(),
            sealed: Some(sealed),
            jwk: pair.jwk,
            published_at: now,
            signs_from: (state == SigningKeyState::Current).then_some(now),
            retired_at: None,
        })
    }

    /// Signs claims with the current key of an algorithm.
    pub(in crate::domain) async fn sign_jwt<T: serde::Serialize + Sync>(
        &self,
        algorithm: SigningAlgorithm,
        kind: JwtKind,
        claims: &T,
    ) -> Result<String> {
        let current = |keys: &SigningKeys| {
            let is_current = |key: &&Arc<SigningKey>| {
                key.status.algorithm == algorithm && key.status.state == SigningKeyState::Current
            };
            keys.iter().find(is_current).cloned()
        };
        let mut key = current(&self.oauth_keys().await?);
        if key.is_none() {
            self.make_keys(algorithm).await?;
            key = current(&self.oauth_keys().await?);
        }
        let signed = key.and_then(|key| jwt::sign(kind, claims, &key));
        signed.ok_or_else(|| Error::Failed(Fault::new("signing a token failed")))
    }

    /// Returns the public keys as one JSON document (RFC 7517, 5). A retired key is published until no token of it is
    /// valid any more, and an hour longer.
    pub async fn jwks(&self) -> Result<String> {
        let now = self.now();
        let keys = self.oauth_keys().await?;
        let is_published = |key: &&Arc<SigningKey>| is_published(&key.status, now);
        let keys: Vec<&str> = keys.iter().filter(is_published).map(|key| key.jwk.as_str()).collect();
        Ok(format!("{{\"keys\":[{}]}}", keys.join(",")))
    }
}

/// Time for which a retired key stays published, in seconds.
const RETIRED_PUBLISHED_SECS: i64 = 900 + 3600;

/// True if readers can see the key.
fn is_published(status: &SigningKeyStatus, now: Moment) -> bool {
    status.retired_at.is_none_or(|retired_at| now < retired_at.plus(RETIRED_PUBLISHED_SECS))
}
