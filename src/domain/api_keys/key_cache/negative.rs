//! Negative cache: keys that the database does not know.
//!
//! It is not reached while every key is cached. Otherwise a flood of made-up keys must not become a flood of lookups. A
//! miss is remembered for a while, and the misses of each network are limited.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::model::api_key::KeyDigest;
use crate::model::network::Network;
use crate::model::rate_limit::{GcraState, RateLimit, RateLimitStatus};

/// Time for which a miss is remembered, in milliseconds.
const NEGATIVE_TTL_MILLIS: i64 = 10_000;
/// Largest number of remembered misses.
const MAX_MISSES: usize = 100_000;
/// Lookups without a result that a network may cause in a minute.
const MISSES_PER_MINUTE: u32 = 600;

/// Recent misses, and the lookups left to each network.
#[derive(Debug, Default)]
pub(in crate::domain) struct NegativeCache {
    misses: Mutex<HashMap<KeyDigest, i64>>,
    networks: Mutex<HashMap<Network, GcraState>>,
}

impl NegativeCache {
    /// Returns true if this key was missed within [`NEGATIVE_TTL_MILLIS`].
    pub(in crate::domain) fn contains(&self, digest: &KeyDigest, now_millis: i64) -> bool {
        let misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        misses.get(digest).is_some_and(|at| (0..NEGATIVE_TTL_MILLIS).contains(&(now_millis - at)))
    }

    /// Takes one of the lookups a network may cause; the error says how long to wait. Private networks are not limited:
    /// a gateway that does not pass on addresses would be blocked as a whole.
    pub(in crate::domain) fn take(&self, network: Network, now_millis: i64) -> Result<(), RateLimitStatus> {
        if network.is_private() {
            return Ok(());
        }
        let mut networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        networks.entry(network).or_default().take(rate(), now_millis).map(drop)
    }

    /// Returns the lookup because the key exists.
    pub(in crate::domain) fn release(&self, network: Network) {
        let networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(meter) = networks.get(&network) {
            meter.release(rate());
        }
    }

    /// Remembers a miss.
    pub(in crate::domain) fn record(&self, digest: &KeyDigest, now_millis: i64) {
        let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        if misses.len() >= MAX_MISSES {
            misses.clear();
        }
        misses.insert(*digest, now_millis);
    }

    /// Removes expired misses and idle networks.
    pub(super) fn sweep(&self, now_millis: i64) {
        self.misses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, at| now_millis - *at < NEGATIVE_TTL_MILLIS);
        self.networks.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, meter| !meter.is_whole(now_millis));
    }
}

const fn rate() -> RateLimit<'static> {
    RateLimit { policy: "unknown-keys", a_minute: MISSES_PER_MINUTE }
}
