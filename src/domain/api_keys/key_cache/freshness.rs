//! Freshness of the key cache: whether change notifications arrive reliably.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// Time for which the cache is trusted after the last proof that notifications arrive, in milliseconds.
const FRESH_MILLIS: u64 = 1000;
/// Used where no other instance changes anything.
const FRESH_FOREVER: u64 = u64::MAX;

/// State of trust in the cache. Notifications arrive in the order of commits. An instance that receives its own
/// heartbeat has therefore received every change committed before it was sent. It may trust its cache for as long as it
/// may be late: one second.
#[derive(Debug)]
pub(in crate::domain) struct CacheFreshness {
    started: Instant,
    until: AtomicU64,
    /// True once the first heartbeat has arrived.
    once: AtomicBool,
}

impl Default for CacheFreshness {
    fn default() -> Self {
        Self { started: Instant::now(), until: AtomicU64::new(0), once: AtomicBool::new(false) }
    }
}

impl CacheFreshness {
    /// Returns true if cached data may be used.
    pub(in crate::domain) fn is_fresh(&self) -> bool {
        let until = self.until.load(Ordering::SeqCst);
        until == FRESH_FOREVER || self.millis() < until
    }

    /// Returns the time a heartbeat sent now carries.
    pub(in crate::domain) fn millis(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(FRESH_FOREVER)
    }

    /// Returns true if heartbeats arrived once and have stopped.
    pub(in crate::domain) fn has_timed_out(&self) -> bool {
        self.once.load(Ordering::SeqCst) && !self.is_fresh()
    }

    /// Records the arrival of our own heartbeat, sent at this time.
    pub(in crate::domain) fn record_heartbeat(&self, sent_at: u64) {
        self.once.store(true, Ordering::SeqCst);
        self.until.fetch_max(sent_at.saturating_add(FRESH_MILLIS), Ordering::SeqCst);
    }

    /// Trusts the cache permanently because no other instance exists.
    pub(in crate::domain) fn trust_always(&self) {
        self.until.store(FRESH_FOREVER, Ordering::SeqCst);
    }

    /// Stops trusting the cache because notifications may have been lost.
    pub(in crate::domain) fn distrust(&self) {
        self.until.store(0, Ordering::SeqCst);
    }
}
