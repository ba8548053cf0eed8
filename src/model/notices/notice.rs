//! What a person has to be told, without their asking.
//!
//! A notice is stored when what it tells of happens, and said in chat later: it holds the facts, and no words of any
//! language. It never holds a secret.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::api_key::PlainKey;

/// The longest address of a find that is shown, in bytes.
const MAX_ADDRESS_BYTES: usize = 500;

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
    #[serde(rename = "refresh_token_reused")]
    SessionReplayed {
        /// The browser or program that signed in.
        device: String,
        /// The network it was last refreshed from.
        network: String,
    },
    /// Somebody signed in.
    SignedIn {
        /// The session's number.
        session: i64,
        /// The browser or program.
        device: String,
        /// The network: a /24 or a /48.
        network: String,
    },
    /// A key was made, elsewhere than in chat.
    #[serde(rename = "key_created")]
    KeyMade {
        /// Its number.
        key: i64,
        /// What its owner called it.
        name: String,
        /// Its first and last characters.
        masked: String,
    },
    /// A key got another secret, elsewhere than in chat.
    KeyRotated {
        /// Its number.
        key: i64,
        /// What its owner called it.
        name: String,
        /// The first and last characters of the new secret.
        masked: String,
        /// How long the secret before it works on, in seconds.
        grace: i64,
    },
    /// A key was used from a network it was not used from before.
    KeyFromNewNetwork {
        /// Its number.
        key: i64,
        /// What its owner called it.
        name: String,
        /// Its first and last characters.
        masked: String,
        /// The network: a /24 or a /48.
        network: String,
    },
    /// A great many requests were refused within a minute.
    #[serde(rename = "rate_limited")]
    Refusals {
        /// How many at least.
        count: i64,
        /// How many requests a minute the plan has.
        limit: i64,
    },
    /// The tokens come to an end.
    BalanceLow {
        /// How much of the month's tokens is left at most, in percent.
        percent: i64,
        /// How many tokens are left.
        left: i64,
        /// How many the plan gives a month.
        monthly: i64,
    },
    /// The plan ends soon.
    PlanEnds {
        /// Its title.
        plan: String,
        /// In how many days, rounded up.
        days: i64,
        /// On which day, `2026-11-23`.
        day: String,
    },
    /// The plan has ended.
    PlanEnded {
        /// Its title.
        plan: String,
        /// The title of the plan that counts from here on.
        base: String,
    },
    /// There is another way into the account.
    Linked {
        /// `telegram`, `email` or `google`.
        #[serde(rename = "provider")]
        way: String,
        /// How the person is known there.
        label: String,
    },
    /// There is one way in less.
    Unlinked {
        /// `telegram`, `email` or `google`.
        #[serde(rename = "provider")]
        way: String,
        /// How the person is known there.
        label: String,
    },
    /// Another account became part of this one.
    Merged {
        /// Its number.
        account: i64,
    },
    /// The account is to be deleted.
    #[serde(rename = "deletion_scheduled")]
    Leaving {
        /// On which day, `2026-11-30`.
        day: String,
    },
    /// An answer that Telegram did not take when it was due: the one notice that is made of words. Never one with a secret.
    Reply {
        /// What is said, in Telegram's HTML.
        html: String,
        /// The buttons below it, as Telegram's JSON.
        buttons: String,
    },
}

/// What a notice or a broadcast is about. A person may switch each of these off, but for three: what was done to what is theirs
/// and what becomes of the service they have to know, and an answer that is late they asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Something of the person's was in other hands, and was ended.
    Security,
    /// Sign-ins.
    SignIn,
    /// New keys.
    Key,
    /// Keys that are used from new networks.
    Network,
    /// Requests that are refused in great numbers.
    Limit,
    /// The token balance.
    Balance,
    /// The end of a plan.
    Plan,
    /// An answer that is late.
    Reply,
    /// Broadcasts: the service itself, such as an outage or new terms.
    Service,
    /// Broadcasts: what plans give and cost.
    PlanNews,
    /// Broadcasts: what is new.
    ProductNews,
}

impl Category {
    /// Those that can be switched off.
    pub const SWITCHABLE: [Self; 8] = [
        Self::SignIn,
        Self::Key,
        Self::Network,
        Self::Limit,
        Self::Balance,
        Self::Plan,
        Self::PlanNews,
        Self::ProductNews,
    ];

    /// Those of broadcasts.
    pub const BROADCAST: [Self; 3] = [Self::Service, Self::PlanNews, Self::ProductNews];

    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::SignIn => "sign_in",
            Self::Key => "key",
            Self::Network => "network",
            Self::Limit => "limit",
            Self::Balance => "balance",
            Self::Plan => "plan",
            Self::Reply => "reply",
            Self::Service => "service",
            Self::PlanNews => "plan_news",
            Self::ProductNews => "product_news",
        }
    }

    /// Reads a name, of those of broadcasts.
    #[must_use]
    pub fn of_broadcast(name: &str) -> Option<Self> {
        Self::BROADCAST.into_iter().find(|category| category.as_str() == name)
    }

    /// Reads a name, of those that can be switched off.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::SWITCHABLE.into_iter().find(|category| category.as_str() == name)
    }

    /// Whether it cannot wait until quiet hours are over: it may be about someone who is at work right now.
    #[must_use]
    pub const fn is_urgent(self) -> bool {
        matches!(self, Self::Security | Self::SignIn | Self::Key | Self::Network | Self::Reply)
    }
}

