//! Notices about purchases: receipts, refunds and failed renewals.

use serde::{Deserialize, Serialize};

/// Notice about a purchase. Stored as JSON until sent, so every form ever written must stay readable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum PurchaseNotice {
    /// A subscription began. The receipt.
    PlanBought {
        /// Title of the plan.
        title: String,
        /// Stars paid.
        stars: i64,
        /// End of the paid time, in Unix seconds.
        until: i64,
        /// Telegram's id of the payment.
        charge: String,
    },
    /// A subscription was renewed. The receipt.
    PlanRenewed {
        /// Title of the plan.
        title: String,
        /// Stars paid.
        stars: i64,
        /// End of the paid time, in Unix seconds.
        until: i64,
        /// Telegram's id of the payment.
        charge: String,
    },
    /// A pack of tokens was bought. The receipt.
    PackBought {
        /// Title of the pack.
        title: String,
        /// Stars paid.
        stars: i64,
        /// Tokens added.
        tokens: i64,
        /// Balance after the purchase.
        balance: i64,
        /// Telegram's id of the payment.
        charge: String,
    },
    /// A payment was given back.
    Refunded {
        /// Title of the product.
        title: String,
        /// Stars given back.
        stars: i64,
        /// Tokens taken back.
        taken: i64,
    },
    /// Telegram could not renew a subscription.
    RenewalFailed {
        /// Title of the plan.
        title: String,
        /// End of the plan without a payment, in Unix seconds.
        until: i64,
    },
}
