//! Proofs that are refused permanently: spent payloads, refresh tokens of ended sessions, invented ones.
//!
//! A repetition is refused from memory. The memory is bounded; a forgotten proof is looked up in the database again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::domain::error::CredentialError;

/// Largest number of proofs in one half of the memory, about 1.5 MB.
const MAX_REMEMBERED: usize = 25_000;

type ProofKey = [u8; 16];

/// Refused proofs, by digest. The older half is dropped when the newer one is full.
#[derive(Debug, Default)]
pub(in crate::domain) struct RejectedProofs(Mutex<RejectedHalves>);

#[derive(Debug, Default)]
struct RejectedHalves {
    newer: HashMap<ProofKey, CredentialError>,
    older: HashMap<ProofKey, CredentialError>,
}

impl RejectedProofs {
    /// Remembers a proof that will never be accepted again.
    pub(in crate::domain) fn add(&self, proof: &[u8], error: CredentialError) {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if halves.newer.len() >= MAX_REMEMBERED {
            halves.older = std::mem::take(&mut halves.newer);
        }
        halves.newer.insert(key(proof), error);
    }

    /// Returns why a proof is refused, if that is remembered.
    pub(in crate::domain) fn find(&self, proof: &[u8]) -> Option<CredentialError> {
        let (halves, key) = (self.0.lock().unwrap_or_else(PoisonError::into_inner), key(proof));
        halves.newer.get(&key).or_else(|| halves.older.get(&key)).copied()
    }
}

fn key(proof: &[u8]) -> ProofKey {
    Sha256::digest(proof).first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_remembered_and_the_memory_is_bounded() {
        let proofs = RejectedProofs::default();
        for number in 0..3 * MAX_REMEMBERED {
            proofs.add(&number.to_be_bytes(), CredentialError::LoginUsed);
        }
        assert_eq!(proofs.find(&(3 * MAX_REMEMBERED - 1).to_be_bytes()), Some(CredentialError::LoginUsed));
        assert_eq!(proofs.find(&(2 * MAX_REMEMBERED).to_be_bytes()), Some(CredentialError::LoginUsed));
        assert_eq!(proofs.find(&0_usize.to_be_bytes()), None);
        let halves = proofs.0.lock().expect("the halves");
        assert!(halves.newer.len() + halves.older.len() <= 2 * MAX_REMEMBERED);
    }
}
