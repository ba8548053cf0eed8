//! Checkout: the answer to Telegram's question right before a payment.
//!
//! Telegram waits ten seconds. So the answer is given ahead of every queue, from the store; if the store does not
//! answer in time, the payment is refused with a reason. What passes here is delivered in full.

use std::time::Duration;

use crate::domain::Domain;
use crate::domain::error::{Error, PurchaseError, Refusal, Result};
use crate::model::accounts::account::Account;
use crate::model::billing::product::ProductKey;
use crate::model::billing::purchase::{Order, OrderId, OrderState, PreCheckout, ProductKind, STARS_CURRENCY};
use crate::model::text::language::Language;
use crate::store::billing::purchases::orders::{CheckOrder, RefuseOrder};
use crate::telemetry;

/// Time for the decision. The rest of Telegram's ten seconds is left to the way there and back.
const DECISION_TIMEOUT: Duration = Duration::from_secs(6);

/// Reason why a payment may not proceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckoutRefusal {
    /// No such order exists.
    UnknownOrder,
    /// The order is too old.
    Expired,
    /// The order was paid before.
    AlreadyPaid,
    /// The price or the content of the product has changed since.
    PriceChanged,
    /// The product is no longer sold.
    NotSold,
    /// The invoice belongs to another person.
    OtherPerson,
    /// The account is suspended.
    Banned,
    /// The account is scheduled for deletion.
    DeletionScheduled,
    /// The account has this plan without end, or a better one.
    BetterPlan,
    /// The account has a subscription to this plan.
    AlreadySubscribed,
    /// Another plan of the account is being paid at this moment.
    OtherPayment,
    /// The store does not answer.
    Unavailable,
}

/// Answer to a pre-checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The payment may proceed, or the reason why not.
    pub answer: std::result::Result<(), CheckoutRefusal>,
    /// Language that the account of the payer chose.
    pub language: Option<Language>,
}

impl Domain {
    /// Decides about a payment, within a few seconds.
    pub async fn check_out(&self, query: &PreCheckout) -> Checkout {
        let decision = tokio::time::timeout(DECISION_TIMEOUT, self.decide(query)).await;
        let checkout = match decision {
            Ok(Ok(checkout)) => checkout,
            failed => {
                tracing::warn!(failure = ?failed.err(), "pre-checkout: the store did not decide, refused");
                Checkout { answer: Err(CheckoutRefusal::Unavailable), language: None }
            }
        };
        telemetry::metrics::payment_checkouts_total(if checkout.answer.is_ok() { "accepted" } else { "refused" });
        checkout
    }

    async fn decide(&self, query: &PreCheckout) -> Result<Checkout> {
        let payer = self.inner.store.account_of_telegram(query.payer).await?;
        let language = payer.as_ref().and_then(Account::chosen_language);
        let order = match OrderId::parse(&query.payload) {
            Some(id) => self.inner.store.order(&id).await?,
            None => None,
        };
        let Some(order) = order else {
            return Ok(Checkout { answer: Err(CheckoutRefusal::UnknownOrder), language });
        };
        let answer = match self.examine(query, &order, payer.as_ref()).await? {
            Ok(()) if self.claim_checkout(&order).await? => Ok(()),
            Ok(()) => Err(CheckoutRefusal::OtherPayment),
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = answer {
            tracing::info!(order = %order.id, ?refusal, "pre-checkout: refused");
            self.inner.store.write(RefuseOrder { id: order.id, now: self.now() }).await?;
        }
        Ok(Checkout { answer, language })
    }

    async fn claim_checkout(&self, order: &Order) -> Result<bool> {
        let Order { id, account_id, kind, .. } = order.clone();
        Ok(self.inner.store.write(CheckOrder { id, account: account_id, kind, now: self.now() }).await?)
    }

    /// Compares the query with the order, its account and the present offer.
    async fn examine(
        &self,
        query: &PreCheckout,
        order: &Order,
        payer: Option<&Account>,
    ) -> Result<std::result::Result<(), CheckoutRefusal>> {
        let Some(account) = payer.filter(|payer| payer.id == order.account_id) else {
            return Ok(Err(CheckoutRefusal::OtherPerson));
        };
        if let Some(refusal) = self.refusal_of_order(query, order, account) {
            return Ok(Err(refusal));
        }
        match self.admitted_offer(account, &key_of(order)).await {
            Ok(offer) => {
                let terms = (i64::from(offer.product.stars()), offer.product.pack_tokens());
                let is_same = terms == (order.stars, order.tokens);
                Ok(if is_same { Ok(()) } else { Err(CheckoutRefusal::PriceChanged) })
            }
            Err(Error::Refused(Refusal::Purchase(why))) => Ok(Err(match why {
                PurchaseError::BetterPlan => CheckoutRefusal::BetterPlan,
                PurchaseError::AlreadySubscribed => CheckoutRefusal::AlreadySubscribed,
                _ => CheckoutRefusal::NotSold,
            })),
            Err(error) => Err(error),
        }
    }

    fn refusal_of_order(&self, query: &PreCheckout, order: &Order, account: &Account) -> Option<CheckoutRefusal> {
        let is_amount = query.currency == STARS_CURRENCY && query.amount == order.stars;
        match order.state {
            OrderState::Paid | OrderState::Refunded => return Some(CheckoutRefusal::AlreadyPaid),
            OrderState::Expired => return Some(CheckoutRefusal::Expired),
            OrderState::Created | OrderState::Linked | OrderState::Checked | OrderState::Refused => {}
        }
        if order.expires_at <= self.now() {
            Some(CheckoutRefusal::Expired)
        } else if !is_amount {
            Some(CheckoutRefusal::PriceChanged)
        } else if account.banned_at.is_some() {
            Some(CheckoutRefusal::Banned)
        } else if account.deletion_due_at.is_some() {
            Some(CheckoutRefusal::DeletionScheduled)
        } else {
            None
        }
    }
}

fn key_of(order: &Order) -> ProductKey {
    match order.kind {
        ProductKind::Plan => ProductKey::Plan(order.product.clone()),
        ProductKind::Pack => ProductKey::Pack(order.product.clone()),
    }
}
