//! Keys that were looked for in the database and are not there: made up, or no keys of ours.
//!
//! While every key is held in memory nobody gets here. When they are not, a flood of made-up keys must not become a flood of
//! look-ups: a miss is remembered for a while, and each network has only so many.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::rate_limits::{GcraState, RateLimit, RateLimitStatus};
use crate::model::api_key::KeyDigest;
use crate::model::network::Network;

/// How long a miss is remembered, in milliseconds.
const NEGATIVE_TTL_MILLIS: i64 = 10_000;
/// How many are.
const MAX_MISSES: usize = 100_000;
/// How many look-ups that miss a network may cause in a minute.
const MISSES_PER_MINUTE: u32 = 600;

/// See the module.
#[derive(Debug, Default)]
pub(in crate::domain) struct NegativeCache {
    known: Mutex<HashMap<KeyDigest, i64>>,
    networks: Mutex<HashMap<Network, GcraState>>,
}

impl NegativeCache {
    /// Whether that key was missed a short while ago.
    pub(in crate::domain) fn contains(&self, digest: &KeyDigest, now_millis: i64) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(digest).is_some_and(|at| (0..NEGATIVE_TTL_MILLIS).contains(&(now_millis - at)))
    }

    /// Takes one of the look-ups that a network may cause; if there is none, an `Err` says how long to wait. Gateways that do
    /// not say for whom they ask are not limited: everybody would pay for one.
    pub(in crate::domain) fn take(&self, network: Network, now_millis: i64) -> Result<(), RateLimitStatus> {
        if network.is_private() {
            return Ok(());
        }
        let mut networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        networks.entry(network).or_default().take(rate(), now_millis).map(drop)
    }

    /// Gives it back: there is such a key.
    pub(in crate::domain) fn give_back(&self, network: Network) {
        let networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(meter) = networks.get(&network) {
            meter.give_back(rate());
        }
    }

    /// Remembers a miss.
    pub(in crate::domain) fn note(&self, digest: &KeyDigest, now_millis: i64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_MISSES {
            known.clear();
        }
        known.insert(*digest, now_millis);
    }

    /// Forgets what is too old to matter.
    pub(super) fn sweep(&self, now_millis: i64) {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, at| now_millis - *at < NEGATIVE_TTL_MILLIS);
        self.networks.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, meter| !meter.is_whole(now_millis));
    }
}

const fn rate() -> RateLimit<'static> {
    RateLimit { policy: "unknown-keys", a_minute: MISSES_PER_MINUTE }
}
