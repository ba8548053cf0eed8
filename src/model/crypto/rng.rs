//! Chance, passed in: every random byte comes through here, so that a test can own it.

/// A source of unpredictable bytes.
pub trait Chance: Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator.
pub struct SystemChance;

impl Chance for SystemChance {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness every secret would be guessable: there is nothing safe left to do.
        if getrandom::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}

/// `N` unpredictable bytes.
pub fn bytes<const N: usize>(chance: &dyn Chance) -> [u8; N] {
    let mut bytes = [0; N];
    chance.fill(&mut bytes);
    bytes
}

/// A number below `bound`, each as likely as the other (rejection sampling, no modulo bias).
pub fn below(chance: &dyn Chance, bound: u8) -> u8 {
    let bound = bound.max(1);
    let limit = u8::MAX - (u8::MAX % bound);
    loop {
        let [byte] = bytes(chance);
        if byte < limit {
            return byte % bound;
        }
    }
}
