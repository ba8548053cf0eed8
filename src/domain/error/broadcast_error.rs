//! Reasons why a broadcast does not allow an operation.

use crate::model::broadcasts::BroadcastState;

/// Reason why a broadcast does not allow an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BroadcastError {
    /// No such broadcast exists.
    NotFound,
    /// The state of the broadcast does not allow the operation.
    State(BroadcastState),
    /// Somebody else changed the draft in the meantime.
    Changed,
    /// The recipients of the broadcast are no longer stored; its counts are.
    RecipientsPurged,
    /// The number of recipients differs from the confirmed one, or is zero.
    CountChanged {
        /// Number that the admin confirmed.
        confirmed: i64,
        /// Present number.
        recipients: i64,
    },
}
