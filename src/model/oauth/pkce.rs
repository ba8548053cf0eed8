//! Proof key for code exchange (RFC 7636), with `S256` only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Length of a challenge: 32 bytes in base64url.
const CHALLENGE_CHARS: usize = 43;
/// Shortest and longest verifier (RFC 7636, 4.1).
const VERIFIER_CHARS: std::ops::RangeInclusive<usize> = 43..=128;

/// `code_challenge` of a request: the SHA-256 of a verifier that only the client knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Reads the 43 base64url characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digest = text.len() == CHALLENGE_CHARS && URL_SAFE_NO_PAD.decode(text).is_ok();
        is_digest.then(|| Self(text.to_owned()))
    }

    /// Reads a stored challenge.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// Returns the characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True if this is the challenge of the verifier. Compares in constant time.
    #[must_use]
    pub fn is_of(&self, verifier: &str) -> bool {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if !VERIFIER_CHARS.contains(&verifier.len()) || !verifier.bytes().all(is_allowed) {
            return false;
        }
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        digest.as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::CodeChallenge;

    /// Example of RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_standard_matches_and_nothing_else() {
        let challenge = CodeChallenge::parse(CHALLENGE).expect("43 characters");
        assert!(challenge.is_of(VERIFIER));
        for wrong in [CHALLENGE, "", &VERIFIER[1..], &format!("{VERIFIER}A"), &VERIFIER.to_lowercase()] {
            assert!(!challenge.is_of(wrong), "{wrong}");
        }
        for wrong in ["", "plain", &CHALLENGE[1..], &format!("{CHALLENGE}="), &CHALLENGE.replace('-', "+")] {
            assert!(CodeChallenge::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_verifier_of_another_length_or_alphabet_never_matches() {
        let challenge = |verifier: &str| {
            use base64::Engine;
            use sha2::Digest;
            let digest = sha2::Sha256::digest(verifier);
            CodeChallenge::parse(&base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest)).expect("a digest")
        };
        let good = ["a".repeat(43), "~.-_".repeat(32)];
        assert!(good.iter().all(|verifier| challenge(verifier).is_of(verifier)));
        let bad = ["a".repeat(42), "a".repeat(129), format!("{}+", "a".repeat(42)), format!("{}é", "a".repeat(42))];
        assert!(!bad.iter().any(|verifier| challenge(verifier).is_of(verifier)));
    }
}
