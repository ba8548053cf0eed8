//! Checkout: a person pays, the bot has ten seconds to agree, then the Stars move.
//! <https://core.telegram.org/bots/api#answerprecheckoutquery>

use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    Sandbox,
    bot_api::error::ApiError,
    state::{State, people::Person},
};

use super::{CURRENCY, actions::PaymentOptions, invoices::Invoice, ledger::Receipt};

/// Time the bot has to answer a pre-checkout query.
const ANSWER_SECS: i64 = 10;
/// The same time, measured while a payment is awaited.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(ANSWER_SECS.unsigned_abs());
/// Number of pre-checkout queries stored; the oldest is dropped.
const MAX_CHECKOUTS: usize = 10_000;
/// Error of an answer to a query that is unknown, answered or older than ten seconds (`QUERY_ID_INVALID`).
const TOO_OLD: &str = "query is too old and response timeout expired or query ID is invalid";

/// Result of a payment, as the person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum PaymentOutcome {
    /// The bot agreed and the Stars moved.
    Paid {
        /// `telegram_payment_charge_id` of the payment.
        charge_id: String,
    },
    /// The bot answered with `ok: false`.
    Refused {
        /// Its `error_message`.
        message: String,
    },
    /// The bot did not answer within ten seconds, or does not receive `pre_checkout_query`.
    TimedOut,
    /// Telegram refused the payment. The bot is not asked, or had agreed before.
    Failed {
        /// `BALANCE_TOO_LOW`, `SLUG_INVALID` for an unknown link, or `BOT_INVOICE_INVALID` for a message that is paid.
        reason: &'static str,
    },
}

/// A pre-checkout query.
#[derive(Clone)]
pub(super) struct Checkout {
    person: Person,
    /// The invoice, with the amount and payload the test chose.
    invoice: Invoice,
    /// Unix seconds.
    sent: i64,
    /// `None` until the bot answers or the time is over.
    outcome: Option<PaymentOutcome>,
}

/// Starts a payment: sends `pre_checkout_query` and returns its id.
pub(super) fn start(
    state: &mut State,
    person: &Person,
    link: &str,
    options: PaymentOptions,
) -> Result<String, PaymentOutcome> {
    let failed = |reason| Err(PaymentOutcome::Failed { reason });
    let Some(stored) = state.stored_invoice(link) else { return failed("SLUG_INVALID") };
    if stored.single_use && stored.paid {
        return failed("BOT_INVOICE_INVALID");
    }
    let mut invoice = stored.invoice.clone();
    invoice.stars = options.total_amount.unwrap_or(invoice.stars);
    invoice.payload = options.payload.unwrap_or(invoice.payload);
    if state.stars_of(person.id) < invoice.stars {
        return failed("BALANCE_TOO_LOW");
    }
    state.people.add_or_update(person);
    let id = (5_000_000_000_000_000_000 + state.next_stars_id()).to_string();
    let query = json!({
        "id": id,
        "from": person.api_user(),
        "currency": CURRENCY,
        "total_amount": invoice.stars,
        "invoice_payload": invoice.payload,
    });
    let checkout = Checkout { person: person.clone(), invoice, sent: state.now(), outcome: None };
    store(state, id.clone(), checkout);
    state.updates.enqueue("pre_checkout_query", &query);
    Ok(id)
}

fn store(state: &mut State, id: String, checkout: Checkout) {
    state.stars.checkouts.insert(id.clone(), checkout);
    state.stars.checkout_order.push_back(id);
    if state.stars.checkout_order.len() > MAX_CHECKOUTS
        && let Some(oldest) = state.stars.checkout_order.pop_front()
    {
        state.stars.checkouts.remove(&oldest);
    }
}

/// Applies the bot's answer: `Err` holds the `error_message` of a refusal.
pub(crate) fn answer_checkout(state: &mut State, id: &str, answer: Result<(), String>) -> Result<Value, ApiError> {
    let now = state.now();
    let open = state.stars.checkouts.get(id).filter(|checkout| checkout.outcome.is_none()).cloned();
    let checkout = open.ok_or_else(|| ApiError::bad(TOO_OLD))?;
    if now - checkout.sent > ANSWER_SECS {
        set_outcome(state, id, PaymentOutcome::TimedOut);
        return Err(ApiError::bad(TOO_OLD));
    }
    let outcome = match answer {
        Err(message) => PaymentOutcome::Refused { message },
        Ok(()) => complete(state, &checkout),
    };
    set_outcome(state, id, outcome);
    Ok(true.into())
}

/// Moves the Stars of a payment the bot agreed to, and sends `successful_payment`.
fn complete(state: &mut State, checkout: &Checkout) -> PaymentOutcome {
    let Checkout { person, invoice, .. } = checkout;
    if state.stars_of(person.id) < invoice.stars {
        return PaymentOutcome::Failed { reason: "BALANCE_TOO_LOW" };
    }
    state.mark_paid(&invoice.link);
    let charge_id = state.new_charge_id();
    let expires = invoice.subscription_period.map(|period| state.now() + period);
    if let Some(expires) = expires {
        state.add_subscription(person, invoice, &charge_id, expires);
    }
    let receipt = Receipt { charge_id: charge_id.clone(), expires, is_first: true };
    state.take_payment(person, invoice, receipt);
    PaymentOutcome::Paid { charge_id }
}

fn set_outcome(state: &mut State, id: &str, outcome: PaymentOutcome) {
    if let Some(checkout) = state.stars.checkouts.get_mut(id) {
        checkout.outcome = Some(outcome);
    }
}

/// Outcome of a payment, once known.
pub(super) fn outcome(state: &State, id: &str) -> Option<PaymentOutcome> {
    state.stars.checkouts.get(id)?.outcome.clone()
}

/// Ends an unanswered query as if its ten seconds were over.
pub(super) fn expire(state: &mut State, id: &str) {
    if let Some(checkout) = state.stars.checkouts.get_mut(id) {
        checkout.outcome.get_or_insert(PaymentOutcome::TimedOut);
    }
}

/// Ends all unanswered queries.
pub(super) fn expire_all(state: &mut State) {
    for checkout in state.stars.checkouts.values_mut() {
        checkout.outcome.get_or_insert(PaymentOutcome::TimedOut);
    }
}

impl Sandbox {
    /// Waits for the outcome of a payment started by [`Sandbox::start_payment`]. The bot has ten seconds of real time,
    /// and ten seconds by the sandbox's clock.
    pub async fn wait_for_payment(&self, query_id: &str) -> PaymentOutcome {
        let mut changes = self.subscribe_changes();
        let answered = async {
            loop {
                changes.mark_unchanged();
                if let Some(outcome) = self.payment_outcome(query_id) {
                    return outcome;
                }
                let _sender_lives_in_self = changes.changed().await;
            }
        };
        let outcome = tokio::select! {
            outcome = tokio::time::timeout(ANSWER_TIMEOUT, answered) => outcome.ok(),
            () = self.closing_token().cancelled() => None,
        };
        outcome.unwrap_or_else(|| {
            self.change(|state| expire(state, query_id));
            self.payment_outcome(query_id).unwrap_or(PaymentOutcome::TimedOut)
        })
    }
}
