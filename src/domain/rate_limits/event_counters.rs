//! Counters of events by key, bounded in number.

use std::collections::HashMap;
use std::hash::Hash;

use crate::domain::rate_limits::event_limit::EventLimit;
use crate::model::rate_limit::GcraState;

/// Shortest time between two searches for idle counters, in milliseconds: while all are in use, a search finds nothing
/// and takes long.
const SWEEP_INTERVAL_MILLIS: i64 = 1000;

/// Counters by key.
#[derive(Debug)]
pub(in crate::domain) struct EventCounters<K> {
    counters: HashMap<K, EventCounter>,
    /// Largest number of counters.
    capacity: usize,
    swept_at: i64,
}

#[derive(Debug)]
struct EventCounter {
    limit: EventLimit,
    state: GcraState,
}

impl<K: Eq + Hash> EventCounters<K> {
    /// Returns an empty set of at most `capacity` counters.
    pub(in crate::domain) fn with_capacity(capacity: usize) -> Self {
        Self { counters: HashMap::new(), capacity, swept_at: 0 }
    }

    /// Returns the counter of a key; `None` for a new key if all counters are in use.
    pub(in crate::domain) fn of(&mut self, key: K, limit: EventLimit, millis: i64) -> Option<&GcraState> {
        if self.counters.len() >= self.capacity && !self.counters.contains_key(&key) {
            if (millis - self.swept_at).abs() >= SWEEP_INTERVAL_MILLIS {
                self.sweep(millis);
            }
            if self.counters.len() >= self.capacity {
                return None;
            }
        }
        let counter = self.counters.entry(key);
        Some(&counter.or_insert_with(|| EventCounter { limit, state: GcraState::default() }).state)
    }

    /// Returns the counter of a key if there is one.
    pub(in crate::domain) fn get(&self, key: &K) -> Option<&GcraState> {
        self.counters.get(key).map(|counter| &counter.state)
    }

    /// Drops idle counters.
    pub(in crate::domain) fn sweep(&mut self, millis: i64) {
        self.swept_at = millis;
        self.counters.retain(|_, counter| !counter.limit.is_idle(&counter.state, millis));
    }

    /// Returns the number of counters.
    #[cfg(test)]
    pub(in crate::domain) fn len(&self) -> usize {
        self.counters.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE_A_MINUTE: EventLimit = EventLimit { name: "test", events: 1, minutes: 1 };

    #[test]
    fn a_full_set_keeps_its_counters_and_searches_once_a_second() {
        let mut counters = EventCounters::with_capacity(2);
        for key in [1, 2] {
            let state = counters.of(key, ONE_A_MINUTE, 5000).expect("room");
            assert!(ONE_A_MINUTE.take(state, 5000).is_ok());
        }
        assert!(counters.of(3, ONE_A_MINUTE, 5000).is_none());
        let known = counters.of(1, ONE_A_MINUTE, 5000).expect("a known key");
        assert!(ONE_A_MINUTE.take(known, 5000).is_err());
        counters.swept_at = 64_999;
        assert!(counters.of(3, ONE_A_MINUTE, 65_500).is_none(), "searched half a second ago");
        assert!(counters.of(3, ONE_A_MINUTE, 66_000).is_some(), "idle ones make room");
        assert_eq!(counters.len(), 1);
    }
}
