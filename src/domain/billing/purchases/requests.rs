//! Calls about payments that Telegram has to take: refunds, and ends of subscriptions that another one replaced.

use std::time::Duration;

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::gateway::telegram::{Renewal, TelegramError};
use crate::store::billing::purchases::requests::{
    DropPaymentRequest, PaymentRequest, PaymentRequestKind, PostponePaymentRequest,
};

/// Maximum number of requests leased together.
const BATCH: i64 = 20;
/// First wait before a request is repeated, in seconds. Each further one is twice as long.
const FIRST_WAIT_SECS: i64 = 15;
/// Longest wait, in seconds.
const MAX_WAIT_SECS: i64 = 3600;
/// Interval at which an instance checks the queue unprompted.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

impl Domain {
    /// Returns when there may be calls to make.
    pub async fn wait_for_payment_requests(&self) {
        let _ = tokio::time::timeout(POLL_INTERVAL, self.inner.payment_requests.notified()).await;
    }

    /// Makes the calls that are due.
    pub async fn make_payment_requests(&self) -> Result<()> {
        if self.inner.telegram.is_none() {
            return Ok(());
        }
        loop {
            let requests = self.inner.store.lease_payment_requests(BATCH, self.now()).await?;
            if requests.is_empty() {
                return Ok(());
            }
            for request in requests {
                self.make_payment_request(&request).await?;
            }
        }
    }

    pub(super) async fn make_payment_request(&self, request: &PaymentRequest) -> Result<()> {
        let telegram = self.telegram()?;
        let (user, charge) = (request.telegram_id.get(), request.charge_id.as_str());
        let outcome = match request.kind {
            PaymentRequestKind::Refund => telegram.refund_payment(user, charge).await,
            PaymentRequestKind::Cancel => telegram.set_renewal(user, charge, Renewal::Off).await,
        };
        match (outcome, request.kind) {
            (Ok(()), PaymentRequestKind::Refund) => self.record_refund(&request.charge_id).await.map(drop),
            (Ok(()), PaymentRequestKind::Cancel) => self.drop_payment_request(request).await,
            (Err(error @ TelegramError::Refused(_)), kind) => {
                // It would fail every time.
                tracing::error!(charge, ?kind, %error, "payment request: refused by Telegram, abandoned");
                self.drop_payment_request(request).await
            }
            (Err(error), kind) => {
                tracing::warn!(charge, ?kind, %error, "payment request: failed, will be repeated");
                let due_at = self.now().plus(wait_secs(request.attempts));
                let later = PostponePaymentRequest { id: request.id, attempt: request.attempts, due_at };
                Ok(self.inner.store.write(later).await?)
            }
        }
    }

    async fn drop_payment_request(&self, request: &PaymentRequest) -> Result<()> {
        Ok(self.inner.store.write(DropPaymentRequest { id: request.id }).await?)
    }
}

/// Seconds until the next attempt.
fn wait_secs(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(1, 10) - 1).unwrap_or(0);
    (FIRST_WAIT_SECS << doublings).min(MAX_WAIT_SECS)
}

#[cfg(test)]
mod tests {
    use super::wait_secs;

    #[test]
    fn each_wait_is_longer_up_to_an_hour() {
        assert_eq!([1, 2, 3, 9, 100].map(wait_secs), [15, 30, 60, 3600, 3600]);
    }
}
