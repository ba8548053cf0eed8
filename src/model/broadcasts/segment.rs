//! Segments: the audience of a broadcast.

use serde::{Deserialize, Serialize};

use crate::model::text::language::Language;

/// Audience, chosen from the people who started the bot, are reachable and have not opted out of the category. Stored
/// as JSON, so every form ever written must stay readable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Segment {
    /// Everyone, admins included.
    #[default]
    Everyone,
    /// People on one of these plans.
    Plans {
        /// Ids of the plans.
        plans: Vec<String>,
    },
    /// People whose plan ends soon.
    PlanEnds {
        /// Number of days within which it ends.
        days: u32,
    },
    /// People with a low balance.
    BalanceUnder {
        /// Balance, in tokens, that theirs is below.
        tokens: i64,
    },
    /// People who chose this language, or whose Telegram app uses it if they chose none.
    Language {
        /// Language to match.
        language: Language,
    },
    /// People who recently wrote to the bot, visited the website or used a key.
    ActiveWithin {
        /// Number of days since then, at most.
        days: u32,
    },
    /// People listed one by one.
    People {
        /// Telegram ids.
        ids: Vec<i64>,
    },
}

impl Segment {
    /// Returns the stored JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and numbers always serialize.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the stored JSON. Returns `None` for a segment that only a newer version knows.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Segment;

    #[test]
    fn every_stored_form_stays_readable() {
        for written in [
            r#"{"kind":"everyone"}"#,
            r#"{"kind":"plans","plans":["vip","elite"]}"#,
            r#"{"kind":"plan_ends","days":7}"#,
            r#"{"kind":"balance_under","tokens":100}"#,
            r#"{"kind":"language","language":"ru"}"#,
            r#"{"kind":"active_within","days":30}"#,
            r#"{"kind":"people","ids":[1001,1002]}"#,
        ] {
            assert_eq!(Segment::from_json(written).map(|segment| segment.to_json()).as_deref(), Some(written));
        }
        assert_eq!(Segment::from_json(r#"{"kind":"of_tomorrow"}"#), None);
    }
}
