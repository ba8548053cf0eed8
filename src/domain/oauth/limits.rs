//! Limits of the provider: by network, client and account.

use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::domain::rate_limits::event_counters::EventCounters;
use crate::domain::rate_limits::event_limit::EventLimit;
use crate::model::network::Network;
use crate::model::rate_limit::GcraState;

/// Largest number of counters. If none of them is idle, new ones are not counted.
const MAX_TRACKED: usize = 200_000;
/// Factor of the limits of a private network: most likely a proxy that does not pass on addresses.
const PRIVATE_FACTOR: u32 = 20;

/// Authorization requests of one network.
pub(in crate::domain) const AUTHORIZE: EventLimit = EventLimit { name: "oauth authorize", events: 60, minutes: 1 };
/// Token calls of one client from one network.
pub(in crate::domain) const TOKEN: EventLimit = EventLimit { name: "oauth token", events: 60, minutes: 1 };
/// Wrong secrets of one client from one network.
pub(in crate::domain) const SECRET: EventLimit = EventLimit { name: "oauth secret", events: 10, minutes: 10 };
/// Devices that begin in one network.
pub(in crate::domain) const DEVICE: EventLimit = EventLimit { name: "oauth device", events: 10, minutes: 1 };
/// Wrong user codes of one account.
pub(in crate::domain) const USER_CODE_OF_ACCOUNT: EventLimit =
    EventLimit { name: "oauth code account", events: 10, minutes: 10 };
/// Wrong user codes from one network.
pub(in crate::domain) const USER_CODE_OF_NETWORK: EventLimit =
    EventLimit { name: "oauth code network", events: 30, minutes: 10 };

type CounterKey = [u8; 16];

/// Counters of the provider, by digest of limit and subject.
#[derive(Debug)]
pub(in crate::domain) struct OAuthLimits(Mutex<EventCounters<CounterKey>>);

impl Default for OAuthLimits {
    fn default() -> Self {
        Self(Mutex::new(EventCounters::with_capacity(MAX_TRACKED)))
    }
}

impl OAuthLimits {
    fn with_counter<T>(
        &self,
        (limit, subject): (EventLimit, &str),
        millis: i64,
        work: impl FnOnce(&GcraState) -> T,
    ) -> Option<T> {
        let digest = Sha256::digest([limit.name, subject].join("\0").as_bytes());
        let key = digest.first_chunk().copied().unwrap_or_default();
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counters.of(key, limit, millis).map(work)
    }

    /// Drops idle counters.
    pub(in crate::domain) fn sweep(&self, millis: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).sweep(millis);
    }
}

/// Returns the limit of a network, which is wide for a private one.
pub(in crate::domain) const fn of_network(limit: EventLimit, network: Network) -> EventLimit {
    if network.is_private() { EventLimit { events: limit.events * PRIVATE_FACTOR, ..limit } } else { limit }
}

impl Domain {
    /// Counts an event here and, with Redis, on all instances together.
    pub(in crate::domain) async fn count_oauth(&self, limit: EventLimit, subject: &str) -> Result<()> {
        let millis = self.inner.env.clock.millis();
        let taken = self.inner.oauth.limits.with_counter((limit, subject), millis, |state| limit.take(state, millis));
        taken.unwrap_or(Ok(()))?;
        match self.take_shared(limit, subject, millis).await {
            Some(shared) => shared.outcome,
            None => Ok(()),
        }
    }

    /// Fails if the next event would be refused. Counts nothing.
    pub(in crate::domain) fn check_oauth(&self, limit: EventLimit, subject: &str) -> Result<()> {
        let millis = self.inner.env.clock.millis();
        let checked =
            self.inner.oauth.limits.with_counter((limit, subject), millis, |state| limit.check(state, millis));
        checked.unwrap_or(Ok(()))
    }
}
