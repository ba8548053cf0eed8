//! Products that Telegram Stars pay for: a plan for thirty days, or a pack of tokens.

use std::fmt;

use serde::Deserialize;

use crate::model::billing::plan::Plan;

/// Period of a subscription in seconds, 30 days. Telegram takes no other (`createInvoiceLink`, `subscription_period`).
pub const SUBSCRIPTION_SECS: i64 = 2_592_000;
/// Highest price of a subscription in Stars (`createInvoiceLink`).
pub const MAX_PLAN_STARS: u32 = 10_000;
/// Highest price of a single purchase in Stars that we take.
pub const MAX_PACK_STARS: u32 = 100_000;
/// Longest title of an invoice, in characters (`createInvoiceLink`).
pub const MAX_TITLE_CHARS: usize = 32;
/// Largest number of tokens in a pack. Catches a wrong unit.
const MAX_PACK_TOKENS: u64 = 1_000_000_000;
/// Longest trial. A longer one is a gift.
const MAX_TRIAL_DAYS: u32 = 365;

/// Pack of tokens, bought once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPack {
    /// Short name in the API: `small`.
    pub id: String,
    /// Name for people: `10,000 tokens`.
    pub title: String,
    /// Tokens added to the balance.
    pub tokens: u64,
    /// Price in Telegram Stars.
    pub stars: u32,
}

impl TokenPack {
    /// Validates a pack. An error is one line.
    pub(super) fn check(&self) -> Result<(), String> {
        let id = self.id.escape_debug();
        if !is_id(&self.id) {
            return Err(format!("pack id `{id}`: use 1 to 32 of a-z, 0-9, - and _"));
        }
        if !is_title(&self.title, MAX_TITLE_CHARS) {
            return Err(format!("pack `{id}`: title must have 1 to 32 characters, which is Telegram's limit"));
        }
        if !(1..=MAX_PACK_TOKENS).contains(&self.tokens) {
            return Err(format!("pack `{id}`: tokens must be from 1 to {MAX_PACK_TOKENS}"));
        }
        if !(1..=MAX_PACK_STARS).contains(&self.stars) {
            return Err(format!("pack `{id}`: stars must be from 1 to {MAX_PACK_STARS}"));
        }
        Ok(())
    }
}

/// Trial: a plan for some days, free of charge, once per Telegram user.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// Id of the plan.
    pub plan: String,
    /// Number of days.
    pub days: u32,
}

impl Trial {
    /// Validates a trial, except for its plan. An error is one line.
    pub(super) fn check(&self) -> Result<(), String> {
        let is_valid = (1..=MAX_TRIAL_DAYS).contains(&self.days);
        if is_valid { Ok(()) } else { Err(format!("trial: days must be from 1 to {MAX_TRIAL_DAYS}")) }
    }
}

/// True for a short name of a plan or pack.
pub(super) fn is_id(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    (1..=32).contains(&id.len()) && id.chars().all(plain)
}

/// True for a name for people with at most that number of characters.
pub(super) fn is_title(title: &str, max: usize) -> bool {
    !title.trim().is_empty() && title.chars().count() <= max && !title.chars().any(char::is_control)
}

/// Product as the plans file sells it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Product {
    /// A plan, paid every thirty days until it is cancelled.
    Plan(Plan),
    /// A pack of tokens, paid once.
    Pack(TokenPack),
}

impl Product {
    /// Returns the reference to the product.
    #[must_use]
    pub fn key(&self) -> ProductKey {
        match self {
            Self::Plan(plan) => ProductKey::Plan(plan.id.clone()),
            Self::Pack(pack) => ProductKey::Pack(pack.id.clone()),
        }
    }

    /// Returns the name for people.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Plan(plan) => &plan.title,
            Self::Pack(pack) => &pack.title,
        }
    }

    /// Returns the price in Stars.
    #[must_use]
    pub const fn stars(&self) -> u32 {
        match self {
            Self::Plan(plan) => plan.stars,
            Self::Pack(pack) => pack.stars,
        }
    }

    /// Returns the number of tokens of a pack.
    #[must_use]
    pub fn pack_tokens(&self) -> Option<i64> {
        match self {
            Self::Plan(_) => None,
            Self::Pack(pack) => Some(i64::try_from(pack.tokens).unwrap_or(i64::MAX)),
        }
    }
}

/// Reference to a product: `plan:vip` or `pack:small`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ProductKey {
    /// A plan by its id.
    Plan(String),
    /// A pack by its id.
    Pack(String),
}

impl ProductKey {
    /// Reads `plan:vip` or `pack:small`. The product need not exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once(':').filter(|(_, id)| is_id(id))?;
        match kind {
            "plan" => Some(Self::Plan(id.to_owned())),
            "pack" => Some(Self::Pack(id.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for ProductKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan(id) => write!(f, "plan:{id}"),
            Self::Pack(id) => write!(f, "pack:{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written() {
        for key in ["plan:vip", "pack:small_1"] {
            assert_eq!(ProductKey::parse(key).map(|key| key.to_string()).as_deref(), Some(key));
        }
        for wrong in ["", "vip", "plan:", "plan:VIP", "gift:vip", "plan:a:b", "plan:a b"] {
            assert_eq!(ProductKey::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_pack_keeps_to_the_limits_of_telegram() {
        let pack = TokenPack { id: "small".into(), title: "10,000 tokens".into(), tokens: 10_000, stars: 100 };
        assert_eq!(pack.check(), Ok(()));
        for (wrong, reason) in [
            (TokenPack { id: "Small".into(), ..pack.clone() }, "pack id"),
            (TokenPack { title: "x".repeat(33), ..pack.clone() }, "title"),
            (TokenPack { title: " ".into(), ..pack.clone() }, "title"),
            (TokenPack { tokens: 0, ..pack.clone() }, "tokens"),
            (TokenPack { stars: 0, ..pack.clone() }, "stars"),
            (TokenPack { stars: 100_001, ..pack }, "stars"),
        ] {
            assert!(wrong.check().expect_err("refused").contains(reason), "{wrong:?}");
        }
        assert!(Trial { plan: "vip".into(), days: 0 }.check().is_err());
    }
}
