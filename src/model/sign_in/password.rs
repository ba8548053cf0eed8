//! Passwords: rules for new ones, and hashes.
//!
//! Passwords are normalized to NFKC (RFC 8265, 4.2), so that `é` is the same from every keyboard, and counted in
//! characters. The hash is Argon2id as a PHC string, which names its own parameters.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;

use crate::model::crypto::rng;
use crate::model::crypto::rng::Rng;
use crate::model::sign_in::email_address::Email;

/// Minimum length, in characters after normalization.
pub const MIN_CHARS: usize = 8;
/// Maximum length, in characters after normalization. Bounds the work of one hash.
pub const MAX_CHARS: usize = 256;
/// Length from which a name is searched for in the password. Shorter names occur in too many words.
const MIN_NAME_CHARS: usize = 4;
/// Length of a salt and of a digest.
const SALT_BYTES: usize = 16;
const DIGEST_BYTES: usize = 32;

/// Common passwords. `common_passwords.txt` names its sources.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("common_passwords.txt").lines();
    lines.filter(|line| !line.starts_with('#')).collect()
});

/// Password as typed. Prints as `…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Normalizes a password for comparison with a hash. An impossible password is simply wrong.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        // Longer input is not a valid password; normalizing the rest would be wasted work.
        Self(text.chars().take(2 * MAX_CHARS).nfkc().collect())
    }

    /// Checks a new password for the person with that name and address.
    pub fn choose(text: &str, name: &str, email: Option<&Email>) -> Result<Self, PasswordWeakness> {
        let password = Self::typed(text);
        let length = password.0.chars().count();
        if length < MIN_CHARS {
            return Err(PasswordWeakness::Short);
        }
        if length > MAX_CHARS || text.chars().count() > 2 * MAX_CHARS {
            return Err(PasswordWeakness::Long);
        }
        let folded = folded(&password.0);
        if is_common(&folded) {
            return Err(PasswordWeakness::Common);
        }
        let own = |part: &str| {
            let part = self::folded(part);
            part.chars().count() >= MIN_NAME_CHARS && folded.contains(&part)
        };
        if own(name) || email.is_some_and(|email| own(email.local())) {
            return Err(PasswordWeakness::Own);
        }
        Ok(password)
    }

    fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Reason a new password is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordWeakness {
    /// Fewer than [`MIN_CHARS`] characters.
    Short,
    /// More than [`MAX_CHARS`] characters.
    Long,
    /// Among the most common passwords, or as predictable.
    Common,
    /// Contains the person's name or address.
    Own,
}

impl PasswordWeakness {
    /// All reasons, for tests of their texts.
    pub const ALL: [Self; 4] = [Self::Short, Self::Long, Self::Common, Self::Own];

    /// Returns the rule. It completes the sentence "password …".
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Short => "must have at least 8 characters",
            Self::Long => "must have at most 256 characters",
            Self::Common => "is one of the most common passwords: choose another",
            Self::Own => "must not contain your name or email address",
        }
    }
}

/// Removes case and spaces.
fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
}

/// True for a listed password, a repeated character, or a run of neighbours such as `12345678` and `hgfedcba`.
fn is_common(folded: &str) -> bool {
    COMMON.contains(folded) || is_walk(folded)
}

fn is_walk(folded: &str) -> bool {
    let points: Vec<i64> = folded.chars().map(|c| i64::from(u32::from(c))).collect();
    let mut steps = points.windows(2).filter_map(|pair| if let [a, b] = pair { Some(b - a) } else { None });
    let Some(first) = steps.next() else { return true };
    first.abs() <= 1 && steps.all(|step| step == first)
}

/// Cost of a hash (RFC 9106; first choice of the OWASP Password Storage Cheat Sheet).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory, in KiB.
    pub memory: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Degree of parallelism.
    pub lanes: u32,
}

impl PasswordCost {
    /// Cost of new hashes: 19 MiB and about 17 ms.
    pub const CURRENT: Self = Self { memory: 19_456, passes: 2, lanes: 1 };

    /// True if `other` is cheaper in any parameter.
    #[must_use]
    pub const fn exceeds(self, other: Self) -> bool {
        self.memory > other.memory || self.passes > other.passes || self.lanes > other.lanes
    }

    fn digest(self, password: &Password, salt: &[u8]) -> Option<[u8; DIGEST_BYTES]> {
        let params = Params::new(self.memory, self.passes, self.lanes, Some(DIGEST_BYTES)).ok()?;
        let mut digest = [0; DIGEST_BYTES];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(password.bytes(), salt, &mut digest)
            .ok()?;
        Some(digest)
    }
}

/// Argon2id hash of a password. Prints as `…`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    cost: PasswordCost,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

impl PasswordHash {
    /// Hashes a new password at [`PasswordCost::CURRENT`], which blocks the thread for about 17 ms. Returns `None` only
    /// for invalid parameters.
    #[must_use]
    pub fn of(password: &Password, salt: [u8; SALT_BYTES]) -> Option<Self> {
        let digest = PasswordCost::CURRENT.digest(password, &salt)?;
        Some(Self { cost: PasswordCost::CURRENT, salt: salt.to_vec(), digest: digest.to_vec() })
    }

    /// Returns a hash that matches no password but takes as long to compare as any other.
    pub fn decoy(rng: &dyn Rng) -> Self {
        let (salt, digest) = (rng::bytes::<SALT_BYTES>(rng).to_vec(), rng::bytes::<DIGEST_BYTES>(rng).to_vec());
        Self { cost: PasswordCost::CURRENT, salt, digest }
    }

