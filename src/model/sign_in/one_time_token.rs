//! One-time tokens, and the numbers of number matching.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::model::crypto::rng;
use crate::model::crypto::rng::Rng;

/// Lifetime of a sign-in link and of a bot sign-in.
pub const ONE_TIME_SECS: i64 = 120;

/// One-time token of 256 random bits. A sign-in link contains it, or the browser of a bot sign-in holds it.
#[derive(Clone, Copy)]
pub struct OneTimeToken([u8; 32]);

impl OneTimeToken {
    /// Generates a token.
    pub fn new(rng: &dyn Rng) -> Self {
        Self(rng::bytes(rng))
    }

    /// Reads the 43 base64url characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// Returns the 43 base64url characters. Never log them.
    #[must_use]
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Returns the SHA-256, which is stored.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}

impl fmt::Debug for OneTimeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one-time token")
    }
}

/// Number matching: the number in the browser, and the three on the bot's buttons. Each has two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberMatch {
    /// Number in the browser.
    pub right: u8,
    /// Numbers on the buttons, in order.
    pub choices: [u8; 3],
}

impl NumberMatch {
    /// Draws three different numbers, and one of them as the right one.
    pub fn draw(rng: &dyn Rng) -> Self {
        let mut choices = [0; 3];
        for place in 0..choices.len() {
            let fresh = loop {
                let number = 10 + rng::below(rng, 90);
                if !choices.contains(&number) {
                    break number;
                }
            };
            if let Some(choice) = choices.get_mut(place) {
                *choice = fresh;
            }
        }
        let [first, second, third] = choices;
        // Drawn independently of the order, so that no position is more likely.
        let right = match rng::below(rng, 3) {
            0 => first,
            1 => second,
            _ => third,
        };
        Self { right, choices }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::crypto::rng::SystemRng;

    #[test]
    fn a_token_is_read_as_it_was_written_and_shown_to_no_log() {
        let token = OneTimeToken::new(&SystemRng);
        let text = token.reveal();
        assert_eq!((text.len(), format!("{token:?}").as_str()), (43, "one-time token"));
        assert_eq!(OneTimeToken::parse(&text).map(|read| read.digest()), Some(token.digest()));
        for bad in ["", "x", &text[1..], &format!("{text}A"), &format!("{text}="), "\u{202e}"] {
            assert!(OneTimeToken::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn three_numbers_of_two_digits_with_the_right_one_anywhere() {
        let mut places = [0; 3];
        for _ in 0..600 {
            let NumberMatch { right, choices } = NumberMatch::draw(&SystemRng);
            let [first, second, third] = choices;
            assert!(first != second && second != third && first != third, "{choices:?}");
            assert!(choices.iter().all(|number| (10..100).contains(number)), "{choices:?}");
            places[choices.iter().position(|number| *number == right).expect("one of the three")] += 1;
        }
        assert!(places.iter().all(|times| *times > 100), "{places:?}");
    }
}
