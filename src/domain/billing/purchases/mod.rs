//! Purchases in Telegram Stars.
//!
//! - `offers` lists what an account may buy; `orders` creates invoices.
//! - `checkout` answers the question before a payment; `payments` delivers what was paid.
//! - `subscriptions` ends and resumes renewals; `refunds` gives payments back.
//! - `requests` repeats calls until Telegram accepts them; `reconciliation` finds payments that were not reported.
//! - `listing` returns purchases.

pub mod checkout;
pub mod listing;
pub mod offers;
pub mod orders;
pub mod payments;
mod reconciliation;
pub mod refunds;
mod requests;
mod subscriptions;

use crate::domain::Domain;
use crate::domain::error::{Error, Fault, PurchaseError, Result};
use crate::gateway::telegram::{Telegram, TelegramError};

impl Domain {
    /// Returns the client of the Bot API.
    fn telegram(&self) -> Result<&Telegram> {
        Ok(self.inner.telegram.as_ref().ok_or(PurchaseError::TelegramUnavailable)?)
    }
}

/// Runs work to its end even if the caller hangs up: Telegram has agreed by then, so its result must be stored.
async fn to_its_end<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    tokio::spawn(work).await.map_err(|_| Error::Failed(Fault::new("a task of a payment panicked")))?
}

/// Refusal for a call that Telegram did not take.
fn telegram_refusal(call: &'static str, error: &TelegramError) -> Error {
    tracing::warn!(call, %error, "payment: call to Telegram failed");
    match error {
        TelegramError::Refused(_) | TelegramError::Unreachable(_) | TelegramError::Gone | TelegramError::Unchanged => {
            PurchaseError::TelegramRefused.into()
        }
        _ => PurchaseError::TelegramUnavailable.into(),
    }
}