impl Notice {
    /// What it is about.
    #[must_use]
    pub const fn category(&self) -> Category {
        match self {
            Self::KeyLeaked { .. }
            | Self::SessionReplayed { .. }
            | Self::Linked { .. }
            | Self::Unlinked { .. }
            | Self::Merged { .. }
            | Self::Leaving { .. } => Category::Security,
            Self::SignedIn { .. } => Category::SignIn,
            Self::KeyMade { .. } | Self::KeyRotated { .. } => Category::Key,
            Self::KeyFromNewNetwork { .. } => Category::Network,
            Self::Refusals { .. } => Category::Limit,
            Self::BalanceLow { .. } => Category::Balance,
            Self::PlanEnds { .. } | Self::PlanEnded { .. } => Category::Plan,
            Self::Reply { .. } => Category::Reply,
        }
    }

    /// How long it is worth saying, in seconds.
    #[must_use]
    pub const fn lasts(&self) -> i64 {
        match self {
            // By then they have asked again, or it is of no interest to them any more.
            Self::Reply { .. } => 3600,
            _ => 3 * 86_400,
        }
    }

    /// As it is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        // It is made of texts and numbers alone, which cannot fail; if it did, the row would be unreadable and said to be so.
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
    let fine = address.len() <= MAX_ADDRESS_BYTES && PlainKey::find_in(&address).next().is_none();
    fine.then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::crypto::rng::SystemRng;

    #[test]
    fn what_was_written_is_read_for_ever() {
        let written = r#"{"kind":"key_leaked","name":"laptop","masked":"nb_ab12…wxyz","found_at":null}"#;
        let leaked = Notice::KeyLeaked { name: "laptop".into(), masked: "nb_ab12…wxyz".into(), found_at: None };
        assert_eq!((leaked.to_json().as_str(), Notice::from_json(written)), (written, Some(leaked.clone())));
        let written = r#"{"kind":"refresh_token_reused","device":"Firefox on Linux","network":"203.0.113.0/24"}"#;
        let replayed = Notice::SessionReplayed { device: "Firefox on Linux".into(), network: "203.0.113.0/24".into() };
        assert_eq!((replayed.to_json().as_str(), Notice::from_json(written)), (written, Some(replayed.clone())));
        for written in [
            r#"{"kind":"signed_in","session":7,"device":"Firefox","network":"203.0.113.0/24"}"#,
            r#"{"kind":"key_created","key":1,"name":"laptop","masked":"nb_ab12…wxyz"}"#,
            r#"{"kind":"key_rotated","key":1,"name":"laptop","masked":"nb_ab12…wxyz","grace":3600}"#,
            r#"{"kind":"reply","html":"<b>Keys</b>","buttons":"{}"}"#,
            r#"{"kind":"key_from_new_network","key":1,"name":"laptop","masked":"nb_ab12…wxyz","network":"203.0.113.0/24"}"#,
            r#"{"kind":"rate_limited","count":100,"limit":600}"#,
            r#"{"kind":"balance_low","percent":20,"left":300,"monthly":1500}"#,
            r#"{"kind":"plan_ends","plan":"VIP","days":7,"day":"2026-11-23"}"#,
            r#"{"kind":"plan_ended","plan":"VIP","base":"Free"}"#,
            r#"{"kind":"linked","provider":"telegram","label":"@ivan"}"#,
            r#"{"kind":"unlinked","provider":"telegram","label":"@ivan"}"#,
            r#"{"kind":"merged","account":7}"#,
            r#"{"kind":"deletion_scheduled","day":"2026-11-30"}"#,
        ] {
            assert_eq!(Notice::from_json(written).map(|notice| notice.to_json()).as_deref(), Some(written));
        }
        assert_eq!(Notice::from_json(r#"{"kind":"of_tomorrow"}"#), None);
    }

    #[test]
    fn categories_are_read_as_they_are_stored_but_for_the_one_that_stays_on() {
        assert!(Category::SWITCHABLE.into_iter().all(|category| Category::parse(category.as_str()) == Some(category)));
        assert_eq!((Category::parse("security"), Category::parse("")), (None, None));
    }

    #[test]
    fn an_address_is_shown_when_it_is_one_and_shows_no_key() {
        let fine = "https://github.com/octocat/Hello-World/blob/12345600b9cbe38a219f39a9941c9319b600c002/foo/bar.txt";
        assert_eq!(address_to_show(fine).as_deref(), Some(fine));
        let key = PlainKey::new(&SystemRng);
        let with_key = format!("https://github.com/octocat/{}", key.reveal());
        let long = format!("https://github.com/{}", "x".repeat(500));
        for address in ["", "javascript:alert(1)", "foo/bar.txt", &with_key, &long] {
            assert_eq!(address_to_show(address), None, "{address}");
        }
    }
}
