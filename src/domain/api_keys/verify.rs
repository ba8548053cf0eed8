//! The gateway's question: may this key make a request now?

use std::sync::Arc;
use std::time::Duration;

use ecow::EcoString;

use crate::domain::Domain;
use crate::domain::accounts::profile::User;
use crate::domain::api_keys::key_cache::{Holder, Look, REMEMBERED, Standing, standing_of};
use crate::domain::error::{BadToken, Refusal, Result};
use crate::domain::rate_limits::Quota;
use crate::model::accounts::account::AccountId;
use crate::model::api_key::{KeyDigest, KeyId};
use crate::model::billing::plan::Plan;
use crate::model::network::Network;
use crate::model::time::Moment;
use crate::telemetry;

/// How often a key is looked at again because its account changed meanwhile.
const LOOKS: usize = 5;
/// How long a look-up may wait for others, in seconds.
const QUEUE: Duration = Duration::from_secs(5);

/// Yes: who makes the request.
#[derive(Clone)]
pub struct Admitted {
    /// The key's number.
    pub key: KeyId,
    /// What its owner calls it.
    pub key_name: EcoString,
    /// The plan that counts now.
    pub plan: u16,
    /// Tokens left.
    pub token_balance: i64,
    /// What is left of the account's requests.
    pub quota: Quota,
    holder: Arc<Holder>,
}

impl Admitted {
    /// The account's number.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.holder.id
    }
}

impl Domain {
    /// Admits one request with that key, and counts it. `network` is where the request comes from, if it has to be known.
    pub async fn admit(&self, key: &str, network: impl Fn() -> Network) -> Result<Admitted> {
        let digest = KeyDigest::of_text(key).ok_or(BadToken::KeyUnknown)?;
        let at = self.parts.nature.clock.millis();
        let now = Moment::of_millis(at);
        let mut taken = None;
        for _ in 0..LOOKS {
            let standing = match self.parts.keyring.look(&digest, now) {
                Look::Held(standing) => standing,
                Look::Unknown => return Err(BadToken::KeyUnknown.into()),
                Look::Ask(owner) => self.look_up(&digest, owner, network()).await?,
            };
            check(&standing, now)?;
            let place = standing.facts.plan(now);
            let plan = self.open_plan(place)?;
            // One request takes one of the quota, however often it is looked at.
            let quota = match taken.take() {
                Some(quota) => quota,
                None => self.take_request(&standing.holder, plan, at).await.map_err(|quota| {
                    self.parts.storms.note(standing.holder.id, &quota, at);
                    Refusal::RateLimited(quota)
                })?,
            };
            // What changed while the database or Redis was waited for counts already.
            if standing.holder.changed_since(standing.ticket) {
                taken = Some(quota);
                continue;
            }
            if !standing.noted {
                self.parts.keyring.note_use(&digest, &standing, (now, network()));
            }
            let Standing { holder, facts, key, key_name, .. } = standing;
            return Ok(Admitted { key, key_name, plan: place, token_balance: facts.balance, quota, holder });
        }
        Err(Refusal::Busy.into())
    }

    /// The owner of a key that was admitted.
    #[must_use]
    pub fn user_of(&self, admitted: &Admitted) -> User {
        let plan = self.plans().at(admitted.plan).id.clone();
        let Admitted { holder, token_balance, .. } = admitted;
        User { id: holder.id, name: holder.name().into(), plan, token_balance: *token_balance }
    }

    /// The plan at a place, if it has API access.
    fn open_plan(&self, place: u16) -> Result<&Plan> {
        let plan = self.plans().at(place);
        if plan.api_access { Ok(plan) } else { Err(self.insufficient(plan)) }
    }

    /// Looks a key up in the database, and holds what is found of its owner.
    async fn look_up(&self, digest: &KeyDigest, owner: Option<AccountId>, network: Network) -> Result<Standing> {
        telemetry::key_looked_up();
        let (misses, millis) = (&self.parts.keyring.misses, self.parts.nature.clock.millis());
        if owner.is_none() {
            if misses.knows(digest, millis) {
                return Err(BadToken::KeyUnknown.into());
            }
            misses.take(network, millis).map_err(Refusal::TooManyUnknownKeys)?;
        }
        // So that look-ups leave room for everybody else's work.
        let turn = tokio::time::timeout(QUEUE, self.parts.look_ups.acquire()).await;
        let _turn = turn.ok().and_then(std::result::Result::ok).ok_or(Refusal::Busy)?;
        let found = self.find(digest, owner).await?;
        if found.is_none() {
            misses.note(digest, millis);
        } else if owner.is_none() {
            misses.give_back(network);
        }
        Ok(found.ok_or(BadToken::KeyUnknown)?)
    }

    /// Looks a key up where it is thought to be, and where it is. Where accounts are merged, it may have gone from one to the
    /// other between two glances.
    async fn find(&self, digest: &KeyDigest, thought: Option<AccountId>) -> Result<Option<Standing>> {
        let mut looked = None;
        let mut owner = match thought {
            Some(owner) => Some(owner),
            None => self.parts.store.owner_of_key(digest).await?,
        };
        while let Some(there) = owner.filter(|_| owner != looked) {
            if let Some(found) = self.read_again(there, digest).await? {
                return Ok(Some(found));
            }
            looked = owner;
            owner = self.parts.store.owner_of_key(digest).await?;
        }
        Ok(None)
    }

    /// Reads an account, holds what was read, and says what it says of a key.
    async fn read_again(&self, owner: AccountId, digest: &KeyDigest) -> Result<Option<Standing>> {
        let (keyring, now) = (&self.parts.keyring, self.now());
        // What is read while no news arrives is for this answer only: nobody would say when it is old.
        let (to_be_held, ticket) = (keyring.trust.holds(), keyring.ticket());
        let rows = self.parts.store.holdings(&[owner], now.minus(REMEMBERED)).await?;
        if to_be_held {
            keyring.apply_look_up(digest, &rows, (owner, (self.plans(), ticket, now)));
        }
        if keyring.is_too_full() {
            keyring.make_room(now);
        }
        Ok(standing_of(digest, &rows, &keyring.holder(owner), (self.plans(), ticket, now)))
    }
}

/// Whether the key itself and its owner are in order.
fn check(standing: &Standing, now: Moment) -> Result<()> {
    if standing.revoked {
        return Err(BadToken::KeyRevoked.into());
    }
    if standing.until.is_some_and(|until| until <= now) {
        return Err(BadToken::KeyExpired.into());
    }
    if standing.facts.banned {
        return Err(Refusal::Banned.into());
    }
    if standing.facts.leaving {
        return Err(Refusal::Leaving.into());
    }
    Ok(())
}
