//! Payments. What Telegram reports as paid is delivered, once for each payment.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::TelegramId;
use crate::model::billing::purchase::{OrderId, Payment, PaymentChargeId, Purchase, Subscription, SubscriptionChange};
use crate::store::billing::purchases::payments::RecordPayment;
use crate::store::billing::purchases::refunds::RecordRefund;
use crate::store::billing::purchases::subscriptions::ChangeSubscription;
use crate::telemetry;

pub use crate::store::billing::purchases::payments::PaymentOutcome;

impl Domain {
    /// Records a payment and delivers what it bought. A repeated report has no effect.
    pub async fn record_payment(&self, payment: Payment) -> Result<PaymentOutcome> {
        let charge = payment.charge_id.clone();
        let record = RecordPayment { payment, allowances: self.allowance_table() };
        let outcome = self.inner.store.write(record).await?;
        let word = match &outcome {
            PaymentOutcome::Delivered(purchase) => {
                tracing::info!(%charge, account = %purchase.account_id, title = purchase.title, "payment: delivered");
                self.purchase_changed(purchase);
                "delivered"
            }
            PaymentOutcome::Known(_) => "known",
            PaymentOutcome::NotDelivered(purchase) => {
                let account = purchase.account_id;
                tracing::warn!(%charge, %account, "payment: cannot be delivered, will be given back");
                self.inner.payment_requests.notify_one();
                "not_delivered"
            }
            PaymentOutcome::Foreign => {
                tracing::warn!(%charge, "payment: not for an order of ours");
                "foreign"
            }
        };
        telemetry::metrics::payments_total(word);
        Ok(outcome)
    }

    /// Records a change of a subscription that Telegram reported.
    pub async fn record_subscription_change(
        &self,
        payload: &str,
        payer: TelegramId,
        change: SubscriptionChange,
    ) -> Result<Option<Subscription>> {
        let Some(order) = OrderId::parse(payload) else { return Ok(None) };
        let changed = self.inner.store.write(ChangeSubscription { order, payer, change, now: self.now() }).await?;
        if let Some(subscription) = &changed {
            let account = subscription.account_id;
            tracing::info!(%account, ?change, "subscription: changed in Telegram");
            self.inner.notices.notify_one();
        }
        Ok(changed)
    }

    /// Spreads that the plan or balance of a purchase has changed, and that there is a notice and perhaps a call to make.
    pub(super) fn purchase_changed(&self, purchase: &Purchase) {
        self.inner.key_cache.mark_all_stale(&[purchase.account_id]);
        self.inner.notices.notify_one();
        self.inner.payment_requests.notify_one();
    }

    /// Records that Telegram gave a payment back, by our call or its own decision. Once.
    pub async fn record_refund(&self, charge: &PaymentChargeId) -> Result<Option<Purchase>> {
        let refund = RecordRefund { charge: charge.clone(), allowances: self.allowance_table() };
        let refunded = self.inner.store.write(refund).await?;
        if let Some(purchase) = &refunded {
            tracing::info!(%charge, account = %purchase.account_id, title = purchase.title, "refund: recorded");
            telemetry::metrics::payment_refunds_total();
            self.purchase_changed(purchase);
        }
        Ok(refunded)
    }
}
