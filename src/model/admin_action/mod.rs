//! Actions of admins on other accounts.
//!
//! - `mod`: the action as it is requested, performed and recorded.
//! - [`role`]: roles of admins, and the list of admins.
//! - [`plan_change`]: what another plan would change, and what it would cost the person.
//! - [`token_amount`]: numbers of tokens as people type them.

pub mod plan_change;
pub mod role;
pub mod token_amount;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::accounts::account::Account;
use crate::model::billing::plan::Plans;
use crate::model::billing::timeline::{PlanPeriod, PlanTimeline, RunningPlan};
use crate::model::time::Moment;

/// Limit of the reason of a grant or a ban, in characters.
pub const MAX_REASON_CHARS: usize = 200;

/// Separates plan and end in the text of a [`AssignedPlan`].
const UNTIL: &str = " until ";

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
        /// Number of days; `None` for no end date.
        days: Option<u32>,
        /// Plan that this one replaces, even if the person loses by it. `None` extends the present plan, and is refused
        /// if the person would lose anything.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaces: Option<AssignedPlan>,
    },
    /// Grant tokens, or take them back.
    Grant {
        /// Number of tokens; negative to take back.
        tokens: i64,
        /// Reason recorded in the ledger.
        reason: String,
    },
    /// Ban the account.
    Ban {
        /// Reason shown to the person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Lift the ban.
    Unban,
    /// Send the person a message. The audit log does not store its text.
    Message {
        /// Text in Telegram's HTML.
        html: String,
    },
    /// Undo an earlier action.
    Undo {
        /// Entry of the audit log that records the earlier action.
        entry: i64,
        /// Kind of the earlier action.
        undone: UndoneAction,
    },
}

/// Kind of an action that was undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndoneAction {
    /// Assignment of a plan.
    Plan,
    /// Grant of tokens.
    Grant,
    /// Ban.
    Ban,
    /// Lifting of a ban.
    Unban,
}

impl AdminAction {
    /// Returns the stored JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and numbers always serialize.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Returns the JSON for the audit log, which outlives the account: without the text of a message.
    #[must_use]
    pub fn audit_json(&self) -> String {
        match self {
            Self::Message { .. } => Self::Message { html: String::new() }.to_json(),
            action => action.to_json(),
        }
    }

    /// Reads the stored JSON. Returns `None` for an action that only a newer version knows.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Returns the kind to record if this action is undone; `None` if it cannot be undone.
    #[must_use]
    pub const fn undone(&self) -> Option<UndoneAction> {
        match self {
            Self::Plan { .. } => Some(UndoneAction::Plan),
            Self::Grant { .. } => Some(UndoneAction::Grant),
            Self::Ban { .. } => Some(UndoneAction::Ban),
            Self::Unban => Some(UndoneAction::Unban),
            Self::Message { .. } | Self::Undo { .. } => None,
        }
    }
}

/// Plan of an account with its end. Its text is stored in the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignedPlan {
    /// Id of the plan last assigned.
    pub plan: String,
    /// End of that plan in seconds since the Unix epoch; `None` for no end date.
    pub until: Option<i64>,
}

impl AssignedPlan {
    /// State of an account.
    #[must_use]
    pub fn of_account(account: &Account) -> Self {
        Self { plan: account.plan.clone(), until: account.plan_until.map(|until| until.0) }
    }

    /// Returns the end of the plan.
    #[must_use]
    pub fn end(&self) -> Option<Moment> {
        self.until.map(Moment)
    }

    /// Reads the text that `Display` writes. Returns `None` if the end is no time.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(UNTIL) {
            Some((plan, until)) => Some(Self { plan: plan.to_owned(), until: Some(Moment::parse(until)?.0) }),
            None => Some(Self { plan: text.to_owned(), until: None }),
        }
    }
}

/// Writes `vip` or `vip until 2026-12-23T12:00:00Z`.
impl fmt::Display for AssignedPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.plan)?;
        self.end().map_or(Ok(()), |until| write!(f, "{UNTIL}{until}"))
    }
}

/// All plans of an account at one moment, stored in the audit log so that an undo can restore them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSnapshot {
    running: Option<SnapshotPeriod>,
    waiting: Vec<SnapshotPeriod>,
}

/// One plan of a [`PlanSnapshot`]. The time of the one in effect is its end, that of any other its length.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct SnapshotPeriod {
    plan: String,
    stars: i64,
    secs: Option<i64>,
}

