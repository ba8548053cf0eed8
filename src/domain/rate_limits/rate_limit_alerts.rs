//! Requests that are refused in great numbers: counted in memory, where nobody waits who is let in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::domain::rate_limits::RateLimitStatus;
use crate::model::accounts::account::AccountId;
use crate::store::notices::rate_limit_alerts::AddRateLimitAlert;

/// So many refusals of one account within [`MINUTE_MILLIS`] are a storm.
pub const ALERT_THRESHOLD: u32 = 100;
const MINUTE_MILLIS: i64 = 60_000;
/// For how long a storm that was told is not told again, in milliseconds.
const ALERT_INTERVAL_MILLIS: i64 = 3_600_000;
/// Accounts that are counted at a time. Beyond it those are forgotten that were refused nothing for a minute.
const MAX_COUNTED_ACCOUNTS: usize = 50_000;

/// See the module.
#[derive(Debug, Default)]
pub(in crate::domain) struct RateLimitAlerts {
    counts: Mutex<HashMap<AccountId, RefusalCount>>,
    due: Mutex<Vec<AddRateLimitAlert>>,
}

/// Of one account.
#[derive(Clone, Copy, Debug, Default)]
struct RefusalCount {
    /// When its minute began.
    since: i64,
    refused: u32,
    told_at: Option<i64>,
}

impl RateLimitAlerts {
    /// Counts a refusal.
    pub(in crate::domain) fn note(&self, account: AccountId, quota: &RateLimitStatus, millis: i64) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MAX_COUNTED_ACCOUNTS && !counts.contains_key(&account) {
            counts.retain(|_, count| millis - count.since < MINUTE_MILLIS);
            if counts.len() >= MAX_COUNTED_ACCOUNTS {
                return;
            }
        }
        let is_storm = counts.entry(account).or_default().refuse(millis);
        drop(counts);
        if is_storm {
            let (count, limit) = (i64::from(ALERT_THRESHOLD), i64::from(quota.limit));
            let storm = AddRateLimitAlert { account, count, limit, now: crate::model::time::Moment::of_millis(millis) };
            self.due.lock().unwrap_or_else(PoisonError::into_inner).push(storm);
        }
    }

    /// Forgets whom it is too late to count on with.
    pub(in crate::domain) fn sweep(&self, millis: i64) {
        let has_recent_sign_in =
            |count: &RefusalCount| millis - count.since.max(count.told_at.unwrap_or(0)) < ALERT_INTERVAL_MILLIS;
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, count| has_recent_sign_in(count));
    }

    fn take(&self) -> Vec<AddRateLimitAlert> {
        std::mem::take(&mut *self.due.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, storms: impl IntoIterator<Item = AddRateLimitAlert>) {
        self.due.lock().unwrap_or_else(PoisonError::into_inner).extend(storms);
    }
}

impl RefusalCount {
    /// Whether this refusal makes it a storm that is to be told.
    fn refuse(&mut self, millis: i64) -> bool {
        if !(0..MINUTE_MILLIS).contains(&(millis - self.since)) {
            (self.since, self.refused) = (millis, 0);
        }
        self.refused = self.refused.saturating_add(1);
        let is_due =
            self.refused >= ALERT_THRESHOLD && self.told_at.is_none_or(|at| millis - at >= ALERT_INTERVAL_MILLIS);
        if is_due {
            self.told_at = Some(millis);
        }
        is_due
    }
}

impl Domain {
    /// Stores what there is to tell of storms.
    pub async fn add_rate_limit_alerts(&self) -> Result<()> {
        let mut storms = self.inner.rate_limit_alerts.take().into_iter();
        while let Some(storm) = storms.next() {
            match self.inner.store.write(storm.clone()).await {
                Ok(true) => self.inner.notices.notify_one(),
                Ok(false) => {}
                Err(fault) => {
                    // Kept for the next time.
                    self.inner.rate_limit_alerts.keep(std::iter::once(storm).chain(storms));
                    return Err(fault.into());
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_within_a_minute_and_then_quiet_for_an_hour() {
        let mut count = RefusalCount::default();
        let mut told = |from: i64, times: i64, step: i64| (0..times).filter(|n| count.refuse(from + n * step)).count();
        assert_eq!(told(1_000_000, 99, 1), 0);
        assert_eq!(told(1_000_099, 1, 1), 1);
        assert_eq!(told(1_000_100, 5000, 1), 0, "told already");
        assert_eq!(told(1_000_000 + ALERT_INTERVAL_MILLIS, 98, 1), 0);
        assert_eq!(told(9_000_000 + ALERT_INTERVAL_MILLIS, 500, 700), 0, "85 a minute is no storm");
        assert_eq!(told(90_000_000, 150, 1), 1);
    }
}
