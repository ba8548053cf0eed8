//! Reconciliation: Telegram's list of transactions is compared with our purchases. It finds payments whose message was
//! lost, and refunds that Telegram made itself.

use crate::domain::Domain;
use crate::domain::billing::purchases::payments::PaymentOutcome;
use crate::domain::error::Result;
use crate::gateway::telegram::StarTransaction;
use crate::model::accounts::account::TelegramId;
use crate::model::billing::purchase::{Payment, PaymentChargeId, STARS_CURRENCY};
use crate::model::time::Moment;
use crate::store::billing::purchases::reconciliation::{
    AdvanceReconciliation, ClaimReconciliation, ReleaseReconciliation,
};

/// Transactions of one page; Telegram's maximum.
const PAGE: usize = 100;
/// Transactions before the stored offset that are compared again: the last ones may have been in flight.
const OVERLAP: i64 = 50;
/// Pages of one run. The rest waits for the next one.
const MAX_PAGES: usize = 1000;

impl Domain {
    /// Compares the transactions since the last run, unless one began within `interval_secs`. Returns the number of
    /// payments and refunds that were not known.
    pub async fn reconcile_payments(&self, interval_secs: i64) -> Result<usize> {
        let Some(telegram) = self.inner.telegram.as_ref() else { return Ok(0) };
        let now = self.now();
        let claim = ClaimReconciliation { since: now.minus(interval_secs), now };
        let Some(stored) = self.inner.store.write(claim).await? else { return Ok(0) };
        let (mut offset, mut found) = ((stored - OVERLAP).max(0), 0);
        for _ in 0..MAX_PAGES {
            let page = match telegram.star_transactions(offset, PAGE).await {
                Ok(page) => page,
                Err(error) => {
                    tracing::warn!(%error, "reconciliation: the transactions cannot be fetched, will be retried");
                    self.inner.store.write(ReleaseReconciliation).await?;
                    break;
                }
            };
            let is_last = page.len() < PAGE;
            offset += i64::try_from(page.len()).unwrap_or(0);
            for transaction in page {
                found += usize::from(self.compare_transaction(transaction).await?);
            }
            self.inner.store.write(AdvanceReconciliation { offset }).await?;
            if is_last {
                break;
            }
        }
        if found > 0 {
            tracing::warn!(found, "reconciliation: found transactions that were not reported");
        }
        Ok(found)
    }

    /// Records a transaction. Returns true if it was not known.
    async fn compare_transaction(&self, transaction: StarTransaction) -> Result<bool> {
        match transaction {
            StarTransaction::Paid { charge_id, user_id, payload, stars, date } => {
                let ids = PaymentChargeId::parse(&charge_id).zip(TelegramId::new(user_id));
                let Some((charge_id, payer)) = ids else { return Ok(false) };
                let payment = Payment {
                    charge_id,
                    payload,
                    payer,
                    currency: STARS_CURRENCY.to_owned(),
                    amount: stars,
                    paid_at: Moment(date),
                    period_until: None,
                    begins_subscription: false,
                };
                self.compare_payment(payment).await
            }
            StarTransaction::Refunded { charge_id } => match PaymentChargeId::parse(&charge_id) {
                Some(charge) => Ok(self.record_refund(&charge).await?.is_some()),
                None => Ok(false),
            },
            StarTransaction::Other => Ok(false),
        }
    }

    async fn compare_payment(&self, payment: Payment) -> Result<bool> {
        if self.inner.store.purchase(&payment.charge_id).await?.is_some() {
            return Ok(false);
        }
        let outcome = self.record_payment(payment).await?;
        Ok(matches!(outcome, PaymentOutcome::Delivered(_) | PaymentOutcome::NotDelivered(_)))
    }
}
