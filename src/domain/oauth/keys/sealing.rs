//! Sealing of private keys: AES-256-GCM under a key derived from the server secret, bound to the key's id.

use hmac::{Hmac, KeyInit, Mac};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::Sha256;

use crate::model::crypto::rng;
use crate::model::crypto::rng::Rng;

/// Seals and opens private keys.
pub(in crate::domain) struct KeySealing {
    key: LessSafeKey,
    /// Key before the latest change of the server secret.
    previous: Option<LessSafeKey>,
}

/// A private key that was opened.
pub(in crate::domain) enum OpenedKey {
    /// Under the present server secret.
    Present(Vec<u8>),
    /// Under the previous server secret: it must be sealed again.
    Previous(Vec<u8>),
}

impl KeySealing {
    /// Derives the key from the server secret, separate from every other use of it.
    pub(in crate::domain) fn new(server_secret: &[u8]) -> Option<Self> {
        Some(Self { key: Self::key(server_secret)?, previous: None })
    }

    /// Also opens what was sealed under the previous server secret.
    pub(in crate::domain) fn with_previous(self, server_secret: &[u8]) -> Option<Self> {
        Some(Self { previous: Some(Self::key(server_secret)?), ..self })
    }

    fn key(server_secret: &[u8]) -> Option<LessSafeKey> {
        let mac = Hmac::<Sha256>::new_from_slice(server_secret).ok()?;
        let key = mac.chain_update(b"neuralbox-auth oauth signing keys v1").finalize().into_bytes();
        UnboundKey::new(&AES_256_GCM, &key).ok().map(LessSafeKey::new)
    }

    /// Seals a private key. The result begins with its nonce.
    pub(in crate::domain) fn seal(&self, kid: &str, private: &[u8], rng: &dyn Rng) -> Option<Vec<u8>> {
        let nonce = rng::bytes::<NONCE_LEN>(rng);
        let mut sealed = private.to_vec();
        let bound = Aad::from(kid.as_bytes());
        self.key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut sealed).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// Opens a private key; `None` if neither secret opens it.
    pub(in crate::domain) fn open(&self, kid: &str, sealed: &[u8]) -> Option<OpenedKey> {
        let open = |key: &LessSafeKey| {
            let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
            let mut private = sealed.to_vec();
            let bound = Aad::from(kid.as_bytes());
            let opened = key.open_in_place(Nonce::assume_unique_for_key(*nonce), bound, &mut private).ok()?;
            Some(opened.to_vec())
        };
        let previous = || self.previous.as_ref().and_then(open).map(OpenedKey::Previous);
        open(&self.key).map(OpenedKey::Present).or_else(previous)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::crypto::rng::SystemRng;

    #[test]
    fn only_the_secret_and_the_id_open_a_key() {
        let sealing = KeySealing::new(b"one").expect("any length will do");
        let sealed = sealing.seal("kid", b"private", &SystemRng).expect("sealed");
        assert!(!sealed.windows(7).any(|part| part == b"private"));
        assert!(matches!(sealing.open("kid", &sealed), Some(OpenedKey::Present(key)) if key == b"private"));
        assert!(sealing.open("other", &sealed).is_none());
        assert!(sealing.open("kid", sealed.get(..10).unwrap_or_default()).is_none());
        let mut changed = sealed.clone();
        changed[20] ^= 1;
        assert!(sealing.open("kid", &changed).is_none());
        let other = KeySealing::new(b"two").expect("any length will do");
        assert!(other.open("kid", &sealed).is_none());
        let other = other.with_previous(b"one").expect("any length will do");
        assert!(matches!(other.open("kid", &sealed), Some(OpenedKey::Previous(key)) if key == b"private"));
    }
}
