//! API keys: `nb_`, 39 random base62 characters and a checksum of 6.
//!
//! The checksum is the CRC-32 (IEEE) of the 42 characters before it, in base62 (`0-9A-Za-z`), most significant digit
//! first, padded with `0`. It rejects a mistyped or invented key before any lookup. Only the SHA-256 of a key is
//! stored.

use std::fmt;

use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::crypto::rng;
use crate::model::crypto::rng::Rng;
use crate::model::text::display_name;
use crate::model::text::display_name::NameError;
use crate::model::time::Moment;

const PREFIX: &str = "nb_";
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_CHARS: usize = 39;
const CHECKSUM_CHARS: usize = 6;
const KEY_CHARS: usize = PREFIX.len() + RANDOM_CHARS + CHECKSUM_CHARS;
/// Number of characters after the prefix of what was meant to be a key. The masked form of a key has fewer.
const MISTYPED_CHARS: std::ops::RangeInclusive<usize> = 16..=60;

/// Id of a key. Independent of the secret, so it is safe to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct KeyId(pub i64);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Secret of an API key: 48 characters with a valid checksum. Shown once, never stored, printed as `nb_…`.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainKey(String);

impl PlainKey {
    /// Generates a key.
    pub fn new(rng: &dyn Rng) -> Self {
        let mut text = String::with_capacity(KEY_CHARS);
        text.push_str(PREFIX);
        for _ in 0..RANDOM_CHARS {
            text.push(char::from(digit(usize::from(rng::below(rng, 62)))));
        }
        let check = check_of(text.as_bytes());
        text.extend(check.map(char::from));
        Self(text)
    }

    /// Reads a key. Returns `None` for a wrong prefix, length, alphabet or checksum.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        is_key(text).then(|| Self(text.to_owned()))
    }

    /// Returns every key within `text`, such as a chat message with a pasted key.
    pub fn find_in(text: &str) -> impl Iterator<Item = Self> {
        text.match_indices(PREFIX).filter_map(|(at, _)| Self::parse(text.get(at..at + KEY_CHARS)?))
    }

    /// Returns every text within `text` that was meant to be a key: it begins like one, and a character is wrong, missing or
    /// added. It may be most of a secret.
    pub fn mistyped_in(text: &str) -> impl Iterator<Item = &str> {
        text.match_indices(PREFIX).filter_map(|(at, _)| {
            let is_word_inside = text.get(..at)?.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            let length = text.get(at + PREFIX.len()..)?.bytes().take_while(u8::is_ascii_alphanumeric).count();
            let is_whole = text.get(at..at + KEY_CHARS).is_some_and(is_key);
            let is_meant = MISTYPED_CHARS.contains(&length) && !is_word_inside && !is_whole;
            text.get(at..at + PREFIX.len() + length).filter(|_| is_meant)
        })
    }

    /// Returns the digest, which is stored and looked up.
    #[must_use]
    pub fn digest(&self) -> KeyDigest {
        KeyDigest(Sha256::digest(self.0.as_bytes()).into())
    }

    /// Returns the form shown in lists: the first 7 and last 4 characters, `nb_ab12…wxyz`.
    #[must_use]
    pub fn masked(&self) -> String {
        let head: String = self.0.chars().take(PREFIX.len() + 4).collect();
        let tail: String = self.0.chars().skip(KEY_CHARS - 4).collect();
        format!("{head}…{tail}")
    }

    /// Returns the secret, to be shown to its owner once.
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

/// SHA-256 of a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// Returns the digest of a well-formed key. Rejects any other text without hashing it.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        is_key(text).then(|| Self(Sha256::digest(text.as_bytes()).into()))
    }

    /// Reads a stored digest. Returns `None` unless it has 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Returns the stored form.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("digest")
    }
}

/// Name of a key: 1 to 64 characters in NFC, without control characters, surrounding or repeated spaces.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct KeyName(String);

