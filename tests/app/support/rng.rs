//! Random number generator with an injectable failure.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use neuralbox_auth::model::crypto::rng::{Rng, SystemRng};

/// Delegates to the system's generator until told to fail.
#[derive(Clone, Default)]
pub struct TestChance(Arc<AtomicBool>);

impl TestChance {
    /// Makes the next draw panic. Only handlers draw, so the next handler that generates a secret panics.
    pub fn break_once(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// True while the failure is pending.
    pub fn is_broken(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl Rng for TestChance {
    fn fill(&self, bytes: &mut [u8]) {
        assert!(!self.0.swap(false, Ordering::SeqCst), "failure injected by the test");
        SystemRng.fill(bytes);
    }
}
