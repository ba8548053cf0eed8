//! A broadcast: what an admin tells many people at once.

mod button;
mod content;
mod segment;
pub mod segment_syntax;
pub mod validation;

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::accounts::account::TelegramId;
use crate::model::notices::notice::Category;
use crate::model::time::Moment;

pub use self::button::ButtonError;
pub use self::content::{Attachment, AttachmentKind, BroadcastContent, LinkButton, LocalizedText, ResolvedMessage};
pub use self::segment::Segment;

/// The number of a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct BroadcastId(pub i64);

impl fmt::Display for BroadcastId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far a broadcast is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BroadcastState {
    /// It is being written.
    Draft,
    /// It begins at its time.
    Scheduled,
    /// Its recipients are being written down.
    #[serde(rename = "preparing")]
    Laying,
    /// It goes out.
    #[serde(rename = "sending")]
    Running,
    /// It goes on when somebody says so.
    Paused,
    /// Everybody was told who could be.
    Done,
    /// It was stopped for good.
    Cancelled,
    /// Its messages are being deleted.
    Retracting,
    /// Its messages were deleted, as far as Telegram let us.
    Retracted,
}

impl BroadcastState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::Scheduled,
        Self::Laying,
        Self::Running,
        Self::Paused,
        Self::Done,
        Self::Cancelled,
        Self::Retracting,
        Self::Retracted,
    ];

    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Laying => "preparing",
            Self::Running => "sending",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Retracting => "retracting",
            Self::Retracted => "retracted",
        }
    }

    /// Reads what was stored.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether nothing happens to it by itself any more.
    #[must_use]
    pub const fn is_at_rest(self) -> bool {
        matches!(self, Self::Draft | Self::Paused | Self::Done | Self::Cancelled | Self::Retracted)
    }
}

/// How many of its recipients are how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema, sqlx::FromRow)]
pub struct RecipientCounts {
    /// How many there are: whoever was written down.
    pub recipients: i64,
    /// They have the message.
    pub sent: i64,
    /// They blocked the bot, or are gone.
    pub unreachable: i64,
    /// Telegram refused the message for them.
    pub failed: i64,
    /// Nobody knows whether they have it; it is not sent again.
    pub uncertain: i64,
    /// They switched the category off after they were written down, or were banned.
    #[sqlx(rename = "opted_out")]
    pub opted_out: i64,
    /// Their message was deleted again.
    pub retracted: i64,
    /// Their message could not be deleted.
    #[sqlx(rename = "not_deleted")]
    pub not_deleted: i64,
}

impl RecipientCounts {
    /// How many nothing is to be done for any more.
    #[must_use]
    pub const fn settled(&self) -> i64 {
        self.sent + self.unreachable + self.failed + self.uncertain + self.opted_out
    }

    /// How many were not told yet.
    #[must_use]
    pub const fn pending(&self) -> i64 {
        self.recipients - self.settled()
    }
}

/// Why nothing is sent in bulk for now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FloodWait {
    /// Until when.
    #[schema(value_type = String)]
    pub until: Moment,
    /// Why, in English, for admins.
    pub why: String,
}

/// A broadcast, and how it goes.
#[derive(Clone, Debug)]
pub struct Broadcast {
    /// Its number.
    pub id: BroadcastId,
    /// Grows with every edit.
    pub revision: i64,
    /// How far it is.
    pub state: BroadcastState,
    /// Whose it is; the operator's if nobody's.
    pub author: Option<TelegramId>,
    /// What is said.
    pub content: BroadcastContent,
    /// What it is about: whoever switched that off is left out.
    pub category: Category,
    /// To whom.
    pub segment: Segment,
    /// Whether Stars are paid to be faster.
    pub paid: bool,
    /// When it is to begin; at once if unset.
    pub start_at: Option<Moment>,
    /// When it was drafted.
    pub created_at: Moment,
    /// How many people the admin said yes to.
    pub confirmed: Option<i64>,
    /// When it began.
    pub started_at: Option<Moment>,
    /// When it ended.
    pub finished_at: Option<Moment>,
    /// Why it pauses without anybody's word, in English.
    pub last_error: Option<String>,
    /// How many are how far.
    pub counts: RecipientCounts,
    /// Recipients a second, just now.
    pub rate: f64,
    /// Seconds to go, if that can be said.
    pub remaining: Option<i64>,
    /// Why nothing is sent for now, although it goes out.
    pub flood_wait: Option<FloodWait>,
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
