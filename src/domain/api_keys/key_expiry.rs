//! Expiry of keys: its change by the owner, and notices before it.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::api_keys::keys::{ListedKey, check_lifetime_days};
use crate::domain::error::{Refusal, Result};
use crate::domain::rate_limits::write_limits::WriteCost;
use crate::model::accounts::activity::ActivityEvent;
use crate::model::api_key::{KeyId, KeyName, KeyState};
use crate::store::accounts::activity::WithActivity;
use crate::store::api_keys::key_expiry::{AddKeyExpiryNotices, SetKeyExpiry, SetKeyExpiryOutcome};

/// Lifetimes that are offered, in days; `None` is no expiry.
pub const OFFERED_LIFETIMES: [Option<i64>; 4] = [None, Some(30), Some(90), Some(365)];
/// Keys examined in one write. Small, because other writes wait for it.
const KEYS_PER_WRITE: i64 = 200;

impl Domain {
    /// Refuses a new key of that name for what is known before its expiry is asked.
    pub async fn check_new_key(&self, caller: &SignedIn, name: &KeyName) -> Result<()> {
        let plan = self.with_api_access(&caller.account)?;
        let keys = self.keys(caller).await?;
        let folded = KeyName::fold(name.as_str());
        if keys.iter().any(|listed| KeyName::fold(&listed.key.name) == folded) {
            return Err(Refusal::KeyNameTaken(name.as_str().to_owned()).into());
        }
        let live = keys.iter().filter(|listed| listed.state != KeyState::Expired).count();
        if u32::try_from(live).is_ok_and(|live| live >= plan.keys) {
            return Err(self.too_many_keys(plan));
        }
        Ok(())
    }

    /// Lets one of the caller's keys expire in that many days from now; `None` is no expiry. An expired key works again.
    pub async fn set_key_expiry(&self, caller: &SignedIn, id: KeyId, days: Option<i64>) -> Result<ListedKey> {
        days.map_or(Ok(()), check_lifetime_days).map_err(|message| Refusal::field("expires_in_days", message))?;
        let plan = self.with_api_access(&caller.account)?;
        self.admit_chat_write(caller, WriteCost::Ordinary).await?;
        let (account, now) = (caller.account.id, self.now());
        let expires_at = days.map(|days| now.plus(days * 86_400));
        let set = SetKeyExpiry { account, key: id, expires_at, limit: i64::from(plan.keys), now };
        let set = WithActivity::new(set, caller.by(), |outcome| match outcome {
            SetKeyExpiryOutcome::Done(key) => Some(ActivityEvent::KeyExpiryChanged { name: key.name.clone() }),
            SetKeyExpiryOutcome::TooMany | SetKeyExpiryOutcome::Missing => None,
        });
        match self.write_and_invalidate(account, set).await? {
            SetKeyExpiryOutcome::Done(key) => Ok(self.listed(key, &caller.account)),
            SetKeyExpiryOutcome::TooMany => Err(self.too_many_keys(plan)),
            SetKeyExpiryOutcome::Missing => Err(Refusal::KeyNotFound.into()),
        }
    }

    /// Stores the notices about keys that expire, and returns their number. Each step is notified once, however often this
    /// runs.
    pub async fn add_key_expiry_notices(&self) -> Result<u64> {
        let (mut after, mut notices) = (KeyId(0), 0);
        loop {
            let batch = AddKeyExpiryNotices { after, limit: KEYS_PER_WRITE, now: self.now() };
            let batch = self.inner.store.write(batch).await?;
            notices += batch.added;
            let Some(last) = batch.last else { break };
            after = last;
        }
        if notices > 0 {
            self.inner.notices.notify_one();
            self.inner.mails.notify_one();
        }
        Ok(notices)
    }
}
