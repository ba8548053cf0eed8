//! Requests that are refused in great numbers: counted in memory, where nobody waits who is let in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::domain::rate_limits::Quota;
use crate::model::accounts::account::AccountId;
use crate::store::notices::rate_limit_alerts::TellStorm;

/// So many refusals of one account within [`MINUTE`] are a storm.
pub const STORM: u32 = 100;
const MINUTE: i64 = 60_000;
/// For how long a storm that was told is not told again, in milliseconds.
const QUIET: i64 = 3_600_000;
/// Accounts that are counted at a time. Beyond it those are forgotten that were refused nothing for a minute.
const MOST: usize = 50_000;

/// See the module.
#[derive(Debug, Default)]
pub(in crate::domain) struct Storms {
    counts: Mutex<HashMap<AccountId, Count>>,
    due: Mutex<Vec<TellStorm>>,
}

/// Of one account.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    /// When its minute began.
    since: i64,
    refused: u32,
    told_at: Option<i64>,
}

impl Storms {
    /// Counts a refusal.
    pub(in crate::domain) fn note(&self, account: AccountId, quota: &Quota, millis: i64) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST && !counts.contains_key(&account) {
            counts.retain(|_, count| millis - count.since < MINUTE);
            if counts.len() >= MOST {
                return;
            }
        }
        let is_storm = counts.entry(account).or_default().refuse(millis);
        drop(counts);
        if is_storm {
            let (count, limit) = (i64::from(STORM), i64::from(quota.limit));
            let storm = TellStorm { account, count, limit, now: crate::model::time::Moment::of_millis(millis) };
            self.due.lock().unwrap_or_else(PoisonError::into_inner).push(storm);
        }
    }

    /// Forgets whom it is too late to count on with.
    pub(in crate::domain) fn sweep(&self, millis: i64) {
        let is_recent = |count: &Count| millis - count.since.max(count.told_at.unwrap_or(0)) < QUIET;
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, count| is_recent(count));
    }

    fn take(&self) -> Vec<TellStorm> {
        std::mem::take(&mut *self.due.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, storms: impl IntoIterator<Item = TellStorm>) {
        self.due.lock().unwrap_or_else(PoisonError::into_inner).extend(storms);
    }
}

impl Count {
    /// Whether this refusal makes it a storm that is to be told.
    fn refuse(&mut self, millis: i64) -> bool {
        if !(0..MINUTE).contains(&(millis - self.since)) {
            (self.since, self.refused) = (millis, 0);
        }
        self.refused = self.refused.saturating_add(1);
        let is_due = self.refused >= STORM && self.told_at.is_none_or(|at| millis - at >= QUIET);
        if is_due {
            self.told_at = Some(millis);
        }
        is_due
    }
}

impl Domain {
    /// Stores what there is to tell of storms.
    pub async fn tell_storms(&self) -> Result<()> {
        let mut storms = self.parts.storms.take().into_iter();
        while let Some(storm) = storms.next() {
            match self.parts.store.write(storm.clone()).await {
                Ok(true) => self.parts.notices.notify_one(),
                Ok(false) => {}
                Err(fault) => {
                    // Kept for the next time.
                    self.parts.storms.keep(std::iter::once(storm).chain(storms));
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
        let mut count = Count::default();
        let mut told = |from: i64, times: i64, step: i64| (0..times).filter(|n| count.refuse(from + n * step)).count();
        assert_eq!(told(1_000_000, 99, 1), 0);
        assert_eq!(told(1_000_099, 1, 1), 1);
        assert_eq!(told(1_000_100, 5000, 1), 0, "told already");
        assert_eq!(told(1_000_000 + QUIET, 98, 1), 0);
        assert_eq!(told(9_000_000 + QUIET, 500, 700), 0, "85 a minute is no storm");
        assert_eq!(told(90_000_000, 150, 1), 1);
    }
}
