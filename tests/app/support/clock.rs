//! A clock controlled by the test.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use neuralbox_auth::model::time::Clock;

/// Stands still until it is advanced.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl Default for TestClock {
    /// 2026-11-23T12:00:00Z
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(1_795_435_200_000)))
    }
}

impl TestClock {
    /// Advances the clock by seconds.
    pub fn pass(&self, seconds: i64) {
        self.pass_millis(seconds * 1000);
    }

    /// Advances the clock by milliseconds.
    pub fn pass_millis(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    /// Unix time in seconds, as used in signed payloads.
    pub fn unix(&self) -> i64 {
        self.now().0
    }
}

impl Clock for TestClock {
    fn millis(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}