impl KeyName {
    /// Limit of a name.
    pub const MAX_NAME_CHARS: usize = 64;

    /// Normalizes, trims and validates a name. The error completes the sentence "name …".
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let name = display_name::parse(text, Self::MAX_NAME_CHARS);
        let collapsed = name.map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "));
        collapsed.map(Self).map_err(|error| match error {
            NameError::Blank => "must not be empty",
            NameError::TooLong => "must have at most 64 characters",
            NameError::Invisible => "must not contain line breaks or other control characters",
        })
    }

    /// Returns the name as a string slice.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns a name without case. It is unique among the live keys of an account.
    #[must_use]
    pub fn fold(name: &str) -> String {
        name.to_lowercase()
    }
}

/// API key as stored, without its secret.
#[derive(Clone, Debug, FromRow)]
pub struct ApiKey {
    /// Id that the API and the pages use.
    pub id: KeyId,
    /// Owner of the key.
    pub account_id: AccountId,
    /// Name given by the owner.
    pub name: String,
    /// First 7 and last 4 characters of the secret.
    pub masked: String,
    /// Time of creation.
    pub created_at: Moment,
    /// Time of the last successful verification of the current secret, at most a few seconds late.
    pub last_used_at: Option<Moment>,
    /// Expiry chosen by the owner; `None` if the key does not expire.
    pub expires_at: Option<Moment>,
    /// Time of revocation.
    pub revoked_at: Option<Moment>,
    /// Network of the last use: a /24 or a /48.
    pub last_network: Option<String>,
    /// End of the grace period of the previous secret; in the past once that secret is invalid.
    pub previous_expires_at: Option<Moment>,
    /// Time of the last successful verification of the previous secret.
    pub previous_last_used_at: Option<Moment>,
}

/// Slot of a secret: during a rotation a key has two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySlot {
    /// Current secret.
    Current,
    /// Secret before the latest rotation.
    Previous,
}

/// Previous secret of a rotated key during its grace period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreviousSecret {
    /// End of the grace period.
    pub works_until: Moment,
    /// Time of its last successful verification. A recent one means that some client still uses it.
    pub last_used_at: Option<Moment>,
}

/// State of a key, regardless of its account's ban, balance and rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// Valid.
    Active,
    /// The plan has no API access. The key becomes valid again after an upgrade.
    Disabled,
    /// Past its expiry.
    Expired,
    /// Revoked by its owner, or because it leaked.
    Revoked,
}

impl ApiKey {
    /// Returns the previous secret if its grace period lasts at `now`.
    #[must_use]
    pub fn old_secret(&self, now: Moment) -> Option<PreviousSecret> {
        let works_until = self.previous_expires_at.filter(|until| *until > now)?;
        Some(PreviousSecret { works_until, last_used_at: self.previous_last_used_at })
    }

    /// True if the secret in the given slot is valid at `now`, regardless of the account.
    #[must_use]
    pub fn works_until(&self, slot: KeySlot, now: Moment) -> bool {
        let in_time = self.revoked_at.is_none() && self.expires_at.is_none_or(|at| at > now);
        in_time && (slot == KeySlot::Current || self.old_secret(now).is_some())
    }

    /// Returns the time of the last successful verification of either secret.
    #[must_use]
    pub fn last_use(&self) -> Option<Moment> {
        self.last_used_at.max(self.previous_last_used_at)
    }

    /// Returns the state at `now` under a plan with that API access.
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

/// API access of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiAccess {
    /// API keys are valid.
    Yes,
    /// API keys are disabled.
    No,
}

/// True if a text has the prefix, length, alphabet and checksum of a key.
fn is_key(text: &str) -> bool {
    let Some((body, check)) = text.as_bytes().split_last_chunk::<CHECKSUM_CHARS>() else { return false };
    // `&` instead of `all`: without an early exit the compiler checks sixteen characters at a time.
    let is_of_letters =
        |random: &[u8; RANDOM_CHARS]| random.iter().fold(true, |is, byte| is & byte.is_ascii_alphanumeric());
    let random = body.strip_prefix(PREFIX.as_bytes()).and_then(|random| random.try_into().ok());
    random.is_some_and(is_of_letters) && check_of(body) == *check
}

