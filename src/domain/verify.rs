//! The gateway's question: may this key make a request now?

use std::sync::PoisonError;

use crate::domain::Domain;
use crate::domain::error::{BadToken, Refusal, Result};
use crate::domain::limits::Quota;
use crate::domain::people::User;
use crate::model::api_key::{KeyId, PlainKey};
use crate::store::keys::MarkUsed;

/// Yes: who makes the request.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// The owner of the key.
    pub user: User,
    /// The key's number.
    pub key: KeyId,
    /// What its owner calls it.
    pub key_name: String,
    /// What is left of the account's requests.
    pub quota: Quota,
}

impl Domain {
    /// Admits one request with that key, and counts it.
    pub async fn admit(&self, key: &str) -> Result<Admitted> {
        let plain = PlainKey::parse(key).ok_or(BadToken::KeyUnknown)?;
        let (key, owner) = self.parts.store.key_by_digest(&plain.digest()).await?.ok_or(BadToken::KeyUnknown)?;
        if key.revoked_at.is_some() {
            return Err(BadToken::KeyRevoked.into());
        }
        if key.expires_at.is_some_and(|at| at <= self.now()) {
            return Err(BadToken::KeyExpired.into());
        }
        if owner.banned_at.is_some() {
            return Err(Refusal::Banned.into());
        }
        let plan = self.with_api_access(&owner)?;
        let taken = self.parts.limits.take(owner.id, plan, self.parts.nature.clock.millis());
        let quota = taken.map_err(Refusal::RateLimited)?;
        self.parts.used_keys.lock().unwrap_or_else(PoisonError::into_inner).insert(key.id, self.now());
        Ok(Admitted { user: self.user(&owner), key: key.id, key_name: key.name, quota })
    }

    /// Writes down when keys were last used, which `admit` only gathers.
    pub async fn flush_last_used(&self) -> Result<()> {
        let uses: Vec<_> = {
            let mut used = self.parts.used_keys.lock().unwrap_or_else(PoisonError::into_inner);
            used.drain().collect()
        };
        if uses.is_empty() {
            return Ok(());
        }
        let written = self.parts.store.write(MarkUsed { uses: uses.clone() }).await;
        if written.is_err() {
            // Kept for the next time, below what was gathered meanwhile.
            let mut used = self.parts.used_keys.lock().unwrap_or_else(PoisonError::into_inner);
            for (key, at) in uses {
                used.entry(key).or_insert(at);
            }
        }
        Ok(written?)
    }
}
