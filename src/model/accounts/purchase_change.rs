//! Changes of purchases, subscriptions and the trial, as the account activity names them.

use serde::{Deserialize, Serialize};

/// Change of a purchase, a subscription or the trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PurchaseChange {
    /// A payment was received.
    Bought,
    /// A payment was given back.
    Refunded,
    /// A subscription will not be renewed.
    RenewalCancelled,
    /// A subscription will be renewed again.
    RenewalResumed,
    /// Telegram could not renew a subscription.
    RenewalFailed,
    /// The trial started.
    TrialStarted,
}

impl PurchaseChange {
    /// Returns the end of the Fluent id of the sentence.
    #[must_use]
    pub const fn text_id(self) -> &'static str {
        match self {
            Self::Bought => "bought",
            Self::Refunded => "refunded",
            Self::RenewalCancelled => "renewal-cancelled",
            Self::RenewalResumed => "renewal-resumed",
            Self::RenewalFailed => "renewal-failed",
            Self::TrialStarted => "trial-started",
        }
    }
}