impl PlanSnapshot {
    /// Takes the plans of an account.
    #[must_use]
    pub fn of_timeline(timeline: &PlanTimeline) -> Self {
        let running = timeline.running().map(|running| SnapshotPeriod {
            plan: running.plan.clone(),
            stars: running.stars,
            secs: running.until.map(|until| until.0),
        });
        let waiting = timeline.waiting().iter().map(|period| SnapshotPeriod {
            plan: period.plan.clone(),
            stars: period.stars,
            secs: period.secs,
        });
        let mut waiting: Vec<_> = waiting.collect();
        waiting.sort();
        Self { running, waiting }
    }

    /// Returns the plans as they are at `now`, if nothing else has changed them.
    #[must_use]
    pub fn timeline(&self, plans: &Plans, now: Moment) -> PlanTimeline {
        let base = || RunningPlan { plan: plans.base().id.clone(), stars: 0, until: None };
        let running = self.running.clone().map_or_else(base, |period| RunningPlan {
            plan: period.plan,
            stars: period.stars,
            until: period.secs.map(Moment),
        });
        let waiting = self.waiting.iter().cloned();
        let waiting = waiting.map(|SnapshotPeriod { plan, stars, secs }| PlanPeriod { plan, stars, secs });
        PlanTimeline::new(running, waiting.collect(), plans, now)
    }
}

/// Plans of an account before and after an action, as stored in the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRecord {
    /// Plans before the action.
    pub before: PlanSnapshot,
    /// Plans after the action.
    pub after: PlanSnapshot,
}

/// Returns the reason without control characters and surrounding space, shortened; `None` if nothing remains.
#[must_use]
pub fn clean_reason(text: &str) -> Option<String> {
    let reason: String = text.trim().chars().filter(|c| !c.is_control()).take(MAX_REASON_CHARS).collect();
    (!reason.is_empty()).then_some(reason)
}

#[cfg(test)]
mod tests {
    use super::{AdminAction, AssignedPlan, clean_reason};

    #[test]
    fn every_stored_form_stays_readable() {
        for written in [
            r#"{"action":"plan","plan":"vip","days":30}"#,
            r#"{"action":"plan","plan":"free","days":null}"#,
            r#"{"action":"plan","plan":"vip","days":30,"replaces":{"plan":"elite","until":null}}"#,
            r#"{"action":"plan","plan":"vip","days":30,"replaces":{"plan":"vip","until":1798000000}}"#,
            r#"{"action":"grant","tokens":5000,"reason":"a talk"}"#,
            r#"{"action":"grant","tokens":-5000,"reason":"a mistake"}"#,
            r#"{"action":"ban"}"#,
            r#"{"action":"ban","reason":"spam"}"#,
            r#"{"action":"unban"}"#,
            r#"{"action":"message","html":"<b>Hi</b>"}"#,
            r#"{"action":"undo","entry":7,"undone":"grant"}"#,
        ] {
            assert_eq!(AdminAction::from_json(written).map(|act| act.to_json()).as_deref(), Some(written));
        }
        assert_eq!(AdminAction::from_json(r#"{"action":"of_tomorrow"}"#), None);
    }

    #[test]
    fn the_audit_log_keeps_no_text_of_a_message() {
        let message = AdminAction::Message { html: "<b>Hi</b>".to_owned() };
        assert!(!message.audit_json().contains("Hi") && AdminAction::from_json(&message.audit_json()).is_some());
    }

    #[test]
    fn a_plan_is_read_as_it_is_recorded() {
        for (text, until) in [("vip", None), ("vip until 2026-12-23T12:00:00Z", Some(1_798_027_200))] {
            let state = AssignedPlan { plan: "vip".to_owned(), until };
            assert_eq!((state.to_string().as_str(), AssignedPlan::parse(text)), (text, Some(state)));
        }
        assert_eq!(AssignedPlan::parse("vip until tomorrow"), None);
    }

    #[test]
    fn a_reason_is_one_short_line() {
        assert_eq!(clean_reason("  a\ntalk\u{0} ").as_deref(), Some("atalk"));
        assert_eq!(clean_reason(&"x".repeat(500)).map(|reason| reason.len()), Some(200));
        assert_eq!((clean_reason(""), clean_reason(" \n")), (None, None));
    }
}
