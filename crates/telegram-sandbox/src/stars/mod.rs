//! Telegram Stars: invoices, payments, subscriptions, refunds, and the balances they move.
//!
//! Rules from <https://core.telegram.org/bots/payments-stars>, the Bot API, and `Client.cpp` of `tdlib/telegram-bot-api`.
//! Nothing happens by the clock alone: a test renews a subscription itself.

mod actions;
mod checkout;
mod control;
pub(crate) mod invoices;
mod ledger;
mod page;
mod subscriptions;

use std::collections::{HashMap, HashSet, VecDeque};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::state::{
    State,
    message::{Author, ServiceContent, StoredMessage},
    people::Person,
};

pub use actions::{PaymentOptions, StarsError, UpdateDelivery};
pub use checkout::PaymentOutcome;
pub(crate) use checkout::answer_checkout;
pub(crate) use control::routes as control_routes;
pub use invoices::Invoice;
pub(crate) use ledger::refund;
pub use ledger::{StarTransaction, TransactionDirection};
pub(crate) use page::routes as page_routes;
pub(crate) use subscriptions::{BotDecision, edit_by_bot};
pub use subscriptions::{StarSubscription, SubscriptionState};

/// Currency code of Telegram Stars.
pub(crate) const CURRENCY: &str = "XTR";
/// The only period of a subscription, in seconds: 30 days.
pub(crate) const SUBSCRIPTION_PERIOD_SECS: i64 = 2_592_000;

/// Everything about Stars.
#[derive(Default)]
pub(crate) struct Stars {
    /// Base address of the invoice pages: that of the last Bot API call.
    pub(crate) base_url: Option<String>,
    /// Balances that differ from the initial one.
    balances: HashMap<i64, i64>,
    bot_balance: i64,
    invoices: HashMap<String, invoices::StoredInvoice>,
    /// Slugs in the order of creation.
    invoice_order: VecDeque<String>,
    checkouts: HashMap<String, checkout::Checkout>,
    /// Ids of pre-checkout queries in the order of creation.
    checkout_order: VecDeque<String>,
    /// Payments by charge id.
    charges: HashMap<String, ledger::StoredCharge>,
    refunded: HashSet<String>,
    subscriptions: Vec<StarSubscription>,
    transactions: Vec<StarTransaction>,
    next_delivery: UpdateDelivery,
    /// Source of ids.
    last_id: u64,
}

impl State {
    /// Stars of a person.
    pub(crate) fn stars_of(&self, person: i64) -> i64 {
        self.stars.balances.get(&person).copied().unwrap_or(self.settings.initial_stars)
    }

    /// Adds to the Stars of a person; a negative number takes.
    fn add_stars(&mut self, person: i64, stars: i64) {
        let balance = self.stars_of(person).saturating_add(stars);
        self.stars.balances.insert(person, balance);
    }

    /// Moves Stars from a person to the bot; a negative number moves them back.
    fn move_stars_to_bot(&mut self, person: i64, stars: i64) {
        self.add_stars(person, -stars);
        self.stars.bot_balance += stars;
    }

    /// The next number of a sequence that all ids share.
    fn next_stars_id(&mut self) -> u64 {
        self.stars.last_id += 1;
        self.stars.last_id
    }

    /// An id that cannot be guessed, with the letters of Telegram's ids.
    fn random_looking_id(&mut self, what: &str) -> String {
        let text = format!("{what} {} of {}", self.next_stars_id(), self.settings.token);
        URL_SAFE_NO_PAD.encode(Sha256::digest(text))
    }

    /// Posts a service message about a payment in the person's chat, and enqueues its update as the test chose.
    fn post_payment_message(&mut self, person: &Person, content: ServiceContent) {
        self.start_chat(person);
        let plain =
            StoredMessage::new(Author::Person(person.id), self.now(), crate::text::entities::FormattedText::default());
        let id = self.post(person.id, StoredMessage { service: Some(content), ..plain });
        let message = self.api_message(person.id, id).unwrap_or_default();
        let update = match std::mem::take(&mut self.stars.next_delivery) {
            UpdateDelivery::Lost => None,
            UpdateDelivery::Once => self.updates.enqueue("message", &message),
            UpdateDelivery::Twice => self.enqueue_twice(&message),
        };
        if let Some(message) = self.chat_mut(person.id).find_mut(id) {
            message.update = update;
        }
    }

    fn enqueue_twice(&mut self, message: &Value) -> Option<i64> {
        let update = self.updates.enqueue("message", message)?;
        self.updates.enqueue_raw(json!({"update_id": update, "message": message}));
        Some(update)
    }
}
