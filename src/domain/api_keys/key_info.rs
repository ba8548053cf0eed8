//! A key asks about itself.

use crate::domain::Domain;
use crate::domain::accounts::profile::UserProfile;
use crate::domain::api_keys::key_cache::CacheLookup;
use crate::domain::api_keys::keys::ListedKey;
use crate::domain::error::{CredentialError, Refusal, Result};
use crate::domain::rate_limits::RateLimitStatus;
use crate::model::api_key::{KeySlot, KeyState, PlainKey};

/// What a key may know of itself.
#[derive(Clone, Debug)]
pub struct KeyInfo {
    /// The key, `active` or `disabled`.
    pub listed: ListedKey,
    /// Its owner.
    pub user: UserProfile,
    /// What is left of the owner's requests; nothing is said where none may be made.
    pub quota: Option<RateLimitStatus>,
    /// Which of its secrets asks.
    pub which: KeySlot,
}

impl Domain {
    /// Tells a key about itself; it costs nothing of the limit and does not count as a use. A key of a plan without API access
    /// is told so, and nothing more is wrong with it; one that is no good is refused as a request with it would be.
    pub async fn key_info(&self, key: &str) -> Result<KeyInfo> {
        let plain = PlainKey::parse(key).ok_or(CredentialError::KeyUnknown)?;
        if matches!(self.inner.key_cache.look(&plain.digest(), self.now()), CacheLookup::Unknown) {
            return Err(CredentialError::KeyUnknown.into());
        }
        let (key, which) = self.inner.store.key_by_digest(&plain.digest()).await?.ok_or(CredentialError::KeyUnknown)?;
        let owner = self.inner.store.account(key.account_id).await?.ok_or(CredentialError::KeyUnknown)?;
        if key.revoked_at.is_some() {
            return Err(CredentialError::KeyRevoked.into());
        }
        if !key.works_until(which, self.now()) {
            return Err(CredentialError::KeyExpired.into());
        }
        if owner.banned_at.is_some() {
            return Err(Refusal::Banned.into());
        }
        if owner.leaving_at.is_some() {
            return Err(Refusal::DeletionScheduled.into());
        }
        let listed = self.listed(key, &owner);
        let quota = match listed.state {
            KeyState::Active => {
                Some(self.peek_rate_limit(&self.inner.key_cache.holder(owner.id), self.plan_of_account(&owner)).await)
            }
            _ => None,
        };
        Ok(KeyInfo { listed, user: self.user(&owner), quota, which })
    }
}