fn digit(value: usize) -> u8 {
    BASE62.get(value).copied().unwrap_or(b'0')
}

/// Returns the checksum of `body`. 62⁶ exceeds 2³², so six characters hold every CRC.
fn check_of(body: &[u8]) -> [u8; CHECKSUM_CHARS] {
    let mut rest = crc32fast::hash(body) as usize;
    let mut digits = [b'0'; CHECKSUM_CHARS];
    for place in digits.iter_mut().rev() {
        *place = digit(rest % 62);
        rest /= 62;
    }
    digits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{KEY_CHARS, KeyName, PlainKey};
    use crate::model::crypto::rng::SystemRng;

    /// Computed by hand with zlib: crc32("nb_" + 39 × "0") = 0x51633A8C = 1365457548 = `1UPJsq` in base62.
    #[test]
    fn a_known_key() {
        let body = format!("nb_{}", "0".repeat(39));
        let crc = crc32fast::hash(body.as_bytes());
        let check = super::check_of(body.as_bytes()).map(char::from);
        let key = PlainKey::parse(&format!("{body}{}", String::from_iter(check))).expect("a right check");
        assert_eq!(key.reveal().len(), KEY_CHARS);
        let value =
            key.reveal().bytes().skip(42).fold(0_u64, |sum, byte| {
                sum * 62 + super::BASE62.iter().position(|&b| b == byte).expect("base62") as u64
            });
        assert_eq!(value, u64::from(crc));
    }

    #[test]
    fn what_was_meant_to_be_a_key_is_found() {
        let key = PlainKey::new(&SystemRng).reveal().to_owned();
        let found = |text: &str| PlainKey::mistyped_in(text).map(str::to_owned).collect::<Vec<_>>();
        let (short, long) = (&key[..47], format!("{}_", key.replacen("nb_", "nb_x", 1)));
        assert_eq!(found(&format!("see {short}, or {long}")), [short, long.trim_end_matches('_')]);
        assert_eq!(found(&format!("KEY={}", &key[..20])), [&key[..20]]);
        for other in [
            key.as_str(),
            &format!("{key}1"),
            "nb_",
            "nb_short",
            "nb_ab12…wxyz",
            &format!("my{short}"),
            &format!("_{short}"),
        ] {
            assert_eq!(found(other), [""; 0], "{other}");
        }
    }

    #[test]
    fn names_are_compared_without_case_and_repeated_spaces() {
        let folded = |name| KeyName::parse(name).map(|name| KeyName::fold(name.as_str()));
        assert_eq!(folded(" SERVER \u{a0} 11"), folded("server 11"));
        assert_eq!(folded("Ноутбук"), folded("ноутбук"));
        assert_eq!(KeyName::parse("My  Laptop").as_ref().map(KeyName::as_str), Ok("My Laptop"));
        assert_ne!(folded("server11"), folded("server 11"));
    }

    proptest! {
        #[test]
        fn what_is_made_is_read(_ in 0..200) {
            let key = PlainKey::new(&SystemRng);
            prop_assert_eq!(PlainKey::parse(key.reveal()), Some(key.clone()));
            let pasted = format!("my key is {}, keep it", key.reveal());
            prop_assert_eq!(PlainKey::find_in(&pasted).collect::<Vec<_>>(), vec![key.clone()]);
            prop_assert_eq!(key.masked().chars().count(), 12);
            prop_assert_eq!(format!("{:?}", key), "nb_…");
        }

        #[test]
        fn one_wrong_character_is_noticed(at in 3..KEY_CHARS, with in "[0-9A-Za-z]") {
            let key = PlainKey::new(&SystemRng);
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
