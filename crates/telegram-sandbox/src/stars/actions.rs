//! Actions of people with Stars, for tests: pay, renew, cancel, charge back.

use serde::Deserialize;
use thiserror::Error;

use crate::{Sandbox, bot_api::error::ApiError, state::people::Person};

use super::{
    checkout::{self, PaymentOutcome},
    invoices::Invoice,
    ledger::{self, StarTransaction},
    subscriptions::{self, StarSubscription},
};

/// Deviations of a payment from its invoice, as if the invoice had been created before a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentOptions {
    /// Amount to pay instead of the invoice's.
    pub total_amount: Option<i64>,
    /// Payload instead of the invoice's.
    pub payload: Option<String>,
}

/// Delivery of the update about the next payment message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdateDelivery {
    /// Normally.
    #[default]
    Once,
    /// Two times, with one `update_id`.
    Twice,
    /// Never. The message stays in the chat, and the transaction in `getStarTransactions`.
    Lost,
}

/// Reason an action with Stars is not possible.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StarsError {
    /// No payment or subscription has this charge id. A subscription is named by its first payment.
    #[error("no charge {0}")]
    UnknownCharge(String),
    /// The subscription is canceled.
    #[error("the subscription is canceled")]
    Canceled,
    /// The bot canceled the subscription, so that the person cannot re-enable it.
    #[error("the bot canceled the subscription")]
    CanceledByBot,
    /// The subscription is not canceled.
    #[error("the subscription is not canceled")]
    NotCanceled,
    /// The paid period is over.
    #[error("the subscription has expired")]
    Expired,
    /// The person has not enough Stars. A renewal also sends `Update.subscription` with `failed`.
    #[error("the person has not enough Stars")]
    BalanceTooLow,
    /// The payment is refunded already.
    #[error("the payment is refunded already")]
    AlreadyRefunded,
}

impl Sandbox {
    /// The invoice behind a link, as the person sees it before paying.
    #[must_use]
    pub fn open_invoice(&self, link: &str) -> Option<Invoice> {
        self.read(|state| state.find_invoice(link).cloned())
    }

    /// Pays an invoice and waits for the outcome. The bot receives `pre_checkout_query`.
    pub async fn pay(&self, person: &Person, link: &str) -> PaymentOutcome {
        self.pay_with(person, link, PaymentOptions::default()).await
    }

    /// Pays another amount than the invoice's, or with another payload; otherwise like [`Sandbox::pay`].
    pub async fn pay_with(&self, person: &Person, link: &str, options: PaymentOptions) -> PaymentOutcome {
        match self.start_payment(person, link, options) {
            Ok(query) => self.wait_for_payment(&query).await,
            Err(outcome) => outcome,
        }
    }

    /// Starts a payment without waiting: sends `pre_checkout_query` and returns its id. The error is a failure before
    /// the bot is asked.
    pub fn start_payment(
        &self,
        person: &Person,
        link: &str,
        options: PaymentOptions,
    ) -> Result<String, PaymentOutcome> {
        self.change(|state| checkout::start(state, person, link, options))
    }

    /// Outcome of a started payment, once known.
    #[must_use]
    pub fn payment_outcome(&self, query_id: &str) -> Option<PaymentOutcome> {
        self.read(|state| checkout::outcome(state, query_id))
    }

    /// Ends all unanswered pre-checkout queries, as if their ten seconds were over. A later answer fails.
    pub fn expire_checkouts(&self) {
        self.change(checkout::expire_all);
    }

    /// Delivers the update of the next `successful_payment` or `refunded_payment` twice or never.
    pub fn deliver_next_payment(&self, delivery: UpdateDelivery) {
        self.change(|state| state.stars.next_delivery = delivery);
    }

    /// Stars of a person.
    #[must_use]
    pub fn stars_of(&self, person: &Person) -> i64 {
        self.read(|state| state.stars_of(person.id))
    }

    /// Adds Stars to a person; a negative number takes.
    pub fn give_stars(&self, person: &Person, stars: i64) {
        self.change(|state| {
            state.people.add_or_update(person);
            state.add_stars(person.id, stars);
        });
    }

    /// Stars of the bot.
    #[must_use]
    pub fn bot_stars(&self) -> i64 {
        self.read(crate::state::State::bot_stars)
    }

    /// Transactions of the bot, oldest first.
    #[must_use]
    pub fn star_transactions(&self) -> Vec<StarTransaction> {
        self.read(|state| state.transactions().to_vec())
    }

    /// Subscriptions of a person, oldest first, with canceled and expired ones.
    #[must_use]
    pub fn subscriptions_of(&self, person: &Person) -> Vec<StarSubscription> {
        let is_theirs = |subscription: &&StarSubscription| subscription.person.id == person.id;
        self.read(|state| state.subscriptions().iter().filter(is_theirs).cloned().collect())
    }

    /// Renews a subscription, named by its first charge id, and returns the charge id of the renewal. The bot receives
    /// `successful_payment` without a pre-checkout query.
    pub fn renew_subscription(&self, charge_id: &str) -> Result<String, StarsError> {
        self.change(|state| subscriptions::renew(state, charge_id))
    }

    /// Lets a renewal fail. The bot receives `Update.subscription` with `failed`.
    pub fn fail_renewal(&self, charge_id: &str) -> Result<(), StarsError> {
        self.change(|state| subscriptions::fail_renewal(state, charge_id))
    }

    /// Cancels a subscription as its person. The bot receives `Update.subscription` with `canceled`.
    pub fn cancel_subscription(&self, charge_id: &str) -> Result<(), StarsError> {
        self.change(|state| subscriptions::cancel(state, charge_id))
    }

    /// Re-enables a canceled subscription as its person. The bot receives `Update.subscription` with `active`.
    pub fn resume_subscription(&self, charge_id: &str) -> Result<(), StarsError> {
        self.change(|state| subscriptions::resume(state, charge_id))
    }

    /// Returns a payment against the bot's will, as after a dispute at the app store. The bot receives
    /// `refunded_payment`.
    pub fn charge_back(&self, charge_id: &str) -> Result<(), StarsError> {
        self.change(|state| {
            let unknown = || StarsError::UnknownCharge(charge_id.into());
            let person = state.payer(charge_id).ok_or_else(unknown)?;
            let refunded = |_already: ApiError| StarsError::AlreadyRefunded;
            ledger::refund(state, person, charge_id).map_err(refunded)
        })
    }
}
