//! Notices about actions of admins: what was done to a person's account, and messages to one person.

use serde::{Deserialize, Serialize};

use crate::model::notices::category::Category;

/// Notice about an action of an admin. Stored as JSON until sent, so every form ever written must stay readable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum AdminActionNotice {
    /// The person has another plan, or another end of it.
    Plan {
        /// Kind of the change.
        change: PlanChangeKind,
        /// Title of the plan.
        plan: String,
        /// End of the plan in seconds since the Unix epoch; `None` for no end date.
        until: Option<i64>,
        /// Number of keys that are paused.
        keys: i64,
        /// Names of the oldest of them.
        names: Vec<String>,
    },
    /// Tokens were granted, or taken back.
    Tokens {
        /// Number of tokens; negative if they were taken back.
        tokens: i64,
        /// Reason that the admin gave.
        reason: Option<String>,
    },
    /// The account was banned.
    Banned {
        /// Reason that the admin gave.
        reason: Option<String>,
    },
    /// The ban was lifted.
    Unbanned,
    /// An admin wrote to the person.
    Message {
        /// Text in Telegram's HTML.
        html: String,
        /// Telegram id of the admin, who is notified if the message cannot be delivered; `None` for the operator.
        admin: Option<i64>,
    },
    /// To an admin: a message to a person was not delivered.
    Undelivered {
        /// Number of the person's account.
        account: i64,
        /// Name of the person.
        name: String,
        /// True if it is sent when the person is reachable again within three days.
        waits: bool,
    },
}

/// Kind of a change of the plan, as the person sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanChangeKind {
    /// A larger plan, or more time.
    Given,
    /// Less time of the same plan.
    Shortened,
    /// A smaller plan.
    Smaller,
}

impl AdminActionNotice {
    /// Returns the category. What an admin did is no matter of preference.
    #[must_use]
    pub const fn category(&self) -> Category {
        match self {
            Self::Banned { .. } | Self::Unbanned => Category::Security,
            Self::Plan { .. } | Self::Tokens { .. } | Self::Message { .. } | Self::Undelivered { .. } => {
                Category::Service
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AdminActionNotice;
    use crate::model::notices::notice::Notice;

    #[test]
    fn every_stored_form_stays_readable() {
        for about in [
            r#"{"about":"plan","change":"given","plan":"VIP","until":1798027200,"keys":0,"names":[]}"#,
            r#"{"about":"plan","change":"shortened","plan":"VIP","until":null,"keys":0,"names":[]}"#,
            r#"{"about":"plan","change":"smaller","plan":"Free","until":null,"keys":1,"names":["laptop"]}"#,
            r#"{"about":"tokens","tokens":-5,"reason":null}"#,
            r#"{"about":"tokens","tokens":5000,"reason":"a talk"}"#,
            r#"{"about":"banned","reason":"spam"}"#,
            r#"{"about":"unbanned"}"#,
            r#"{"about":"message","html":"<b>Hi</b>","admin":900}"#,
            r#"{"about":"undelivered","account":42,"name":"Ivan","waits":true}"#,
        ] {
            let written = format!(r#"{{"kind":"admin_action","notice":{about}}}"#);
            let notice = Notice::from_json(&written).expect(about);
            assert_eq!(notice.to_json(), written);
            let Notice::AdminAction { notice: read } = &notice else { panic!("{notice:?}") };
            assert_eq!(serde_json::from_str::<AdminActionNotice>(about).ok().as_ref(), Some(read));
        }
    }
}
