//! Usage per day, as its owner sees it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Refusal, Result};
use crate::model::api_key::KeyId;
use crate::model::billing::daily_usage::{DailyUsage, UsageHistory, UsageTotal};
use crate::model::time::Moment;

/// Days that are shown.
pub const SHOWN_DAYS: i64 = 30;
/// Most days that can be requested. Requests are stored a little longer.
pub const MAX_DAYS: i64 = 90;

/// Usage of one key.
#[derive(Clone, Debug)]
pub struct KeyUsage {
    /// Name of the key; `None` for charges that name none.
    pub name: Option<String>,
    /// Usage of the key.
    pub history: UsageHistory,
}

impl Domain {
    /// Splits the caller's usage by key, in the order of creation. Revoked keys keep their usage.
    pub async fn usage_by_key(&self, caller: &SignedIn, history: &UsageHistory) -> Result<Vec<KeyUsage>> {
        let keys = self.inner.store.all_keys(caller.account.id).await?;
        let used: BTreeSet<Option<KeyId>> = history.days.iter().map(|usage| usage.key).collect();
        let name = |id: Option<KeyId>| keys.iter().find(|key| Some(key.id) == id).map(|key| key.name.clone());
        let usage = |id: Option<KeyId>| KeyUsage { name: name(id), history: history.of_key(id) };
        Ok(used.into_iter().map(usage).collect())
    }

    /// Returns the caller's usage of the latest `days` days, today included, of one key or of all.
    ///
    /// Requests are counted in memory and written in batches, so the latest seconds may be missing.
    pub async fn daily_usage(&self, caller: &SignedIn, days: i64, key: Option<KeyId>) -> Result<UsageHistory> {
        if !(1..=MAX_DAYS).contains(&days) {
            return Err(Refusal::field("days", "must be from 1 to 90").into());
        }
        if let Some(key) = key
            && self.inner.store.owners_of(&[key]).await?.get(&key) != Some(&caller.account.id)
        {
            return Err(Refusal::KeyNotFound.into());
        }
        let (now, account) = (self.now(), caller.account.id);
        let items = self.inner.store.daily_usage(account, UsageHistory::first_day(now, days)).await?;
        let mut sums: BTreeMap<(Moment, Option<KeyId>), UsageTotal> = BTreeMap::new();
        for item in items.into_iter().filter(|item| key.is_none() || item.key == key) {
            let sum = sums.entry((item.day, item.key)).or_default();
            *sum = sum.plus(item.total);
        }
        let days = sums.into_iter().map(|((day, key), total)| DailyUsage { day, key, total }).collect();
        Ok(UsageHistory { today: now.midnight(), days })
    }
}
