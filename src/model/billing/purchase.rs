//! Orders and purchases; subscriptions are in [`crate::model::billing::subscription`].
//!
//! - An [`Order`] is what a person wants to buy, at the price of that moment. Its id is the payload of the invoice.
//! - A [`Purchase`] is a payment that Telegram reported. Each charge id is one purchase, so renewals are purchases, too.
//! - A [`Subscription`] is a plan that Telegram charges every thirty days.

use std::fmt;

use serde::Serialize;
use sqlx::FromRow;

use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::crypto::rng::{self, Rng};
use crate::model::time::Moment;

pub use crate::model::billing::subscription::{GRACE_DAYS, Subscription, SubscriptionChange, SubscriptionState};

/// Currency of Telegram Stars.
pub const STARS_CURRENCY: &str = "XTR";

/// Id of an order and payload of its invoice: 128 random bits in hexadecimal. It cannot be guessed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct OrderId(String);

impl OrderId {
    const CHARS: usize = 32;

    /// Creates the id of a new order.
    #[must_use]
    pub fn new(rng: &dyn Rng) -> Self {
        Self(hex::encode(rng::bytes::<16>(rng)))
    }

    /// Reads the payload of an invoice. An invoice of another program has another form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == Self::CHARS && text.bytes().all(is_hex)).then(|| Self(text.to_owned()))
    }

    /// Returns the id as a string slice.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Telegram's id of one payment (`telegram_payment_charge_id`). Also the id of its `StarTransaction`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct PaymentChargeId(String);

impl PaymentChargeId {
    const MAX_CHARS: usize = 256;

    /// Reads 1 to 256 visible ASCII characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_valid = (1..=Self::MAX_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_valid.then(|| Self(text.to_owned()))
    }

    /// Returns the id as a string slice.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PaymentChargeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Declares an enum that is stored as text.
macro_rules! stored_enum {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* $variant),+
        }

        impl $name {
            /// Returns the stored form.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                match text.as_str() {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(format!(concat!("no ", stringify!($name), ": {}"), text)),
                }
            }
        }
    };
}
pub(super) use stored_enum;

stored_enum! {
    /// Kind of a product that was sold.
    ProductKind {
        /// A plan for thirty days.
        Plan = "plan",
        /// A pack of tokens.
        Pack = "pack",
    }
}

stored_enum! {
    /// State of an order.
    OrderState {
        /// The order is stored; its invoice has no link yet.
        Created = "created",
        /// The invoice has a link.
        Linked = "linked",
        /// The order passed the pre-checkout. Telegram charges now.
        Checked = "checked",
        /// The first payment was delivered.
        Paid = "paid",
        /// The first payment was given back.
        Refunded = "refunded",
        /// The pre-checkout refused the order.
        Refused = "refused",
        /// Nobody paid in time.
        Expired = "expired",
    }
}

stored_enum! {
    /// State of a purchase.
    PurchaseState {
        /// Paid.
        Paid = "paid",
        /// Given back.
        Refunded = "refunded",
    }
}

/// Order: a product at the price at which it was offered.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Order {
    /// Id, and payload of the invoice.
    pub id: OrderId,
    /// Account that receives the product.
    pub account_id: AccountId,
    /// Kind of the product.
    #[sqlx(try_from = "String")]
    pub kind: ProductKind,
    /// Id of the plan or pack.
    pub product: String,
    /// Title as sold.
    pub title: String,
    /// Price as sold, in Stars.
    pub stars: i64,
    /// Tokens of a pack, as sold.
    pub tokens: Option<i64>,
    /// State of the order.
    #[sqlx(try_from = "String")]
    pub state: OrderState,
    /// Address of the invoice.
    pub link: Option<String>,
    /// Time of the order.
    pub created_at: Moment,
    /// Time after which the invoice is refused.
    pub expires_at: Moment,
}

/// Number of a purchase; used as the page cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct PurchaseId(pub i64);

impl fmt::Display for PurchaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Purchase: one payment.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Purchase {
    /// Monotonic; used as the page cursor.
    pub id: PurchaseId,
    /// Telegram's id of the payment.
    pub charge_id: PaymentChargeId,
    /// Order that was paid.
    pub order_id: OrderId,
    /// Account that received the product.
    pub account_id: AccountId,
    /// Telegram user who paid.
    pub telegram_id: TelegramId,
    /// Kind of the product.
    #[sqlx(try_from = "String")]
    pub kind: ProductKind,
    /// Id of the plan or pack.
    pub product: String,
    /// Title as sold.
    pub title: String,
    /// Stars paid.
    pub stars: i64,
    /// Tokens of a pack.
    pub tokens: Option<i64>,
    /// False if the product could not be delivered. The Stars are given back then.
    pub is_delivered: bool,
    /// End of the period that the payment bought, for a plan.
    pub period_until: Option<Moment>,
    /// State of the purchase.
    #[sqlx(try_from = "String")]
    pub state: PurchaseState,
    /// Time of the payment.
    pub created_at: Moment,
    /// Time of the refund.
    pub refunded_at: Option<Moment>,
}

/// Payment as Telegram reports it: in `successful_payment` or as a `StarTransaction`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Telegram's id of the payment.
    pub charge_id: PaymentChargeId,
    /// Payload of the invoice.
    pub payload: String,
    /// Telegram user who paid.
    pub payer: TelegramId,
    /// Currency: `XTR`.
    pub currency: String,
    /// Amount in the smallest unit of the currency.
    pub amount: i64,
    /// Time of the payment.
    pub paid_at: Moment,
    /// End of the period, for a subscription.
    pub period_until: Option<Moment>,
    /// True if Telegram reports it as the first payment of a subscription.
    pub begins_subscription: bool,
}

/// Pre-checkout query from Telegram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreCheckout {
    /// Id of the query.
    pub query_id: String,
    /// Telegram user who is about to pay.
    pub payer: TelegramId,
    /// Payload of the invoice.
    pub payload: String,
    /// Currency: `XTR`.
    pub currency: String,
    /// Amount in the smallest unit of the currency.
    pub amount: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::crypto::rng::SystemRng;

    #[test]
    fn ids_are_read_as_they_are_written() {
        let order = OrderId::new(&SystemRng);
        assert_eq!(OrderId::parse(order.as_str()), Some(order));
        for other in ["", "order-7", &"A".repeat(32), &"a".repeat(31), &"a".repeat(33)] {
            assert_eq!(OrderId::parse(other), None, "{other}");
        }
        assert!(PaymentChargeId::parse("stxVp_0-9==").is_some());
        for wrong in ["", "a b", "ж", &"x".repeat(257)] {
            assert_eq!(PaymentChargeId::parse(wrong), None, "{wrong}");
        }
    }
}
