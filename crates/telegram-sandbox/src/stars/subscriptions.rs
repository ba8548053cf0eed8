//! Subscriptions: payments that repeat every 30 days. A person may have several.
//!
//! The person cancels and re-enables a subscription in Telegram's settings, which sends `Update.subscription`
//! (`BotSubscriptionUpdated`, Bot API 10.2: `canceled`, `active`, or `failed` if a renewal could not be paid).
//! A cancellation by the bot (`editUserStarSubscription`) sends no update. It also keeps the person from re-enabling the
//! subscription, until the bot permits it again; the permission alone renews nothing
//! (<https://core.telegram.org/method/payments.botCancelStarsSubscription>).

use serde::Serialize;
use serde_json::json;

use crate::{
    bot_api::error::ApiError,
    state::{State, people::Person},
};

use super::{actions::StarsError, invoices::Invoice, ledger::Receipt};

/// A subscription of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StarSubscription {
    /// Charge id of the first payment; names the subscription.
    pub charge_id: String,
    /// The subscriber.
    pub person: Person,
    /// The invoice that is paid every period.
    pub invoice: Invoice,
    /// End of the paid period, in Unix seconds.
    pub expires: i64,
    /// State, as in the last `Update.subscription`.
    pub state: SubscriptionState,
    /// True if the bot canceled it and has not permitted the person to re-enable it.
    pub canceled_by_bot: bool,
}

/// State of a subscription: `state` of `BotSubscriptionUpdated`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionState {
    /// It will be renewed.
    Active,
    /// It ends with the paid period.
    Canceled,
    /// The last renewal could not be paid.
    Failed,
}

impl SubscriptionState {
    /// Name in the Bot API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Canceled => "canceled",
            Self::Failed => "failed",
        }
    }
}

impl State {
    /// Adds a subscription, paid for the first time.
    pub(super) fn add_subscription(&mut self, person: &Person, invoice: &Invoice, charge_id: &str, expires: i64) {
        self.stars.subscriptions.push(StarSubscription {
            charge_id: charge_id.to_owned(),
            person: person.clone(),
            invoice: invoice.clone(),
            expires,
            state: SubscriptionState::Active,
            canceled_by_bot: false,
        });
    }

    /// Subscriptions, oldest first.
    pub(crate) fn subscriptions(&self) -> &[StarSubscription] {
        &self.stars.subscriptions
    }

    fn subscription(&mut self, charge_id: &str) -> Result<&mut StarSubscription, StarsError> {
        let mut all = self.stars.subscriptions.iter_mut();
        all.find(|subscription| subscription.charge_id == charge_id)
            .ok_or_else(|| StarsError::UnknownCharge(charge_id.into()))
    }

    /// Changes the state and sends `Update.subscription`.
    fn change_subscription(&mut self, charge_id: &str, new: SubscriptionState) -> Result<(), StarsError> {
        let subscription = self.subscription(charge_id)?;
        subscription.state = new;
        let update = json!({
            "user": subscription.person.api_user(),
            "invoice_payload": subscription.invoice.payload,
            "state": new.as_str(),
        });
        self.updates.enqueue("subscription", &update);
        Ok(())
    }
}

/// Renews a subscription and returns the charge id of the payment. The bot is not asked before.
pub(super) fn renew(state: &mut State, charge_id: &str) -> Result<String, StarsError> {
    let now = state.now();
    let subscription = state.subscription(charge_id)?.clone();
    if subscription.state == SubscriptionState::Canceled || subscription.canceled_by_bot {
        return Err(StarsError::Canceled);
    }
    let StarSubscription { person, invoice, .. } = &subscription;
    if state.stars_of(person.id) < invoice.stars {
        state.change_subscription(charge_id, SubscriptionState::Failed)?;
        return Err(StarsError::BalanceTooLow);
    }
    let start = subscription.expires.max(now);
    let expires = start + invoice.subscription_period.unwrap_or_default();
    let stored = state.subscription(charge_id)?;
    (stored.expires, stored.state) = (expires, SubscriptionState::Active);
    let renewal = state.new_charge_id();
    state.take_payment(
        person,
        invoice,
        Receipt { charge_id: renewal.clone(), expires: Some(expires), is_first: false },
    );
    Ok(renewal)
}

/// Lets a renewal fail, as for a person without enough Stars.
pub(super) fn fail_renewal(state: &mut State, charge_id: &str) -> Result<(), StarsError> {
    let subscription = state.subscription(charge_id)?;
    if subscription.state == SubscriptionState::Canceled || subscription.canceled_by_bot {
        return Err(StarsError::Canceled);
    }
    state.change_subscription(charge_id, SubscriptionState::Failed)
}

/// Cancels a subscription as its person does.
pub(super) fn cancel(state: &mut State, charge_id: &str) -> Result<(), StarsError> {
    let subscription = state.subscription(charge_id)?;
    if subscription.state == SubscriptionState::Canceled || subscription.canceled_by_bot {
        return Err(StarsError::Canceled);
    }
    state.change_subscription(charge_id, SubscriptionState::Canceled)
}

/// Re-enables a subscription as its person does. Not possible after the paid period, nor while the bot's cancellation
/// is in effect.
pub(super) fn resume(state: &mut State, charge_id: &str) -> Result<(), StarsError> {
    let now = state.now();
    let subscription = state.subscription(charge_id)?;
    if subscription.canceled_by_bot {
        return Err(StarsError::CanceledByBot);
    }
    if subscription.state == SubscriptionState::Active {
        return Err(StarsError::NotCanceled);
    }
    if subscription.expires <= now {
        return Err(StarsError::Expired);
    }
    state.change_subscription(charge_id, SubscriptionState::Active)
}

/// Decision of the bot: `is_canceled` of `editUserStarSubscription`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BotDecision {
    /// `is_canceled: true`
    Cancel,
    /// `is_canceled: false`: the person may re-enable it.
    Permit,
}

/// `editUserStarSubscription`. A repeated decision succeeds: Telegram documents no error for it. An expired subscription
/// is as unknown as one of another person.
pub(crate) fn edit_by_bot(
    state: &mut State,
    person: i64,
    charge_id: &str,
    decision: BotDecision,
) -> Result<(), ApiError> {
    let now = state.now();
    let found = state.subscription(charge_id).ok();
    let found = found.filter(|subscription| subscription.person.id == person && subscription.expires > now);
    let subscription = found.ok_or_else(|| ApiError::bad("CHARGE_ID_INVALID"))?;
    match decision {
        BotDecision::Cancel => {
            subscription.canceled_by_bot = true;
            subscription.state = SubscriptionState::Canceled;
        }
        BotDecision::Permit => subscription.canceled_by_bot = false,
    }
    Ok(())
}
