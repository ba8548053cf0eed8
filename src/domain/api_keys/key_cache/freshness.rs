//! Whether news of changes can be relied on to arrive.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// How long what is held is believed after the last proof that news arrives, in milliseconds.
const FRESH_MILLIS: u64 = 1000;
/// Where nobody else changes anything.
const FRESH_FOREVER: u64 = u64::MAX;

/// News arrives in the order of commits, so an instance that hears its own word, sent at a time, has heard every change that
/// was committed before that time. So it can be sure of what it holds for as long as it may be late: one second.
#[derive(Debug)]
pub(in crate::domain) struct CacheFreshness {
    started: Instant,
    until: AtomicU64,
    /// Whether news ever arrived.
    once: AtomicBool,
}

impl Default for CacheFreshness {
    fn default() -> Self {
        Self { started: Instant::now(), until: AtomicU64::new(0), once: AtomicBool::new(false) }
    }
}

impl CacheFreshness {
    /// Whether what is held may be believed.
    pub(in crate::domain) fn is_fresh(&self) -> bool {
        let until = self.until.load(Ordering::SeqCst);
        until == FRESH_FOREVER || self.millis() < until
    }

    /// The time of a word that is sent now.
    pub(in crate::domain) fn millis(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(FRESH_FOREVER)
    }

    /// Whether news arrived once, and does not any more.
    pub(in crate::domain) fn has_timed_out(&self) -> bool {
        self.once.load(Ordering::SeqCst) && !self.is_fresh()
    }

    /// A word of ours was heard that was sent at that time.
    pub(in crate::domain) fn heard(&self, sent_at: u64) {
        self.once.store(true, Ordering::SeqCst);
        self.until.fetch_max(sent_at.saturating_add(FRESH_MILLIS), Ordering::SeqCst);
    }

    /// There is nobody else to hear from.
    pub(in crate::domain) fn alone(&self) {
        self.until.store(FRESH_FOREVER, Ordering::SeqCst);
    }

    /// News may have been lost.
    pub(in crate::domain) fn lost(&self) {
        self.until.store(0, Ordering::SeqCst);
    }
}
