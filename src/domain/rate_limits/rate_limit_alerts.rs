//! Rate-limit alerts. Refused requests are counted in memory, so that accepted ones never wait for it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::AccountId;
use crate::model::rate_limit::RateLimitStatus;
use crate::store::notices::rate_limit_alerts::AddRateLimitAlert;

/// Refusals of one account within one minute that cause an alert.
pub const ALERT_THRESHOLD: u32 = 100;
const MINUTE_MILLIS: i64 = 60_000;
/// Shortest time between two alerts of an account, in milliseconds.
const ALERT_INTERVAL_MILLIS: i64 = 3_600_000;
/// Accounts counted concurrently. Beyond this, accounts without a refusal within a minute are dropped.
const MAX_COUNTED_ACCOUNTS: usize = 50_000;

/// Refusals per account, and alerts not stored yet.
#[derive(Debug, Default)]
pub(in crate::domain) struct RateLimitAlerts {
    counts: Mutex<HashMap<AccountId, RefusalCount>>,
    due: Mutex<Vec<AddRateLimitAlert>>,
}

/// Refusals of one account.
#[derive(Clone, Copy, Debug, Default)]
struct RefusalCount {
    /// Start of the minute that is counted, in Unix milliseconds.
    since: i64,
    refused: u32,
    alerted_at: Option<i64>,
}

impl RateLimitAlerts {
    /// Counts a refusal.
    pub(in crate::domain) fn record(&self, account: AccountId, quota: &RateLimitStatus, millis: i64) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MAX_COUNTED_ACCOUNTS && !counts.contains_key(&account) {
            counts.retain(|_, count| millis - count.since < MINUTE_MILLIS);
            if counts.len() >= MAX_COUNTED_ACCOUNTS {
                return;
            }
        }
        let is_due = counts.entry(account).or_default().refuse(millis);
        drop(counts);
        if is_due {
            let (count, limit) = (i64::from(ALERT_THRESHOLD), i64::from(quota.limit));
            let alert = AddRateLimitAlert { account, count, limit, now: crate::model::time::Moment::of_millis(millis) };
            self.due.lock().unwrap_or_else(PoisonError::into_inner).push(alert);
        }
    }

    /// Drops accounts whose last minute and last alert no longer matter.
    pub(in crate::domain) fn sweep(&self, millis: i64) {
        let is_recent =
            |count: &RefusalCount| millis - count.since.max(count.alerted_at.unwrap_or(0)) < ALERT_INTERVAL_MILLIS;
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, count| is_recent(count));
    }

    fn take(&self) -> Vec<AddRateLimitAlert> {
        std::mem::take(&mut *self.due.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, alerts: impl IntoIterator<Item = AddRateLimitAlert>) {
        self.due.lock().unwrap_or_else(PoisonError::into_inner).extend(alerts);
    }
}

impl RefusalCount {
    /// Counts a refusal and returns true if it causes an alert.
    fn refuse(&mut self, millis: i64) -> bool {
        if !(0..MINUTE_MILLIS).contains(&(millis - self.since)) {
            (self.since, self.refused) = (millis, 0);
        }
        self.refused = self.refused.saturating_add(1);
        let is_due =
            self.refused >= ALERT_THRESHOLD && self.alerted_at.is_none_or(|at| millis - at >= ALERT_INTERVAL_MILLIS);
        if is_due {
            self.alerted_at = Some(millis);
        }
        is_due
    }
}

impl Domain {
    /// Stores the alerts that are due as notices.
    pub async fn add_rate_limit_alerts(&self) -> Result<()> {
        let mut alerts = self.inner.rate_limit_alerts.take().into_iter();
        while let Some(alert) = alerts.next() {
            match self.inner.store.write(alert.clone()).await {
                Ok(true) => self.inner.notices.notify_one(),
                Ok(false) => {}
                Err(fault) => {
                    // Retried on the next call.
                    self.inner.rate_limit_alerts.keep(std::iter::once(alert).chain(alerts));
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
        let mut alerts =
            |from: i64, times: i64, step: i64| (0..times).filter(|n| count.refuse(from + n * step)).count();
        assert_eq!(alerts(1_000_000, 99, 1), 0);
        assert_eq!(alerts(1_000_099, 1, 1), 1);
        assert_eq!(alerts(1_000_100, 5000, 1), 0, "alerted already");
        assert_eq!(alerts(1_000_000 + ALERT_INTERVAL_MILLIS, 98, 1), 0);
        assert_eq!(alerts(9_000_000 + ALERT_INTERVAL_MILLIS, 500, 700), 0, "85 a minute cause no alert");
        assert_eq!(alerts(90_000_000, 150, 1), 1);
    }
}
