//! Random number generator, passed in so that tests can replace it. No other code asks the system for randomness.

/// Source of unpredictable bytes.
pub trait Rng: Send + Sync + 'static {
    /// Fills `bytes` with unpredictable ones.
    fn fill(&self, bytes: &mut [u8]);
}

/// Generator of the operating system.
pub struct SystemRng;

impl Rng for SystemRng {
    #[expect(clippy::disallowed_methods, reason = "the only access to the system's generator")]
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness every secret would be guessable, so the process must not continue.
        if getrandom::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}

/// Returns `N` unpredictable bytes.
pub fn bytes<const N: usize>(rng: &dyn Rng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill(&mut bytes);
    bytes
}

/// Returns a uniform number below `bound` (rejection sampling, no modulo bias).
pub fn below(rng: &dyn Rng, bound: u8) -> u8 {
    let bound = bound.max(1);
    let limit = u8::MAX - (u8::MAX % bound);
    loop {
        let [byte] = bytes(rng);
        if byte < limit {
            return byte % bound;
        }
    }
}
