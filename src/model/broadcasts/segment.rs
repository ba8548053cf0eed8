//! To whom a broadcast goes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::text::language::Language;

/// Who among those who have started the bot, can be written to, and have not switched the category off. Stored as JSON: what
/// was once written must always be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Segment {
    /// All of them, admins included.
    #[default]
    Everyone,
    /// Those on one of these plans.
    Plans {
        /// Their ids.
        plans: Vec<String>,
    },
    /// Those whose plan ends soon.
    PlanEnds {
        /// Within how many days.
        days: u32,
    },
    /// Those who have fewer tokens.
    BalanceUnder {
        /// Than that many.
        tokens: i64,
    },
    /// Those who chose that language; of those who chose none, those whose Telegram speaks it.
    Language {
        /// Which.
        language: Language,
    },
    /// Those who wrote to the bot, came to the website or used a key.
    ActiveWithin {
        /// Within how many days.
        days: u32,
    },
    /// Those people.
    People {
        /// Their Telegram ids.
        ids: Vec<i64>,
    },
}

impl Segment {
    /// As it is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        // It is made of texts and numbers alone, which cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what was stored; `None` for one that only a newer version knows.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Segment;

    #[test]
    fn what_was_written_is_read_for_ever() {
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
