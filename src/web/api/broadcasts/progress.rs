//! Progress of a broadcast as JSON.

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::broadcasts::{BroadcastState, FloodWait, RecipientCounts};
use crate::model::time::Moment;

/// Stage of a broadcast.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BroadcastStateView {
    Draft,
    Scheduled,
    Preparing,
    Sending,
    Paused,
    Done,
    Cancelled,
    Retracting,
    Retracted,
}

impl From<BroadcastState> for BroadcastStateView {
    fn from(state: BroadcastState) -> Self {
        match state {
            BroadcastState::Draft => Self::Draft,
            BroadcastState::Scheduled => Self::Scheduled,
            BroadcastState::Preparing => Self::Preparing,
            BroadcastState::Sending => Self::Sending,
            BroadcastState::Paused => Self::Paused,
            BroadcastState::Done => Self::Done,
            BroadcastState::Cancelled => Self::Cancelled,
            BroadcastState::Retracting => Self::Retracting,
            BroadcastState::Retracted => Self::Retracted,
        }
    }
}

/// Number of recipients by result.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecipientCountsView {
    /// Recipients enqueued.
    recipients: i64,
    /// Message delivered.
    sent: i64,
    /// Blocked the bot, or no longer exist.
    unreachable: i64,
    /// Telegram refused the message.
    failed: i64,
    /// Delivery unknown; never sent again.
    uncertain: i64,
    /// Opted out of the category or were banned after they were enqueued.
    opted_out: i64,
    /// Message deleted again.
    retracted: i64,
    /// Message not deleted: Telegram refused.
    not_deleted: i64,
}

impl From<RecipientCounts> for RecipientCountsView {
    fn from(counts: RecipientCounts) -> Self {
        let RecipientCounts { recipients, sent, unreachable, failed, uncertain, opted_out, retracted, not_deleted } =
            counts;
        Self { recipients, sent, unreachable, failed, uncertain, opted_out, retracted, not_deleted }
    }
}

/// Flood wait: Telegram asked for a pause, which stops all bulk sending.
#[derive(Serialize, ToSchema)]
pub(crate) struct FloodWaitView {
    /// End of the pause.
    #[schema(value_type = String)]
    until: Moment,
    /// Reason in English, for admins.
    why: String,
}

impl From<FloodWait> for FloodWaitView {
    fn from(FloodWait { until, why }: FloodWait) -> Self {
        Self { until, why }
    }
}
