//! Actions of admins on other accounts.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Id of an action that awaits confirmation by its admin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct AdminActionId(pub i64);

impl fmt::Display for AdminActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Action of an admin. Stored as JSON in the audit log, so every form ever written must stay readable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum AdminAction {
    /// Assign a plan.
    Plan {
        /// Id of the plan.
        plan: String,
        /// Number of days from now; `None` for no end date.
        days: Option<u32>,
    },
    /// Grant tokens.
    Grant {
        /// Number of tokens.
        tokens: u32,
        /// Reason recorded in the ledger.
        reason: String,
    },
    /// Ban the account.
    Ban,
    /// Lift the ban.
    Unban,
}

impl AdminAction {
    /// Returns the stored JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and numbers always serialize.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the stored JSON. Returns `None` for an action that only a newer version knows.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::AdminAction;

    #[test]
    fn every_stored_form_stays_readable() {
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
