//! Updates about payments: a question before a payment, a payment, its refund, and changes of a subscription.
//!
//! teloxide requires fields that we do not need and lacks those of newer versions, so they are read from the JSON.

use serde_json::Value;

use crate::bot::incoming::raw::fields::{flag, integer, text};
use crate::bot::incoming::raw::received::ReceivedUpdate;
use crate::model::accounts::account::TelegramId;
use crate::model::billing::purchase::{Payment, PaymentChargeId, PreCheckout, SubscriptionChange};
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// Report about a payment. Not a request of a person, so neither throttled nor refused.
#[derive(Clone, Debug)]
pub(crate) enum PaymentReport {
    /// A person paid.
    Paid(Payment),
    /// A payment was given back.
    Refunded(PaymentChargeId),
    /// A subscription was changed in Telegram.
    Subscription {
        /// Payload of its invoice.
        payload: String,
        change: SubscriptionChange,
    },
}

impl PaymentReport {
    /// Reads the report of a message: `successful_payment` or `refunded_payment`.
    pub(super) fn of_message(message: &Value) -> Option<Self> {
        if let Some(payment) = message.get("successful_payment") {
            return Some(Self::Paid(payment_of(message, payment)?));
        }
        let charge = text(message, "/refunded_payment/telegram_payment_charge_id")?;
        PaymentChargeId::parse(charge).map(Self::Refunded)
    }

    /// Reads the report of an update of the kind `subscription`.
    pub(super) fn of_subscription(update: &Value) -> Option<Self> {
        let (payload, state) = (text(update, "/invoice_payload")?, text(update, "/state")?);
        Some(Self::Subscription { payload: payload.to_owned(), change: SubscriptionChange::parse(state)? })
    }
}

fn payment_of(message: &Value, payment: &Value) -> Option<Payment> {
    Some(Payment {
        charge_id: PaymentChargeId::parse(text(payment, "/telegram_payment_charge_id")?)?,
        payload: text(payment, "/invoice_payload")?.to_owned(),
        payer: TelegramId::new(integer(message, "/from/id")?)?,
        currency: text(payment, "/currency")?.to_owned(),
        amount: integer(payment, "/total_amount")?,
        paid_at: Moment(integer(message, "/date")?),
        period_until: integer(payment, "/subscription_expiration_date").map(Moment),
        begins_subscription: flag(payment, "/is_first_recurring"),
    })
}

/// A question before a payment, with the language of the person's Telegram app.
#[derive(Clone, Debug)]
pub(crate) struct CheckoutQuestion {
    pub(crate) query: PreCheckout,
    /// Language of the person's Telegram app.
    pub(crate) telegram_language: Option<Language>,
}

impl CheckoutQuestion {
    /// Reads an update of the kind `pre_checkout_query`.
    pub(in crate::bot) fn of(update: &ReceivedUpdate) -> Option<Self> {
        let query = update.payload("pre_checkout_query")?;
        let telegram_language = text(query, "/from/language_code").and_then(Language::from_tag);
        let query = PreCheckout {
            query_id: text(query, "/id")?.to_owned(),
            payer: TelegramId::new(integer(query, "/from/id")?)?,
            payload: text(query, "/invoice_payload")?.to_owned(),
            currency: text(query, "/currency")?.to_owned(),
            amount: integer(query, "/total_amount")?,
        };
        Some(Self { query, telegram_language })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reports_are_read_from_what_telegram_sends() {
        let message = json!({"message_id": 1, "date": 100, "from": {"id": 7}, "successful_payment": {
            "currency": "XTR", "total_amount": 500, "invoice_payload": "p", "telegram_payment_charge_id": "c",
            "provider_payment_charge_id": "", "subscription_expiration_date": 200, "is_recurring": true,
            "is_first_recurring": true}});
        let Some(PaymentReport::Paid(payment)) = PaymentReport::of_message(&message) else { panic!("a payment") };
        assert_eq!((payment.amount, payment.period_until, payment.begins_subscription), (500, Some(Moment(200)), true));
        let refund = json!({"refunded_payment": {"telegram_payment_charge_id": "c", "currency": "XTR"}});
        assert!(matches!(PaymentReport::of_message(&refund), Some(PaymentReport::Refunded(_))));
        let change = json!({"user": {"id": 7}, "invoice_payload": "p", "state": "failed"});
        let report = PaymentReport::of_subscription(&change);
        assert!(matches!(report, Some(PaymentReport::Subscription { change: SubscriptionChange::Failed, .. })));
        for other in [json!({"text": "hi"}), json!({"successful_payment": {}}), json!({"state": "of_tomorrow"})] {
            assert!(PaymentReport::of_message(&other).or(PaymentReport::of_subscription(&other)).is_none(), "{other}");
        }
    }
}
