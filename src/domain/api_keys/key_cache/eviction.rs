//! Eviction of cached keys: invalid ones periodically, others when the cache exceeds its capacity.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::domain::api_keys::key_cache::entry::{CachedSecret, Half, low, seconds};
use crate::domain::api_keys::key_cache::{CacheCoverage, CachedAccount, KeyCache};
use crate::model::time::Moment;
use crate::telemetry;

impl KeyCache {
    /// Returns true if the cache exceeds its capacity.
    pub(in crate::domain) fn is_too_full(&self) -> bool {
        self.entries.len() > self.capacity
    }

    /// Returns the number of evictions so far.
    pub(in crate::domain) fn evictions(&self) -> u64 {
        self.evictions.load(Ordering::SeqCst)
    }

    /// Evicts invalid entries, then those unused for the longest time, and if all are in use, half of them.
    pub(in crate::domain) fn make_room(&self, now: Moment) {
        if self.making_room.swap(true, Ordering::SeqCst) {
            return;
        }
        self.sweep_entries();
        let enough = self.capacity - self.capacity / 10;
        for age in [3600, 600, 120, 30, 5] {
            if self.entries.len() <= enough {
                break;
            }
            let oldest = seconds(now.minus(age));
            self.evict_where(|_, entry| entry.used.load(Ordering::Relaxed) < oldest);
        }
        if self.entries.len() > enough {
            self.evict_where(|half, _| half.last().is_some_and(|byte| byte % 2 == 0));
        }
        telemetry::metrics::key_cache_entries(self.entries.len());
        self.making_room.store(false, Ordering::SeqCst);
    }

    fn evict_where(&self, of: impl Fn(&Half, &CachedSecret) -> bool) {
        self.evictions.fetch_add(1, Ordering::SeqCst);
        self.set_coverage(CacheCoverage::Partial);
        self.entries.pin().retain(|half, entry| !of(half, entry));
    }

    fn sweep_entries(&self) {
        self.entries.pin().retain(|_, entry| match entry.holder.facts() {
            Some((_, applied)) => entry.stamp == low(applied),
            None => true,
        });
    }

    /// Removes secrets that the latest read of their account did not contain, and accounts without secrets.
    pub(in crate::domain) fn sweep(&self, now_millis: i64) {
        self.sweep_entries();
        let _due = self.due();
        let holders = self.holders.pin();
        let is_idle = |holder: &Arc<CachedAccount>| {
            Arc::strong_count(holder) == 1 && holder.facts().is_some() && holder.meter.is_whole(now_millis)
        };
        if holders.values().any(is_idle) {
            // An account cached again later starts with a database read, even if an older read arrives late.
            self.floor.store(self.stamp(), Ordering::SeqCst);
            holders.retain(|_, holder| !is_idle(holder));
        }
        self.negative.sweep(now_millis);
        telemetry::metrics::key_cache_entries(self.entries.len());
    }
}
