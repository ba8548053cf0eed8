//! Broadcasts: one message from an admin to many people.

mod button;
mod content;
mod segment;
pub mod segment_syntax;
mod segment_words;
pub mod validation;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::accounts::account::TelegramId;
use crate::model::notices::category::Category;
use crate::model::time::Moment;

pub use self::button::ButtonError;
pub use self::content::{
    Attachment, AttachmentKind, BroadcastContent, LinkButton, LinkPreview, LocalizedText, MediaLayout, ResolvedMessage,
};
pub use self::segment::{MAX_CONDITIONS, MAX_SEGMENT_DEPTH, Segment};

/// Id of a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct BroadcastId(pub i64);

impl fmt::Display for BroadcastId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Stage of a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BroadcastState {
    /// Being written.
    Draft,
    /// Starts at its scheduled time.
    Scheduled,
    /// Recipients are being enqueued.
    Preparing,
    /// Messages are being sent.
    Sending,
    /// Paused. Resumes when an admin or the operator resumes it.
    Paused,
    /// Every recipient has a result.
    Done,
    /// Cancelled permanently.
    Cancelled,
    /// Messages are being deleted again.
    Retracting,
    /// Messages were deleted as far as Telegram allowed.
    Retracted,
}

impl BroadcastState {
    /// All states.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::Scheduled,
        Self::Preparing,
        Self::Sending,
        Self::Paused,
        Self::Done,
        Self::Cancelled,
        Self::Retracting,
        Self::Retracted,
    ];

    /// Returns the stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Preparing => "preparing",
            Self::Sending => "sending",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Retracting => "retracting",
            Self::Retracted => "retracted",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// True if the state changes only by a request, never by a job.
    #[must_use]
    pub const fn is_at_rest(self) -> bool {
        matches!(self, Self::Draft | Self::Paused | Self::Done | Self::Cancelled | Self::Retracted)
    }
}

/// Rate at which a broadcast is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendSpeed {
    /// The rate that Telegram grants for free.
    Free,
    /// A higher rate, paid with Stars.
    Paid,
}

/// Existence of a row for each recipient. Without rows nobody can be listed, and no message deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecipientRows {
    /// All rows exist.
    Stored,
    /// Rows were purged.
    Purged,
}

/// Number of recipients by result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct RecipientCounts {
    /// Recipients enqueued.
    pub recipients: i64,
    /// Message delivered.
    pub sent: i64,
    /// Blocked the bot, or no longer exist.
    pub unreachable: i64,
    /// Telegram refused the message.
    pub failed: i64,
    /// Delivery unknown; never sent again.
    pub uncertain: i64,
    /// Opted out of the category or were banned after they were enqueued.
    pub opted_out: i64,
    /// Message deleted again.
    pub retracted: i64,
    /// Message not deleted: Telegram refused.
    pub not_deleted: i64,
}

impl RecipientCounts {
    /// Returns the number of recipients with a final result.
    #[must_use]
    pub const fn settled(&self) -> i64 {
        self.sent + self.unreachable + self.failed + self.uncertain + self.opted_out
    }

    /// Returns the number of recipients still without a result.
    #[must_use]
    pub const fn pending(&self) -> i64 {
        self.recipients - self.settled()
    }
}

/// Flood wait: Telegram asked for a pause, which stops all bulk sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FloodWait {
    /// End of the pause.
    pub until: Moment,
    /// Reason in English, for admins.
    pub why: String,
}

/// Broadcast with its progress.
#[derive(Clone, Debug)]
pub struct Broadcast {
    /// Id that the API, the bot and the command line use.
    pub id: BroadcastId,
    /// Grows with every edit; detects concurrent edits.
    pub revision: i64,
    /// Current stage.
    pub state: BroadcastState,
    /// Admin who drafted it; `None` for the operator.
    pub author: Option<TelegramId>,
    /// Texts, buttons and file.
    pub content: BroadcastContent,
    /// Category. People who opted out of it are not recipients.
    pub category: Category,
    /// Audience.
    pub segment: Segment,
    /// True if Stars are spent for a higher send rate.
    pub paid: bool,
    /// Scheduled start; `None` to start immediately.
    pub start_at: Option<Moment>,
    /// Time of the draft.
    pub created_at: Moment,
    /// Number of recipients that the admin confirmed.
    pub confirmed: Option<i64>,
    /// Time of the start.
    pub started_at: Option<Moment>,
    /// Time of the end.
    pub finished_at: Option<Moment>,
    /// Reason of an automatic pause, in English.
    pub last_error: Option<String>,
    /// Progress in recipients.
    pub counts: RecipientCounts,
    /// Rows of the recipients, which exist for 90 days after the end.
    pub recipient_rows: RecipientRows,
    /// Current rate, in recipients a second.
    pub rate: f64,
    /// Estimated seconds until the end; `None` if unknown.
    pub remaining: Option<i64>,
    /// Flood wait in effect; the state stays `sending`.
    pub flood_wait: Option<FloodWait>,
}

impl Broadcast {
    /// Returns the rate at which it is sent.
    #[must_use]
    pub const fn speed(&self) -> SendSpeed {
        if self.paid { SendSpeed::Paid } else { SendSpeed::Free }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_read_as_they_are_stored() {
        assert!(BroadcastState::ALL.into_iter().all(|state| BroadcastState::parse(state.as_str()) == Some(state)));
        assert_eq!(BroadcastState::parse("of_tomorrow"), None);
    }
}
