//! Sums of a broadcast that is done, as its notice holds them.

use serde::{Deserialize, Serialize};

/// Number of recipients of a broadcast by result, and of those that could not be messaged by reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BroadcastSums {
    /// All recipients.
    pub recipients: i64,
    /// Message delivered.
    pub sent: i64,
    /// Unreachable for any reason.
    pub unreachable: i64,
    /// Unreachable because they blocked the bot.
    pub blocked: i64,
    /// Unreachable because their Telegram account was deleted.
    pub deactivated: i64,
    /// Unreachable because they never started the bot.
    pub never_started: i64,
    /// Telegram refused the message.
    pub failed: i64,
    /// Delivery unknown.
    pub uncertain: i64,
    /// Opted out or banned after the start.
    pub opted_out: i64,
}
