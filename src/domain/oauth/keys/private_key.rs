//! Key pairs: ECDSA on P-256, and RSA for clients that verify nothing else.
//!
//! RSA keys are made by the crate `rsa` and sign with `ring`, whose signing takes constant time (RUSTSEC-2023-0071).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents};
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePrivateKey;
use rsa::rand_core::{CryptoRng, RngCore};
use rsa::traits::PublicKeyParts;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::model::crypto::rng;
use crate::model::crypto::rng::Rng;
use crate::model::oauth::signing_key::{JsonWebKey, JsonWebKeyUsage, SigningAlgorithm};

/// Size of an RSA key.
const RSA_BITS: usize = 2048;
/// Bytes of a coordinate on P-256.
const COORDINATE_BYTES: usize = 32;

/// A key pair that was just made.
pub(in crate::domain) struct NewKeyPair {
    /// Id: the thumbprint of the public key.
    pub(in crate::domain) kid: String,
    /// Private key: a scalar of P-256, or PKCS #8 of RSA.
    pub(in crate::domain) private: Vec<u8>,
    /// Public key as JSON.
    pub(in crate::domain) jwk: String,
}

/// Makes a key pair. RSA takes a second: not for an async task.
pub(in crate::domain) fn generate(algorithm: SigningAlgorithm, rng: &dyn Rng) -> Option<NewKeyPair> {
    let (private, public) = match algorithm {
        SigningAlgorithm::Es256 => {
            let key = loop {
                // All but one in 2³² random numbers are below the order of the curve.
                if let Ok(key) = SigningKey::from_slice(&rng::bytes::<COORDINATE_BYTES>(rng)) {
                    break key;
                }
            };
            (key.to_bytes().to_vec(), ec_jwk(&key)?)
        }
        SigningAlgorithm::Rs256 => {
            let key = RsaPrivateKey::new(&mut RsaRandomness(rng), RSA_BITS).ok()?;
            let number = |bytes: Vec<u8>| Some(URL_SAFE_NO_PAD.encode(bytes));
            let (n, e) = (number(key.n().to_bytes_be()), number(key.e().to_bytes_be()));
            let jwk = JsonWebKey { crv: None, e, kty: "RSA", n, x: None, y: None, usage: None };
            (key.to_pkcs8_der().ok()?.as_bytes().to_vec(), jwk)
        }
    };
    let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(serde_json::to_string(&public).ok()?));
    let usage = JsonWebKeyUsage { purpose: "sig", alg: algorithm.as_str(), kid: kid.clone() };
    let jwk = serde_json::to_string(&JsonWebKey { usage: Some(usage), ..public }).ok()?;
    Some(NewKeyPair { kid, private, jwk })
}

fn ec_jwk(key: &SigningKey) -> Option<JsonWebKey> {
    let point = VerifyingKey::from(key).to_sec1_point(false);
    // An uncompressed point: a marker, then both coordinates.
    let coordinates = point.as_bytes().get(1..)?;
    let (x, y) = coordinates.split_at_checked(COORDINATE_BYTES)?;
    let text = |bytes: &[u8]| Some(URL_SAFE_NO_PAD.encode(bytes));
    Some(JsonWebKey { crv: Some("P-256"), e: None, kty: "EC", n: None, x: text(x), y: text(y), usage: None })
}

/// Gives our randomness to the crate `rsa`.
struct RsaRandomness<'a>(&'a dyn Rng);

impl RngCore for RsaRandomness<'_> {
    fn next_u32(&mut self) -> u32 {
        u32::from_ne_bytes(rng::bytes(self.0))
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_ne_bytes(rng::bytes(self.0))
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl CryptoRng for RsaRandomness<'_> {}

/// Private key that signs.
pub(in crate::domain) enum PrivateKey {
    /// ECDSA on P-256.
    Es256(Box<SigningKey>),
    /// RSA.
    Rs256(Box<RsaKeyPair>),
}

impl PrivateKey {
    /// Reads what [`generate`] returned.
    pub(in crate::domain) fn parse(algorithm: SigningAlgorithm, private: &[u8]) -> Option<Self> {
        match algorithm {
            SigningAlgorithm::Es256 => SigningKey::from_slice(private).ok().map(|key| Self::Es256(Box::new(key))),
            SigningAlgorithm::Rs256 => RsaKeyPair::from_pkcs8(private).ok().map(|key| Self::Rs256(Box::new(key))),
        }
    }

    /// Signs a message (RFC 7518, 3.3 and 3.4).
    pub(in crate::domain) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Es256(key) => {
                let signature: Signature = key.try_sign(message).ok()?;
                Some(signature.to_bytes().to_vec())
            }
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                // Blinds the computation only: the signature does not depend on it.
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
                Some(signature)
            }
        }
    }
}

/// Public key that verifies.
pub(in crate::domain) enum PublicKey {
    /// ECDSA on P-256.
    Es256(Box<VerifyingKey>),
    /// RSA: modulus and exponent.
    Rs256(RsaPublicKeyComponents<Vec<u8>>),
}

impl PublicKey {
    /// Reads a public key of ours.
    pub(in crate::domain) fn parse(algorithm: SigningAlgorithm, jwk: &str) -> Option<Self> {
        let jwk: Value = serde_json::from_str(jwk).ok()?;
        let number = |name: &str| URL_SAFE_NO_PAD.decode(jwk.get(name)?.as_str()?).ok();
        match algorithm {
            SigningAlgorithm::Es256 => {
                let point = [vec![4], number("x")?, number("y")?].concat();
                VerifyingKey::from_sec1_bytes(&point).ok().map(|key| Self::Es256(Box::new(key)))
            }
            SigningAlgorithm::Rs256 => Some(Self::Rs256(RsaPublicKeyComponents { n: number("n")?, e: number("e")? })),
        }
    }

    /// True if the signature of the message is that of the key.
    pub(in crate::domain) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256(key) => {
                Signature::from_slice(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
            }
            Self::Rs256(key) => key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::crypto::rng::SystemRng;

    #[test]
    fn each_kind_signs_and_is_published_without_its_secret() {
        for algorithm in [SigningAlgorithm::Es256, SigningAlgorithm::Rs256] {
            let pair = generate(algorithm, &SystemRng).expect("a key pair");
            let (private, public) = (
                PrivateKey::parse(algorithm, &pair.private).expect("what was made"),
                PublicKey::parse(algorithm, &pair.jwk).expect("what was made"),
            );
            let signature = private.sign(b"message").expect("signed");
            assert!(public.verifies(b"message", &signature));
            assert!(!public.verifies(b"messagE", &signature) && !public.verifies(b"message", &signature[1..]));
            let jwk: Value = serde_json::from_str(&pair.jwk).expect("JSON");
            assert_eq!((jwk["use"].as_str(), jwk["alg"].as_str()), (Some("sig"), Some(algorithm.as_str())));
            assert_eq!(jwk["kid"], pair.kid.as_str());
            assert!(jwk.get("d").is_none() && pair.kid.len() == 43);
        }
    }

    #[test]
    fn the_thumbprint_is_that_of_the_standard() {
        // Example of RFC 7638, section 3.1.
        let jwk = JsonWebKey {
            crv: None,
            e: Some("AQAB".to_owned()),
            kty: "RSA",
            n: Some(
                "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw".to_owned(),
            ),
            x: None,
            y: None,
            usage: None,
        };
        let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(serde_json::to_string(&jwk).expect("JSON")));
        assert_eq!(thumbprint, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
