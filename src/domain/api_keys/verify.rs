//! The gateway's question: may this key make a request now?

use std::sync::Arc;
use std::time::Duration;

use ecow::EcoString;

use crate::domain::Domain;
use crate::domain::accounts::profile::UserProfile;
use crate::domain::api_keys::key_cache::{CacheLookup, CachedAccount, ENDED_KEY_MEMORY_SECS, KeyStatus, status_of};
use crate::domain::error::{CredentialError, Refusal, Result};
use crate::domain::rate_limits::RateLimitStatus;
use crate::model::accounts::account::AccountId;
use crate::model::api_key::{KeyDigest, KeyId};
use crate::model::billing::plan::Plan;
use crate::model::network::Network;
use crate::model::time::Moment;
use crate::telemetry;

/// How often a key is looked at again because its account changed meanwhile.
const MAX_REREADS: usize = 5;
/// How long a look-up may wait for others, in seconds.
const LOOKUP_QUEUE_TIMEOUT: Duration = Duration::from_secs(5);

/// Yes: who makes the request.
#[derive(Clone)]
pub struct VerifiedKey {
    /// The key's number.
    pub key: KeyId,
    /// What its owner calls it.
    pub key_name: EcoString,
    /// The plan that counts now.
    pub plan: u16,
    /// Tokens left.
    pub token_balance: i64,
    /// What is left of the account's requests.
    pub quota: RateLimitStatus,
    holder: Arc<CachedAccount>,
}

impl VerifiedKey {
    /// The account's number.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.holder.id
    }
}

impl Domain {
    /// Admits one request with that key, and counts it. `network` is where the request comes from, if it has to be known.
    pub async fn verify_key(&self, key: &str, network: impl Fn() -> Network) -> Result<VerifiedKey> {
        let digest = KeyDigest::of_text(key).ok_or(CredentialError::KeyUnknown)?;
        let at = self.inner.env.clock.millis();
        let now = Moment::of_millis(at);
        let mut taken = None;
        for _ in 0..MAX_REREADS {
            let standing = match self.inner.key_cache.look(&digest, now) {
                CacheLookup::Held(standing) => standing,
                CacheLookup::Unknown => return Err(CredentialError::KeyUnknown.into()),
                CacheLookup::Ask(owner) => self.look_up_key(&digest, owner, network()).await?,
            };
            check_key(&standing, now)?;
            let place = standing.facts.plan(now);
            let plan = self.open_plan(place)?;
            // One request takes one of the quota, however often it is looked at.
            let quota = match taken.take() {
                Some(quota) => quota,
                None => self.take_request(&standing.holder, plan, at).await.map_err(|quota| {
                    self.inner.rate_limit_alerts.note(standing.holder.id, &quota, at);
                    Refusal::RateLimited(quota)
                })?,
            };
            // What changed while the database or Redis was waited for counts already.
            if standing.holder.changed_since(standing.ticket) {
                taken = Some(quota);
                continue;
            }
            if !standing.noted {
                self.inner.key_cache.record_use(&digest, &standing, (now, network()));
            }
            let KeyStatus { holder, facts, key, key_name, .. } = standing;
            return Ok(VerifiedKey { key, key_name, plan: place, token_balance: facts.balance, quota, holder });
        }
        Err(Refusal::Busy.into())
    }

    /// The owner of a key that was admitted.
    #[must_use]
    pub fn user_of(&self, admitted: &VerifiedKey) -> UserProfile {
        let plan = self.plans().at(admitted.plan).id.clone();
        let VerifiedKey { holder, token_balance, .. } = admitted;
        UserProfile { id: holder.id, name: holder.name().into(), plan, token_balance: *token_balance }
    }

    /// The plan at a place, if it has API access.
    fn open_plan(&self, place: u16) -> Result<&Plan> {
        let plan = self.plans().at(place);
        if plan.api_access { Ok(plan) } else { Err(self.insufficient(plan)) }
    }

    /// Looks a key up in the database, and holds what is found of its owner.
    async fn look_up_key(&self, digest: &KeyDigest, owner: Option<AccountId>, network: Network) -> Result<KeyStatus> {
        telemetry::key_cache_missed();
        let (misses, millis) = (&self.inner.key_cache.misses, self.inner.env.clock.millis());
        if owner.is_none() {
            if misses.contains(digest, millis) {
                return Err(CredentialError::KeyUnknown.into());
            }
            misses.take(network, millis).map_err(Refusal::TooManyUnknownKeys)?;
        }
        // So that look-ups leave room for everybody else's work.
        let turn = tokio::time::timeout(LOOKUP_QUEUE_TIMEOUT, self.inner.lookups.acquire()).await;
        let _turn = turn.ok().and_then(std::result::Result::ok).ok_or(Refusal::Busy)?;
        let found = self.find_key(digest, owner).await?;
        if found.is_none() {
            misses.note(digest, millis);
        } else if owner.is_none() {
            misses.give_back(network);
        }
        Ok(found.ok_or(CredentialError::KeyUnknown)?)
    }

    /// Looks a key up where it is thought to be, and where it is. Where accounts are merged, it may have gone from one to the
    /// other between two glances.
    async fn find_key(&self, digest: &KeyDigest, thought: Option<AccountId>) -> Result<Option<KeyStatus>> {
        let mut looked = None;
        let mut owner = match thought {
            Some(owner) => Some(owner),
            None => self.inner.store.owner_of_key(digest).await?,
        };
        while let Some(there) = owner.filter(|_| owner != looked) {
            if let Some(found) = self.reread_account(there, digest).await? {
                return Ok(Some(found));
            }
            looked = owner;
            owner = self.inner.store.owner_of_key(digest).await?;
        }
        Ok(None)
    }

    /// Reads an account, holds what was read, and says what it says of a key.
    async fn reread_account(&self, owner: AccountId, digest: &KeyDigest) -> Result<Option<KeyStatus>> {
        let (key_cache, now) = (&self.inner.key_cache, self.now());
        // What is read while no news arrives is for this answer only: nobody would say when it is old.
        let (to_be_held, ticket) = (key_cache.trust.is_fresh(), key_cache.ticket());
        let rows = self.inner.store.cache_rows(&[owner], now.minus(ENDED_KEY_MEMORY_SECS)).await?;
        if to_be_held {
            key_cache.insert_lookup(digest, &rows, (owner, (self.plans(), ticket, now)));
        }
        if key_cache.is_too_full() {
            key_cache.make_room(now);
        }
        Ok(status_of(digest, &rows, &key_cache.holder(owner), (self.plans(), ticket, now)))
    }
}

/// Whether the key itself and its owner are in order.
fn check_key(standing: &KeyStatus, now: Moment) -> Result<()> {
    if standing.revoked {
        return Err(CredentialError::KeyRevoked.into());
    }
    if standing.until.is_some_and(|until| until <= now) {
        return Err(CredentialError::KeyExpired.into());
    }
    if standing.facts.banned {
        return Err(Refusal::Banned.into());
    }
    if standing.facts.leaving {
        return Err(Refusal::DeletionScheduled.into());
    }
    Ok(())
}
