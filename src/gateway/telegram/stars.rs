//! Payments in Telegram Stars: invoices, pre-checkout, subscriptions, refunds and the list of transactions
//! (<https://core.telegram.org/bots/api#payments>).

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use teloxide::requests::Payload;

use super::{Result, Telegram, TelegramError};
use crate::gateway::telegram::call::ApiCall;

/// Longest description of an invoice, in characters.
const MAX_DESCRIPTION_CHARS: usize = 255;
/// Longest explanation of a refused pre-checkout, in characters. Telegram names no limit; a client shows a few lines.
const MAX_REASON_CHARS: usize = 200;

/// Invoice in Stars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StarInvoice {
    /// Title, at most 32 characters.
    pub title: String,
    /// Description; cut to 255 characters.
    pub description: String,
    /// Payload that every payment carries.
    pub payload: String,
    /// Price in Stars.
    pub stars: i64,
    /// Period of a subscription in seconds; `None` for a single payment.
    pub period_secs: Option<i64>,
}

/// Renewal of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// The person may resume the subscription in Telegram's settings.
    Allowed,
    /// The subscription ends with its period.
    Off,
}

/// Transaction of the bot's Stars (`StarTransaction`), reduced to payments of users and their refunds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StarTransaction {
    /// A user paid an invoice.
    Paid {
        /// Id of the payment.
        charge_id: String,
        /// Telegram id of the user.
        user_id: i64,
        /// Payload of the invoice.
        payload: String,
        /// Number of Stars.
        stars: i64,
        /// Unix time of the payment.
        date: i64,
    },
    /// A payment was given back to its user.
    Refunded {
        /// Id of the payment.
        charge_id: String,
    },
    /// Any other transaction, such as a withdrawal.
    Other,
}

/// Declares a payload of the Bot API with the JSON of its parameters.
macro_rules! payload {
    ($name:ident, $method:literal) => {
        #[derive(Clone, Serialize)]
        #[serde(transparent)]
        struct $name(Value);

        impl Payload for $name {
            type Output = Value;

            const NAME: &'static str = $method;
        }
    };
}

payload!(CreateInvoiceLink, "createInvoiceLink");
payload!(AnswerPreCheckoutQuery, "answerPreCheckoutQuery");
payload!(RefundStarPayment, "refundStarPayment");
payload!(EditUserStarSubscription, "editUserStarSubscription");
payload!(GetStarTransactions, "getStarTransactions");

#[derive(Deserialize)]
struct StarTransactions {
    transactions: Vec<Value>,
}

impl Telegram {
    /// Creates the link of an invoice.
    pub async fn invoice_link(&self, invoice: &StarInvoice) -> Result<String> {
        let StarInvoice { title, description, payload, stars, period_secs } = invoice;
        let description: String = description.chars().take(MAX_DESCRIPTION_CHARS).collect();
        let mut request = json!({
            "title": title, "description": description, "payload": payload, "provider_token": "", "currency": "XTR",
            "prices": [{"label": title, "amount": stars}],
        });
        if let (Some(fields), Some(period)) = (request.as_object_mut(), period_secs) {
            fields.insert("subscription_period".to_owned(), json!(period));
        }
        ApiCall::of(&CreateInvoiceLink(request)).persistently(&self.bot).await
    }

    /// Answers a pre-checkout: the payment may proceed, or a reason that the person reads.
    pub async fn answer_pre_checkout(&self, query: &str, answer: std::result::Result<(), &str>) -> Result<()> {
        let request = match answer {
            Ok(()) => json!({"pre_checkout_query_id": query, "ok": true}),
            Err(reason) => {
                let reason: String = reason.chars().take(MAX_REASON_CHARS).collect();
                json!({"pre_checkout_query_id": query, "ok": false, "error_message": reason})
            }
        };
        ApiCall::<IgnoredAny>::of(&AnswerPreCheckoutQuery(request)).persistently(&self.bot).await.map(drop)
    }

    /// Gives a payment back. Succeeds if it was given back before.
    pub async fn refund_payment(&self, user: i64, charge: &str) -> Result<()> {
        let request = json!({"user_id": user, "telegram_payment_charge_id": charge});
        match ApiCall::<IgnoredAny>::of(&RefundStarPayment(request)).persistently(&self.bot).await {
            Err(TelegramError::Refused(text)) if text.contains("CHARGE_ALREADY_REFUNDED") => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    /// Ends the renewal of a subscription, named by its first payment, or lets the person resume it.
    pub async fn set_renewal(&self, user: i64, charge: &str, renewal: Renewal) -> Result<()> {
        let is_canceled = renewal == Renewal::Off;
        let request = json!({"user_id": user, "telegram_payment_charge_id": charge, "is_canceled": is_canceled});
        let call = ApiCall::<IgnoredAny>::of(&EditUserStarSubscription(request));
        call.persistently(&self.bot).await.map(drop)
    }

    /// Fetches up to `limit` transactions from `offset` on, in chronological order.
    pub async fn star_transactions(&self, offset: i64, limit: usize) -> Result<Vec<StarTransaction>> {
        let request = GetStarTransactions(json!({"offset": offset, "limit": limit}));
        let page = ApiCall::<StarTransactions>::of(&request).persistently(&self.bot).await?;
        Ok(page.transactions.iter().map(|transaction| read(transaction).unwrap_or(StarTransaction::Other)).collect())
    }
}

/// Reads a transaction. A payment has a user as its source, its refund the same user as its receiver.
fn read(transaction: &Value) -> Option<StarTransaction> {
    let text = |pointer: &str| transaction.pointer(pointer).and_then(Value::as_str).map(ToOwned::to_owned);
    let number = |pointer: &str| transaction.pointer(pointer).and_then(Value::as_i64);
    let charge_id = text("/id")?;
    if text("/receiver/type").as_deref() == Some("user") {
        return Some(StarTransaction::Refunded { charge_id });
    }
    let user_id = number("/source/user/id").filter(|_| text("/source/type").as_deref() == Some("user"))?;
    let payload = text("/source/invoice_payload")?;
    Some(StarTransaction::Paid { charge_id, user_id, payload, stars: number("/amount")?, date: number("/date")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_and_its_refund_are_read_and_others_are_not() {
        let user =
            json!({"type": "user", "transaction_type": "invoice_payment", "user": {"id": 7}, "invoice_payload": "p"});
        let paid = json!({"id": "c1", "amount": 500, "date": 9, "source": user});
        let refunded = json!({"id": "c1", "amount": 500, "date": 10, "receiver": user});
        let expected =
            StarTransaction::Paid { charge_id: "c1".into(), user_id: 7, payload: "p".into(), stars: 500, date: 9 };
        assert_eq!(read(&paid), Some(expected));
        assert_eq!(read(&refunded), Some(StarTransaction::Refunded { charge_id: "c1".into() }));
        for other in [
            json!({"id": "w", "amount": 5, "date": 1, "receiver": {"type": "fragment"}}),
            json!({"id": "g", "amount": 5, "date": 1, "source": {"type": "user", "user": {"id": 7}}}),
            json!({}),
        ] {
            assert_eq!(read(&other), None, "{other}");
        }
    }
}
