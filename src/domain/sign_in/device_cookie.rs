//! Device cookies. They mark browsers in which the password of an address was given before.
//!
//! Attempts from marked browsers are counted apart from all others, so that a guesser cannot lock the owner out.
//! Nothing is stored: the cookie holds a random number and our signature of it and the address.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::model::crypto::rng;
use crate::model::crypto::rng::Rng;

type Signer = Hmac<Sha256>;

/// Size of the random number, in bytes.
const NONCE_BYTES: usize = 16;

/// Issues and verifies device cookies.
pub(in crate::domain) struct DeviceCookies {
    signer: Signer,
    /// Signer before the latest change of the secret.
    previous: Option<Signer>,
}

impl DeviceCookies {
    /// Derives its own key from the secret that signs access tokens.
    pub(in crate::domain) fn new(secret: &[u8]) -> Option<Self> {
        Some(Self { signer: Self::signer(secret)?, previous: None })
    }

    /// Also accepts cookies that were issued under the previous secret.
    pub(in crate::domain) fn with_previous(self, secret: &[u8]) -> Option<Self> {
        Some(Self { previous: Some(Self::signer(secret)?), ..self })
    }

    fn signer(secret: &[u8]) -> Option<Signer> {
        let key =
            Signer::new_from_slice(secret).ok()?.chain_update(b"neuralbox-auth device v1").finalize().into_bytes();
        Signer::new_from_slice(&key).ok()
    }

    /// Issues the cookie for a browser in which the address's password was given.
    pub(in crate::domain) fn mark(&self, address: &str, rng: &dyn Rng) -> String {
        let number = rng::bytes::<NONCE_BYTES>(rng);
        let signature = signed(&self.signer, &number, address).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([number.as_slice(), signature.as_slice()].concat())
    }

    /// Verifies a cookie for an address and returns its random number.
    pub(in crate::domain) fn known(&self, mark: &str, address: &str) -> Option<[u8; NONCE_BYTES]> {
        let bytes = URL_SAFE_NO_PAD.decode(mark).ok()?;
        let (number, signature) = bytes.split_first_chunk()?;
        let mut signers = std::iter::once(&self.signer).chain(&self.previous);
        let is_ours = |signer: &Signer| signed(signer, number, address).verify_slice(signature).is_ok();
        signers.any(is_ours).then_some(*number)
    }
}

fn signed(signer: &Signer, number: &[u8; NONCE_BYTES], address: &str) -> Signer {
    signer.clone().chain_update(number).chain_update(address.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::crypto::rng::SystemRng;

    #[test]
    fn a_mark_is_good_for_its_address_and_by_us_alone() {
        let (ours, others) =
            (DeviceCookies::new(b"secret").expect("a key"), DeviceCookies::new(b"another").expect("a key"));
        let mark = ours.mark("ivan@example.com", &SystemRng);
        assert!(ours.known(&mark, "ivan@example.com").is_some());
        assert!(ours.known(&mark, "olga@example.com").is_none() && others.known(&mark, "ivan@example.com").is_none());
        assert_ne!(mark, ours.mark("ivan@example.com", &SystemRng), "each browser has its own");
        for bad in ["", "x", &mark[1..], &mark[..20], &format!("{mark}AA")] {
            assert!(ours.known(bad, "ivan@example.com").is_none(), "{bad}");
        }
        let changed = others.with_previous(b"secret").expect("a key");
        assert!(changed.known(&mark, "ivan@example.com").is_some(), "a change of the secret forgets no browser");
        assert!(ours.known(&changed.mark("ivan@example.com", &SystemRng), "ivan@example.com").is_none());
    }
}
