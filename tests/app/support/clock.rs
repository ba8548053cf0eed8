//! A clock that only the test turns.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use neuralbox_auth::model::time::Clock;

/// Stands still until it is turned.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl Default for TestClock {
    /// 2026-11-23T12:00:00Z
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(1_795_435_200_000)))
    }
}

impl TestClock {
    /// Turns it on by that many seconds.
    pub fn pass(&self, seconds: i64) {
        self.pass_millis(seconds * 1000);
    }

    /// Turns it on by that many milliseconds.
    pub fn pass_millis(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    /// What a signed payload of this moment carries.
    pub fn unix(&self) -> i64 {
        self.now().0
    }
}

impl Clock for TestClock {
    fn millis(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}
