//! What an admin does to someone's account.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The number of an act that waits for its admin's yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct AdminActionId(pub i64);

impl fmt::Display for AdminActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is to be done. Stored as JSON, in the audit trail for good: what was once written must always be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum AdminAction {
    /// To give a plan.
    Plan {
        /// Its id.
        plan: String,
        /// For how many days from then on; for good if none.
        days: Option<u32>,
    },
    /// To give tokens.
    Grant {
        /// How many.
        tokens: u32,
        /// Why, for the ledger.
        reason: String,
    },
    /// To shut the account.
    Ban,
    /// To open it again.
    Unban,
}

impl AdminAction {
    /// As it is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        // It is made of texts and numbers alone, which cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what was stored; `None` for an act that only a newer version knows.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::AdminAction;

    #[test]
    fn what_was_written_is_read_for_ever() {
        for written in [
            r#"{"action":"plan","plan":"vip","days":30}"#,
            r#"{"action":"plan","plan":"free","days":null}"#,
            r#"{"action":"grant","tokens":5000,"reason":"a talk"}"#,
            r#"{"action":"ban"}"#,
            r#"{"action":"unban"}"#,
        ] {
            assert_eq!(AdminAction::from_json(written).map(|act| act.to_json()).as_deref(), Some(written));
        }
        assert_eq!(AdminAction::from_json(r#"{"action":"of_tomorrow"}"#), None);
    }
}
