//! Ledger: payments, refunds, and the bot's list of transactions.
//! <https://core.telegram.org/bots/api#startransaction>

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    bot_api::error::ApiError,
    observe::PaymentMessage,
    state::{State, message::ServiceContent, people::Person},
};

use super::{CURRENCY, invoices::Invoice};

/// A transaction of the bot's Star balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StarTransaction {
    /// Charge id of the payment. A refund has the id of the payment it returns.
    pub id: String,
    /// Unix seconds.
    pub date: i64,
    /// Number of Stars, positive.
    pub stars: i64,
    /// Incoming for a payment, outgoing for a refund.
    pub direction: TransactionDirection,
    /// The person who paid.
    pub person: Person,
    /// `invoice_payload` of the payment.
    pub payload: String,
    /// Seconds between two payments, for a subscription.
    pub subscription_period: Option<i64>,
}

/// Direction of a transaction, as the bot sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionDirection {
    /// A payment: the person is the `source`.
    Incoming,
    /// A refund or chargeback: the person is the `receiver`.
    Outgoing,
}

impl StarTransaction {
    /// The Bot API's `StarTransaction`.
    pub(crate) fn to_api(&self) -> Value {
        let mut partner = Map::new();
        partner.insert("type".into(), "user".into());
        partner.insert("transaction_type".into(), "invoice_payment".into());
        partner.insert("user".into(), self.person.api_user());
        partner.insert("invoice_payload".into(), self.payload.as_str().into());
        if let Some(period) = self.subscription_period {
            partner.insert("subscription_period".into(), period.into());
        }
        let side = match self.direction {
            TransactionDirection::Incoming => "source",
            TransactionDirection::Outgoing => "receiver",
        };
        json!({"id": self.id, "date": self.date, "amount": self.stars, side: partner})
    }
}

/// A payment that can be refunded.
#[derive(Clone)]
pub(super) struct StoredCharge {
    person: Person,
    invoice: Invoice,
}

/// Record of a payment.
pub(super) struct Receipt {
    pub(super) charge_id: String,
    /// End of the paid period, in Unix seconds, for a subscription.
    pub(super) expires: Option<i64>,
    /// True for a payment the person confirmed, false for a renewal.
    pub(super) is_first: bool,
}

impl State {
    /// A charge id.
    pub(super) fn new_charge_id(&mut self) -> String {
        format!("st{}", self.random_looking_id("charge"))
    }

    /// Moves the Stars of a payment to the bot and sends `successful_payment`.
    pub(super) fn take_payment(&mut self, person: &Person, invoice: &Invoice, receipt: Receipt) {
        self.move_stars_to_bot(person.id, invoice.stars);
        let charge = StoredCharge { person: person.clone(), invoice: invoice.clone() };
        self.record(&charge, &receipt.charge_id, TransactionDirection::Incoming);
        self.stars.charges.insert(receipt.charge_id.clone(), charge);
        let mut payment = payment_fields(invoice, &receipt.charge_id);
        payment.insert("provider_payment_charge_id".into(), "".into());
        if let Some(expires) = receipt.expires {
            payment.insert("subscription_expiration_date".into(), expires.into());
            payment.insert("is_recurring".into(), true.into());
            if receipt.is_first {
                payment.insert("is_first_recurring".into(), true.into());
            }
        }
        let shown = PaymentMessage::Paid {
            title: invoice.title.clone(),
            stars: invoice.stars,
            payload: invoice.payload.clone(),
            charge_id: receipt.charge_id,
        };
        let content = ServiceContent { field: "successful_payment", value: payment.into(), shown };
        self.post_payment_message(person, content);
    }

    fn record(&mut self, charge: &StoredCharge, id: &str, direction: TransactionDirection) {
        let transaction = StarTransaction {
            id: id.to_owned(),
            date: self.now(),
            stars: charge.invoice.stars,
            direction,
            person: charge.person.clone(),
            payload: charge.invoice.payload.clone(),
            subscription_period: charge.invoice.subscription_period,
        };
        self.stars.transactions.push(transaction);
    }

    /// The payer of a charge, if the charge exists.
    pub(super) fn payer(&self, charge_id: &str) -> Option<i64> {
        self.stars.charges.get(charge_id).map(|charge| charge.person.id)
    }

    /// Transactions, oldest first.
    pub(crate) fn transactions(&self) -> &[StarTransaction] {
        &self.stars.transactions
    }

    /// The bot's Stars.
    pub(crate) fn bot_stars(&self) -> i64 {
        self.stars.bot_balance
    }
}

fn payment_fields(invoice: &Invoice, charge_id: &str) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("currency".into(), CURRENCY.into());
    fields.insert("total_amount".into(), invoice.stars.into());
    fields.insert("invoice_payload".into(), invoice.payload.as_str().into());
    fields.insert("telegram_payment_charge_id".into(), charge_id.into());
    fields
}

/// Returns the Stars of a payment and sends `refunded_payment`. Errors from
/// <https://core.telegram.org/method/payments.refundStarsCharge>.
pub(crate) fn refund(state: &mut State, person: i64, charge_id: &str) -> Result<(), ApiError> {
    let charge = state.stars.charges.get(charge_id).filter(|charge| charge.person.id == person).cloned();
    let charge = charge.ok_or_else(|| ApiError::bad("CHARGE_ID_INVALID"))?;
    if !state.stars.refunded.insert(charge_id.to_owned()) {
        return Err(ApiError::bad("CHARGE_ALREADY_REFUNDED"));
    }
    let StoredCharge { person, invoice } = &charge;
    state.move_stars_to_bot(person.id, -invoice.stars);
    state.record(&charge, charge_id, TransactionDirection::Outgoing);
    let shown = PaymentMessage::Refunded {
        title: invoice.title.clone(),
        stars: invoice.stars,
        payload: invoice.payload.clone(),
        charge_id: charge_id.to_owned(),
    };
    let value = payment_fields(invoice, charge_id).into();
    state.post_payment_message(person, ServiceContent { field: "refunded_payment", value, shown });
    Ok(())
}
