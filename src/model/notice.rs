//! What a person has to be told, without their asking.
//!
//! A notice is stored when what it tells of happens, and said in chat later: it holds the facts, and no words of any
//! language. It never holds a secret.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::api_key::PlainKey;

/// The longest address of a find that is shown, in bytes.
const LONGEST_ADDRESS: usize = 500;

/// The number of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct NoticeId(pub i64);

impl fmt::Display for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What there is to tell. Stored as JSON for as long as it takes: what was once written must always be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// A key was found in public, and revoked.
    KeyLeaked {
        /// What its owner called it.
        name: String,
        /// Its first and last characters.
        masked: String,
        /// The address of the find, if it is known and shows no key.
        found_at: Option<String>,
    },
    /// A spent refresh token was used again, and its session ended.
    SessionReplayed {
        /// The browser or program that signed in.
        device: String,
        /// The network it was last refreshed from.
        network: String,
    },
}

/// What a notice is about: the person may one day switch kinds of notice off, but not this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Something of the person's may be in other hands.
    Security,
}

impl Category {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Security => "security",
        }
    }
}

impl Notice {
    /// What it is about.
    #[must_use]
    pub const fn category(&self) -> Category {
        match self {
            Self::KeyLeaked { .. } | Self::SessionReplayed { .. } => Category::Security,
        }
    }

    /// As it is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        // It is made of texts alone, which cannot fail; if it did, the row would be unreadable and said to be so.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what was stored; `None` for a kind that only a newer version knows.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// The address of a find, if it can be shown: a web address, not too long, with no key in it.
#[must_use]
pub fn address_to_show(address: &str) -> Option<String> {
    let web = url::Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let address = String::from(web);
    let fine = address.len() <= LONGEST_ADDRESS && PlainKey::find_in(&address).next().is_none();
    fine.then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::chance::SystemChance;

    #[test]
    fn what_was_written_is_read_for_ever() {
        let written = r#"{"kind":"key_leaked","name":"laptop","masked":"nb_ab12…wxyz","found_at":null}"#;
        let leaked = Notice::KeyLeaked { name: "laptop".into(), masked: "nb_ab12…wxyz".into(), found_at: None };
        assert_eq!((leaked.to_json().as_str(), Notice::from_json(written)), (written, Some(leaked.clone())));
        let written = r#"{"kind":"session_replayed","device":"Firefox on Linux","network":"203.0.113.0/24"}"#;
        let replayed = Notice::SessionReplayed { device: "Firefox on Linux".into(), network: "203.0.113.0/24".into() };
        assert_eq!((replayed.to_json().as_str(), Notice::from_json(written)), (written, Some(replayed.clone())));
        assert_eq!(Notice::from_json(r#"{"kind":"of_tomorrow"}"#), None);
    }

    #[test]
    fn an_address_is_shown_when_it_is_one_and_shows_no_key() {
        let fine = "https://github.com/octocat/Hello-World/blob/12345600b9cbe38a219f39a9941c9319b600c002/foo/bar.txt";
        assert_eq!(address_to_show(fine).as_deref(), Some(fine));
        let key = PlainKey::new(&SystemChance);
        let with_key = format!("https://github.com/octocat/{}", key.reveal());
        let long = format!("https://github.com/{}", "x".repeat(500));
        for address in ["", "javascript:alert(1)", "foo/bar.txt", &with_key, &long] {
            assert_eq!(address_to_show(address), None, "{address}");
        }
    }
}
