//! Key information, which a key requests about itself.

use crate::domain::Domain;
use crate::domain::accounts::profile::UserProfile;
use crate::domain::api_keys::key_cache::CacheLookup;
use crate::domain::api_keys::keys::ListedKey;
use crate::domain::error::{CredentialError, Refusal, Result};
use crate::model::api_key::{KeySlot, KeyState, PlainKey};
use crate::model::rate_limit::RateLimitStatus;

/// Information a key gets about itself.
#[derive(Clone, Debug)]
pub struct KeyInfo {
    /// The key, `active` or `disabled`.
    pub listed: ListedKey,
    /// Owner of the key.
    pub user: UserProfile,
    /// Quota of the owner; `None` if the plan does not include API access.
    pub quota: Option<RateLimitStatus>,
    /// Secret of the key that was sent.
    pub slot: KeySlot,
}

impl Domain {
    /// Returns information about a key. The request counts neither against the rate limit nor as a use. Without API
    /// access in the owner's plan the key is reported as `disabled`; other invalid keys are refused as in verification.
    pub async fn key_info(&self, key: &str) -> Result<KeyInfo> {
        let plain = PlainKey::parse(key).ok_or(CredentialError::KeyUnknown)?;
        if matches!(self.inner.key_cache.lookup(&plain.digest(), self.now()), CacheLookup::Unknown) {
            return Err(CredentialError::KeyUnknown.into());
        }
        let (key, slot) = self.inner.store.key_by_digest(&plain.digest()).await?.ok_or(CredentialError::KeyUnknown)?;
        let owner = self.inner.store.account(key.account_id).await?.ok_or(CredentialError::KeyUnknown)?;
        if key.revoked_at.is_some() {
            return Err(CredentialError::KeyRevoked.into());
        }
        if !key.works_until(slot, self.now()) {
            return Err(CredentialError::KeyExpired.into());
        }
        if owner.banned_at.is_some() {
            return Err(self.banned().into());
        }
        if owner.deletion_due_at.is_some() {
            return Err(Refusal::DeletionScheduled.into());
        }
        let listed = self.listed(key, &owner);
        let quota = match listed.state {
            KeyState::Active => {
                Some(self.peek_rate_limit(&self.inner.key_cache.holder(owner.id), self.plan_of_account(&owner)).await)
            }
            _ => None,
        };
        Ok(KeyInfo { listed, user: self.user(&owner), quota, slot })
    }
}
