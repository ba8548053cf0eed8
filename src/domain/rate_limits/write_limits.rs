//! Limits of the changes that one account may make, on every face.
//!
//! What ends access (revoke, sign out, end sessions) has a limit of its own, so that no other change uses it up.

use std::sync::{Mutex, PoisonError};

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::Result;
use crate::domain::rate_limits::event_counters::EventCounters;
use crate::domain::rate_limits::event_limit::{EventLimit, SharedCount};
use crate::model::accounts::account::AccountId;

/// Changes of one account: 60 a minute, with a burst of twice as many.
const WRITES: EventLimit = EventLimit { name: "writes", events: 120, minutes: 2 };
/// Expensive changes of one account: 10 a minute, with a burst of twice the keys of the largest plan.
const EXPENSIVE_WRITES: EventLimit = EventLimit { name: "expensive-writes", events: 100, minutes: 10 };
/// Expensive changes of one account in a day: each leaves rows for months.
const EXPENSIVE_WRITES_PER_DAY: EventLimit =
    EventLimit { name: "expensive-writes-a-day", events: 300, minutes: 24 * 60 };
/// Acts of one account that end access, in a minute.
const ENDINGS: EventLimit = EventLimit { name: "endings", events: 600, minutes: 1 };
/// Largest number of counters, about 10 MB. Beyond it new ones are not counted; each belongs to a person signed in.
const MAX_COUNTERS: usize = 200_000;

/// Cost of a call to the meter of its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteCost {
    /// Writes nothing.
    Free,
    /// Changes something.
    Ordinary,
    /// Makes a credential, sends a mail, or reads or moves a whole account.
    Expensive,
    /// Ends access, and so must work while everything else is refused.
    Ending,
}

impl WriteCost {
    const fn limits(self) -> &'static [EventLimit] {
        match self {
            Self::Free => &[],
            Self::Ordinary => &[WRITES],
            Self::Expensive => &[WRITES, EXPENSIVE_WRITES, EXPENSIVE_WRITES_PER_DAY],
            Self::Ending => &[ENDINGS],
        }
    }
}

/// Changes of each account, by the name of the limit.
#[derive(Debug)]
pub(in crate::domain) struct WriteLimits(Mutex<EventCounters<(AccountId, &'static str)>>);

impl Default for WriteLimits {
    fn default() -> Self {
        Self(Mutex::new(EventCounters::with_capacity(MAX_COUNTERS)))
    }
}

impl WriteLimits {
    fn take(&self, account: AccountId, limit: EventLimit, millis: i64) -> Result<()> {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counter = counters.of((account, limit.name), limit, millis);
        counter.map_or(Ok(()), |counter| limit.take(counter, millis))
    }

    fn follow(&self, account: AccountId, limit: EventLimit, whole_at: i64) {
        let counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counter) = counters.get(&(account, limit.name)) {
            counter.follow(whole_at);
        }
    }

    /// Drops idle counters.
    pub(in crate::domain) fn sweep(&self, millis: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).sweep(millis);
    }
}

impl Domain {
    /// Counts a call of a signed-in person. Refuses it if their account makes too many changes.
    pub async fn admit_write(&self, caller: &SignedIn, cost: WriteCost) -> Result<()> {
        let (account, millis) = (caller.account.id, self.inner.env.clock.millis());
        for limit in cost.limits() {
            self.inner.write_limits.take(account, *limit, millis)?;
            let shared = self.take_shared(*limit, &account.to_string(), millis).await;
            if let Some(SharedCount { whole_at, outcome }) = shared {
                self.inner.write_limits.follow(account, *limit, whole_at);
                outcome?;
            }
        }
        Ok(())
    }

    /// Counts a change made in chat. Those over HTTP are counted where the request arrives.
    pub(in crate::domain) async fn admit_chat_write(&self, caller: &SignedIn, cost: WriteCost) -> Result<()> {
        if caller.session.is_some() || caller.app.is_some() { Ok(()) } else { self.admit_write(caller, cost).await }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IVAN: AccountId = AccountId(1);

    fn left(limits: &WriteLimits, limit: EventLimit, millis: i64) -> usize {
        (0..1000).take_while(|_| limits.take(IVAN, limit, millis).is_ok()).count()
    }

    #[test]
    fn each_limit_counts_alone_and_comes_back_evenly() {
        let limits = WriteLimits::default();
        assert_eq!([WRITES, EXPENSIVE_WRITES, ENDINGS].map(|limit| left(&limits, limit, 0)), [120, 100, 600]);
        assert_eq!([WRITES, EXPENSIVE_WRITES, ENDINGS].map(|limit| left(&limits, limit, 6000)), [6, 1, 60]);
        assert_eq!(left(&limits, EXPENSIVE_WRITES_PER_DAY, 0), 300);
        assert_eq!(left(&limits, EXPENSIVE_WRITES_PER_DAY, 3_600_000), 12);
        assert!(limits.take(AccountId(2), WRITES, 0).is_ok(), "another account");
        limits.sweep(2 * 86_400_000);
        assert_eq!(limits.0.lock().expect("the map").len(), 0);
    }
}
