//! Chance, passed in: every random byte comes through here, so that a test can own it.

/// A source of unpredictable bytes.
pub trait Rng: Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator.
pub struct SystemRng;

impl Rng for SystemRng {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness every secret would be guessable: there is nothing safe left to do.
        if getrandom::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}

/// `N` unpredictable bytes.
pub fn bytes<const N: usize>(rng: &dyn Rng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill(&mut bytes);
    bytes
}

/// A number below `bound`, each as likely as the other (rejection sampling, no modulo bias).
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
