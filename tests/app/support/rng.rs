//! Chance that a test can break.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use neuralbox_auth::model::crypto::rng::{Rng, SystemRng};

/// The system's, until it is told to break.
#[derive(Clone, Default)]
pub struct TestChance(Arc<AtomicBool>);

impl TestChance {
    /// Whoever draws next panics. Only handlers draw, so it is the next handler that makes something secret.
    pub fn break_once(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether it is still waiting to break.
    pub fn is_broken(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl Rng for TestChance {
    fn fill(&self, bytes: &mut [u8]) {
        assert!(!self.0.swap(false, Ordering::SeqCst), "chance was broken by the test");
        SystemRng.fill(bytes);
    }
}
