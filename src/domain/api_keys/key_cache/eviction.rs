//! Letting go of keys: of the dead ones now and then, and of others when there are more than may be held.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::domain::api_keys::key_cache::entry::{CachedSecret, Half, low, seconds};
use crate::domain::api_keys::key_cache::{CachedAccount, KeyCache};
use crate::model::time::Moment;
use crate::telemetry;

impl KeyCache {
    /// Whether it holds more keys than it may.
    pub(in crate::domain) fn is_too_full(&self) -> bool {
        self.entries.len() > self.capacity
    }

    /// How often keys were let go of.
    pub(in crate::domain) fn evictions(&self) -> u64 {
        self.evictions.load(Ordering::SeqCst)
    }

    /// Makes room: lets go of what is dead, then of what was not used for the longest time, and if all is in use, of half of it.
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
            self.let_go(|_, entry| entry.used.load(Ordering::Relaxed) < oldest);
        }
        if self.entries.len() > enough {
            self.let_go(|half, _| half.last().is_some_and(|byte| byte % 2 == 0));
        }
        telemetry::key_cache_entries(self.entries.len());
        self.making_room.store(false, Ordering::SeqCst);
    }

    fn let_go(&self, of: impl Fn(&Half, &CachedSecret) -> bool) {
        self.evictions.fetch_add(1, Ordering::SeqCst);
        self.set_complete(false);
        self.entries.pin().retain(|half, entry| !of(half, entry));
    }

    fn sweep_entries(&self) {
        self.entries.pin().retain(|_, entry| match entry.holder.facts() {
            Some((_, applied)) => entry.ticket == low(applied),
            None => true,
        });
    }

    /// Forgets what is dead: secrets that no reading finds any more, and accounts without any.
    pub(in crate::domain) fn sweep(&self, now_millis: i64) {
        self.sweep_entries();
        let _due = self.due();
        let holders = self.holders.pin();
        let is_idle = |holder: &Arc<CachedAccount>| {
            Arc::strong_count(holder) == 1 && holder.facts().is_some() && holder.meter.is_whole(now_millis)
        };
        if holders.values().any(is_idle) {
            // An account that is met again later starts with a look at the database, whatever a late reading brings.
            self.floor.store(self.ticket(), Ordering::SeqCst);
            holders.retain(|_, holder| !is_idle(holder));
        }
        self.misses.sweep(now_millis);
        telemetry::key_cache_entries(self.entries.len());
    }
}
