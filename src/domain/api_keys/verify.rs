//! Key verification: may this key make a request now? Gateways ask before every request.

use std::sync::Arc;
use std::time::Duration;

use ecow::EcoString;

use crate::domain::Domain;
use crate::domain::accounts::profile::UserProfile;
use crate::domain::api_keys::key_cache::{
    CacheLookup, CachedAccount, ENDED_KEY_MEMORY_SECS, KeyStatus, ReadAt, status_of,
};
use crate::domain::error::{CredentialError, Refusal, Result};
use crate::model::accounts::account::AccountId;
use crate::model::api_key::{KeyDigest, KeyId};
use crate::model::billing::plan::Plan;
use crate::model::network::Network;
use crate::model::rate_limit::RateLimitStatus;
use crate::model::time::Moment;
use crate::telemetry;

/// Largest number of re-reads of a key whose account changes meanwhile.
const MAX_REREADS: usize = 5;
/// Longest wait for a free lookup slot.
const LOOKUP_QUEUE_TIMEOUT: Duration = Duration::from_secs(5);

/// Verified key, and the account that makes the request.
#[derive(Clone)]
pub struct VerifiedKey {
    /// Id of the key.
    pub key: KeyId,
    /// Name of the key.
    pub key_name: EcoString,
    /// Index of the present plan.
    pub plan: u16,
    /// Tokens left.
    pub token_balance: i64,
    /// Quota of the account after this request.
    pub quota: RateLimitStatus,
    holder: Arc<CachedAccount>,
}

impl VerifiedKey {
    /// Returns the id of the owner's account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.holder.id
    }
}

impl Domain {
    /// Verifies a key and counts one request. `network` is called only if the source of the request is needed.
    pub async fn verify_key(&self, key: &str, network: impl Fn() -> Network) -> Result<VerifiedKey> {
        let digest = KeyDigest::of_text(key).ok_or(CredentialError::KeyUnknown)?;
        let at = self.inner.env.clock.millis();
        let now = Moment::of_millis(at);
        let mut counted = None;
        for _ in 0..MAX_REREADS {
            let status = match self.inner.key_cache.lookup(&digest, now) {
                CacheLookup::Hit(status) => status,
                CacheLookup::Unknown => return Err(CredentialError::KeyUnknown.into()),
                CacheLookup::ReadDatabase(owner) => self.look_up_key(&digest, owner, network()).await?,
            };
            self.check_key(&status, now)?;
            let index = status.facts.plan(now);
            let plan = self.open_plan(index)?;
            // One request takes one of the quota, however many re-reads it needs.
            let quota = match counted.take() {
                Some(quota) => quota,
                None => self.take_request(&status.holder, plan, at).await.map_err(|quota| {
                    self.inner.rate_limit_alerts.record(status.holder.id, &quota, at);
                    Refusal::RateLimited(quota)
                })?,
            };
            // Changes made while the database or Redis was waited for take effect immediately.
            if status.holder.changed_since(status.stamp) {
                counted = Some(quota);
                continue;
            }
            self.inner.key_cache.record_request(&digest, &status, now, network);
            let KeyStatus { holder, facts, key, key_name, .. } = status;
            return Ok(VerifiedKey { key, key_name, plan: index, token_balance: facts.balance, quota, holder });
        }
        Err(Refusal::Busy.into())
    }

    /// Returns the owner of a verified key.
    #[must_use]
    pub fn user_of(&self, verified_key: &VerifiedKey) -> UserProfile {
        let plan = self.plans().at(verified_key.plan).id.clone();
        let VerifiedKey { holder, token_balance, .. } = verified_key;
        UserProfile { id: holder.id, name: holder.name().into(), plan, token_balance: *token_balance }
    }

    /// Returns the plan with this index if it includes API access.
    fn open_plan(&self, index: u16) -> Result<&Plan> {
        let plan = self.plans().at(index);
        if plan.api_access { Ok(plan) } else { Err(self.insufficient(plan)) }
    }

    /// Refuses a key that has ended, and one whose owner is suspended or scheduled for deletion.
    fn check_key(&self, status: &KeyStatus, now: Moment) -> Result<()> {
        if status.revoked {
            return Err(CredentialError::KeyRevoked.into());
        }
        if status.until.is_some_and(|until| until <= now) {
            return Err(CredentialError::KeyExpired.into());
        }
        if status.facts.banned {
            return Err(self.banned().into());
        }
        if status.facts.leaving {
            return Err(Refusal::DeletionScheduled.into());
        }
        Ok(())
    }

    /// Looks a key up in the database and caches its owner's keys.
    async fn look_up_key(&self, digest: &KeyDigest, owner: Option<AccountId>, network: Network) -> Result<KeyStatus> {
        telemetry::metrics::key_cache_misses_total();
        let (misses, millis) = (&self.inner.key_cache.negative, self.inner.env.clock.millis());
        if owner.is_none() {
            if misses.contains(digest, millis) {
                return Err(CredentialError::KeyUnknown.into());
            }
            misses.take(network, millis).map_err(Refusal::TooManyUnknownKeys)?;
        }
        // Lookups leave room for other database work.
        let permit = tokio::time::timeout(LOOKUP_QUEUE_TIMEOUT, self.inner.lookups.acquire()).await;
        let _permit = permit.ok().and_then(std::result::Result::ok).ok_or(Refusal::Busy)?;
        let status = self.find_key(digest, owner).await?;
        if status.is_none() {
            misses.record(digest, millis);
        } else if owner.is_none() {
            misses.release(network);
        }
        Ok(status.ok_or(CredentialError::KeyUnknown)?)
    }

    /// Looks for a key at its presumed owner, then at its real one. A merge may move it from one account to the other
    /// between two reads.
    async fn find_key(&self, digest: &KeyDigest, presumed: Option<AccountId>) -> Result<Option<KeyStatus>> {
        let mut last = None;
        let mut owner = match presumed {
            Some(owner) => Some(owner),
            None => self.inner.store.owner_of_key(digest).await?,
        };
        while let Some(candidate) = owner.filter(|_| owner != last) {
            if let Some(status) = self.reread_account(candidate, digest).await? {
                return Ok(Some(status));
            }
            last = owner;
            owner = self.inner.store.owner_of_key(digest).await?;
        }
        Ok(None)
    }

    /// Reads an account, caches the result, and returns the status of one key.
    async fn reread_account(&self, owner: AccountId, digest: &KeyDigest) -> Result<Option<KeyStatus>> {
        let (key_cache, now) = (&self.inner.key_cache, self.now());
        // Without change notifications the read serves this answer only: nothing would invalidate it later.
        let (cacheable, stamp) = (key_cache.freshness.is_fresh(), key_cache.stamp());
        let rows = self.inner.store.cache_rows(&[owner], now.minus(ENDED_KEY_MEMORY_SECS)).await?;
        let read_at = ReadAt { plans: self.plans(), stamp, now };
        if cacheable {
            key_cache.insert_lookup(digest, owner, &rows, read_at);
        }
        if key_cache.is_too_full() {
            key_cache.make_room(now);
        }
        Ok(status_of(digest, &rows, &key_cache.holder(owner), read_at))
    }
}