    /// Generates a salt.
    pub fn salt(rng: &dyn Rng) -> [u8; SALT_BYTES] {
        rng::bytes(rng)
    }

    /// True if the hash is of this password. Costs as much as hashing.
    #[must_use]
    pub fn is_of(&self, password: &Password) -> bool {
        let digest = self.cost.digest(password, &self.salt);
        digest.is_some_and(|digest| digest.as_slice().ct_eq(&self.digest).into())
    }

    /// True if the hash is cheaper than [`PasswordCost::CURRENT`] and should be replaced.
    #[must_use]
    pub const fn is_cheap(&self) -> bool {
        PasswordCost::CURRENT.exceeds(self.cost)
    }

    /// Reads `$argon2id$v=19$m=19456,t=2,p=1$salt$digest`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("$argon2id$v=19$")?;
        let (cost, rest) = rest.split_once('$')?;
        let (salt, digest) = rest.split_once('$')?;
        let mut numbers = cost.split(',');
        let mut number = |name: &str| numbers.next()?.strip_prefix(name)?.parse().ok();
        let cost = PasswordCost { memory: number("m=")?, passes: number("t=")?, lanes: number("p=")? };
        let bytes = |text: &str| STANDARD_NO_PAD.decode(text).ok();
        Some(Self { cost, salt: bytes(salt)?, digest: bytes(digest)? })
    }

    /// Returns the PHC string, which is stored.
    #[must_use]
    pub fn reveal(&self) -> String {
        let PasswordCost { memory, passes, lanes } = self.cost;
        let [salt, digest] = [&self.salt, &self.digest].map(|bytes| STANDARD_NO_PAD.encode(bytes));
        format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${digest}")
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::crypto::rng::SystemRng;

    fn choose(text: &str) -> Result<Password, PasswordWeakness> {
        Password::choose(text, "Ivan Petrov", Email::parse("ivan.p@example.com").ok().as_ref())
    }

    #[test]
    fn what_may_be_a_password() {
        for good in
            ["correct horse battery staple", "8274619350", "ключ от дома", "パスワードを忘れた人", "🔑🔑🔑🔑🔑🔑🔑🗝"]
        {
            assert!(choose(good).is_ok(), "{good}");
        }
        assert!(choose(&"xy".repeat(128)).is_ok());
        for (bad, why) in [
            ("", PasswordWeakness::Short),
            ("seven77", PasswordWeakness::Short),
            ("🔑🔑🔑🔑🔑🔑🔑", PasswordWeakness::Short),
            (&"xy".repeat(129), PasswordWeakness::Long),
            ("password", PasswordWeakness::Common),
            ("PassWord123", PasswordWeakness::Common),
            ("pass word 123", PasswordWeakness::Common),
            ("qwertyuiop", PasswordWeakness::Common),
            ("йцукенгшщз", PasswordWeakness::Common),
            ("aaaaaaaaaaaa", PasswordWeakness::Common),
            ("23456789", PasswordWeakness::Common),
            ("hgfedcba", PasswordWeakness::Common),
            ("my IvanPetrov 77", PasswordWeakness::Own),
            ("ivan.p rules it", PasswordWeakness::Own),
        ] {
            assert_eq!(choose(bad).err(), Some(why), "{bad}");
        }
        assert!(
            Password::choose("lisbon li 77", "Li", Email::parse("li@example.com").ok().as_ref()).is_ok(),
            "too short a name"
        );
        assert!(COMMON.len() > 3000, "{}", COMMON.len());
        assert!(COMMON.iter().all(|line| line.chars().count() >= MIN_CHARS && folded(line) == **line));
    }

    #[test]
    fn one_password_typed_on_two_keyboards() {
        assert_eq!(Password::typed("caf\u{e9} au lait"), Password::typed("cafe\u{301} au lait"));
        assert_eq!(Password::typed("ｐａｓｓ ﬁ"), Password::typed("pass fi"));
        assert_ne!(Password::typed("Pass"), Password::typed("pass"));
        assert_eq!(format!("{:?}", Password::typed("secret")), "…");
    }

    #[test]
    fn a_stored_hash_matches_its_password_and_no_other() {
        let hash = PasswordHash::of(&Password::typed("correct horse"), PasswordHash::salt(&SystemRng)).expect("a hash");
        let kept = hash.reveal();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && format!("{hash:?}") == "…", "{kept}");
        let read = PasswordHash::parse(&kept).expect("what was kept");
        assert!(
            read == hash
                && read.is_of(&Password::typed("correct horse"))
                && !read.is_of(&Password::typed("correct house"))
        );
        assert!(!read.is_cheap());
        assert!(!PasswordHash::decoy(&SystemRng).is_of(&Password::typed("")));
        for bad in [
            "",
            "$argon2id$v=19$m=1,t=2$x$y",
            "$argon2i$v=19$m=19456,t=2,p=1$c2FsdA$ZGln",
            &kept[..60].replace(',', ";"),
        ] {
            assert!(PasswordHash::parse(bad).is_none(), "{bad}");
        }
    }

    /// Produced by the reference implementation: `echo -n password | argon2 somesalt -id -t 2 -k 1024 -p 1`, as in the
    /// tests of phc-winner-argon2.
    #[test]
    fn others_digests_are_read() {
        let kept = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        let hash = PasswordHash::parse(kept).expect("a PHC string");
        assert!(hash.is_of(&Password::typed("password")) && !hash.is_cheap());
        let cheap = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        let hash = PasswordHash::parse(cheap).expect("a PHC string");
        assert!(hash.is_of(&Password::typed("password")) && hash.is_cheap());
    }
}
