//! API keys: `nb_`, 39 random base62 characters, and 6 that check them.
//!
//! The check is the CRC-32 (IEEE) of the 42 characters before it, in base62 (`0-9A-Za-z`), most significant digit first,
//! padded with `0`: a mistyped or made-up key is refused before anything is looked up. Only the SHA-256 of a key is stored.

use std::fmt;

use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::FromRow;

use crate::model::account::AccountId;
use crate::model::chance::{self, Chance};
use crate::model::text::is_unseen;
use crate::model::time::Moment;

const PREFIX: &str = "nb_";
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM: usize = 39;
const CHECK: usize = 6;
const LENGTH: usize = PREFIX.len() + RANDOM + CHECK;

/// The number of a key. It says nothing about the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct KeyId(pub i64);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A key itself: 48 characters with a right check. Shown once, never stored, prints as `nb_…`.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainKey(String);

impl PlainKey {
    /// Makes a new key.
    pub fn new(chance: &dyn Chance) -> Self {
        let mut text = String::with_capacity(LENGTH);
        text.push_str(PREFIX);
        for _ in 0..RANDOM {
            text.push(digit(usize::from(chance::below(chance, 62))));
        }
        let check = check_of(text.as_bytes());
        text.push_str(&check);
        Self(text)
    }

    /// Reads a key, and refuses whatever cannot be one: wrong prefix, length, letters or check.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (body, check) = text.split_at_checked(LENGTH - CHECK)?;
        let random = body.strip_prefix(PREFIX)?;
        let whole = text.len() == LENGTH && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (whole && check_of(body.as_bytes()) == check).then(|| Self(text.to_owned()))
    }

    /// Every key that stands somewhere in `text`, such as a message someone pasted one into.
    pub fn find_in(text: &str) -> impl Iterator<Item = Self> {
        text.match_indices(PREFIX).filter_map(|(at, _)| Self::parse(text.get(at..at + LENGTH)?))
    }

    /// What is stored and looked up.
    #[must_use]
    pub fn digest(&self) -> KeyDigest {
        KeyDigest(Sha256::digest(self.0.as_bytes()).to_vec())
    }

    /// How the key is listed: its first 7 and last 4 characters, `nb_ab12…wxyz`.
    #[must_use]
    pub fn masked(&self) -> String {
        let head: String = self.0.chars().take(PREFIX.len() + 4).collect();
        let tail: String = self.0.chars().skip(LENGTH - 4).collect();
        format!("{head}…{tail}")
    }

    /// The key, to be shown to its owner once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PlainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nb_…")
    }
}

/// The SHA-256 of a key.
#[derive(Clone, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct KeyDigest(Vec<u8>);

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("digest")
    }
}

/// What a person calls a key: 1 to 64 characters, no control characters, no space at the ends.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct KeyName(String);

impl KeyName {
    /// The longest name, in characters.
    pub const LONGEST: usize = 64;

    /// Takes a name, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let name = text.trim();
        if name.is_empty() {
            return Err("must not be empty");
        }
        if name.chars().count() > Self::LONGEST {
            return Err("must have at most 64 characters");
        }
        if name.chars().any(is_unseen) {
            return Err("must not contain line breaks or other control characters");
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A key as stored: everything but the key.
#[derive(Clone, Debug, FromRow)]
pub struct ApiKey {
    /// Its number.
    pub id: KeyId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What the owner calls it.
    pub name: String,
    /// Its first 7 and last 4 characters.
    pub masked: String,
    /// When it was made.
    pub created_at: Moment,
    /// When it last passed a check, at most a few seconds late.
    pub last_used_at: Option<Moment>,
    /// When it stops working by itself.
    pub expires_at: Option<Moment>,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
}

/// Whether a key works, as far as the key itself is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// It works.
    Active,
    /// The plan has no API access; it works again after an upgrade.
    Disabled,
    /// Its time is over.
    Expired,
    /// Its owner ended it.
    Revoked,
}

impl ApiKey {
    /// The state at `now` for an owner whose plan has API access or not.
    #[must_use]
    pub fn state(&self, api_access: ApiAccess, now: Moment) -> KeyState {
        if self.revoked_at.is_some() {
            KeyState::Revoked
        } else if self.expires_at.is_some_and(|at| at <= now) {
            KeyState::Expired
        } else if api_access == ApiAccess::No {
            KeyState::Disabled
        } else {
            KeyState::Active
        }
    }
}

/// Whether a plan lets its people use API keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiAccess {
    /// It does.
    Yes,
    /// It does not.
    No,
}

fn digit(value: usize) -> char {
    BASE62.get(value).copied().map_or('0', char::from)
}

/// The six characters that check `body`. 62⁶ is above 2³², so every CRC fits.
fn check_of(body: &[u8]) -> String {
    let mut rest = crc32fast::hash(body) as usize;
    let mut digits = ['0'; CHECK];
    for place in digits.iter_mut().rev() {
        *place = digit(rest % 62);
        rest /= 62;
    }
    digits.iter().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{KeyName, LENGTH, PlainKey};
    use crate::model::chance::SystemChance;

    /// Worked out by hand with zlib: crc32("nb_" + 39 × "0") = 0x51633A8C = 1365457548 = `1UPJsq` in base62.
    #[test]
    fn a_known_key() {
        let body = format!("nb_{}", "0".repeat(39));
        let crc = crc32fast::hash(body.as_bytes());
        let key = PlainKey::parse(&format!("{body}{}", super::check_of(body.as_bytes()))).expect("a right check");
        assert_eq!(key.reveal().len(), LENGTH);
        let value =
            key.reveal().bytes().skip(42).fold(0_u64, |sum, byte| {
                sum * 62 + super::BASE62.iter().position(|&b| b == byte).expect("base62") as u64
            });
        assert_eq!(value, u64::from(crc));
    }

    proptest! {
        #[test]
        fn what_is_made_is_read(_ in 0..200) {
            let key = PlainKey::new(&SystemChance);
            prop_assert_eq!(PlainKey::parse(key.reveal()), Some(key.clone()));
            let pasted = format!("my key is {}, keep it", key.reveal());
            prop_assert_eq!(PlainKey::find_in(&pasted).collect::<Vec<_>>(), vec![key.clone()]);
            prop_assert_eq!(key.masked().chars().count(), 12);
            prop_assert_eq!(format!("{:?}", key), "nb_…");
        }

        #[test]
        fn one_wrong_character_is_noticed(at in 3..LENGTH, with in "[0-9A-Za-z]") {
            let key = PlainKey::new(&SystemChance);
            let mut text = key.reveal().to_owned();
            text.replace_range(at..=at, &with);
            prop_assert_eq!(PlainKey::parse(&text).is_some(), text == key.reveal());
        }

        #[test]
        fn nothing_else_is_a_key(text in "(nb_)?\\PC{0,60}") {
            prop_assert_eq!(PlainKey::parse(&text), None);
        }
    }

    #[test]
    fn names() {
        assert_eq!(KeyName::parse("  my laptop ").expect("fine").as_str(), "my laptop");
        assert!(KeyName::parse(&"ж".repeat(64)).is_ok());
        for bad in ["", "   ", "a\nb", "a\0b", "a\u{202e}b", &"x".repeat(65)] {
            assert!(KeyName::parse(bad).is_err(), "{bad:?}");
        }
    }
}
