//! Codes that people type to authorize a device (RFC 8628, 6.1).

use std::fmt;

use sha2::{Digest, Sha256};

use crate::model::crypto::rng;
use crate::model::crypto::rng::Rng;

/// Letters of a code: consonants that are not mistaken for each other, and form no words.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Letters in a code: 34.5 bits.
const LENGTH: usize = 8;

/// Code of eight letters, shown as `WDJB-MJHT`. It only finds the request; the number of the device authorizes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// Generates a code.
    pub fn new(rng: &dyn Rng) -> Self {
        let letter = |_| LETTERS.get(usize::from(rng::below(rng, 20))).map_or('B', |letter| char::from(*letter));
        Self((0..LENGTH).map(letter).collect())
    }

    /// Reads a typed code, in any case, with or without separators.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let separators = [' ', '-', '\u{2010}', '\u{2011}', '\u{2013}', '.', '_'];
        let code: String = text.chars().filter(|c| !separators.contains(c)).map(|c| c.to_ascii_uppercase()).collect();
        let is_code = code.len() == LENGTH && code.bytes().all(|byte| LETTERS.contains(&byte));
        is_code.then_some(Self(code))
    }

    /// Returns the code without its hyphen, as in links.
    #[must_use]
    pub fn link_code(&self) -> String {
        self.0.clone()
    }

    /// Returns the SHA-256, which is stored.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        Sha256::digest(&self.0).to_vec()
    }
}

impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at_checked(LENGTH / 2).unwrap_or((&self.0, ""));
        write!(f, "{first}-{second}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::crypto::rng::SystemRng;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = UserCode::parse("WDJB-MJHT").expect("a code");
        for typed in ["wdjbmjht", " WDJB MJHT ", "wdjb\u{2011}mjht", "W-D-J-B-M-J-H-T"] {
            assert_eq!(UserCode::parse(typed).as_ref(), Some(&code), "{typed}");
        }
        for other in ["", "WDJB-MJH", "WDJB-MJHTX", "WDJA-MJHT", "WDJB-MJH1", "ЖDJB-MJHT"] {
            assert!(UserCode::parse(other).is_none(), "{other}");
        }
        assert_eq!((code.to_string().as_str(), code.link_code().as_str()), ("WDJB-MJHT", "WDJBMJHT"));
    }

    #[test]
    fn a_new_code_is_read_as_it_is_shown() {
        for _ in 0..200 {
            let code = UserCode::new(&SystemRng);
            assert_eq!(UserCode::parse(&code.to_string()), Some(code));
        }
    }
}
