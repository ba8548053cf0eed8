//! Refunds by admins. Recorded and queued first, so that Telegram takes each one sooner or later.

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, AdminAct, AdminSource};
use crate::domain::billing::purchases::to_its_end;
use crate::domain::error::{PurchaseError, Result};
use crate::model::billing::purchase::{PaymentChargeId, Purchase, PurchaseId, PurchaseState};
use crate::store::billing::purchases::refunds::RequestRefund;
use crate::store::billing::purchases::requests::RequestMaker;

/// Progress of a refund.
#[derive(Clone, Debug)]
pub enum RefundStatus {
    /// Telegram gave the Stars back.
    Refunded(Purchase),
    /// Telegram has not taken the call yet; it is repeated.
    Queued(Purchase),
}

impl Domain {
    /// Gives a purchase back. At the command line, which has no bot, the running service does it.
    pub async fn refund(&self, admin: &Admin, charge: &PaymentChargeId) -> Result<RefundStatus> {
        let purchase = self.purchase(admin, charge).await?;
        let is_caller = admin.source() != AdminSource::CommandLine && self.inner.telegram.is_some();
        let maker = if is_caller { RequestMaker::Caller } else { RequestMaker::Job };
        let (admin_id, allowances) = (admin.who(), self.allowance_table());
        let request = RequestRefund { charge: charge.clone(), admin: admin_id, maker, allowances };
        let Some(request) = self.inner.store.write(request).await? else {
            return Err(PurchaseError::AlreadyRefunded.into());
        };
        tracing::info!(%charge, by = ?admin.who(), "refund: requested");
        if is_caller && purchase.state == PurchaseState::Paid {
            let domain = self.clone();
            to_its_end(async move { domain.make_payment_request(&request).await }).await?;
        }
        let purchase = self.purchase(admin, charge).await?;
        Ok(match purchase.state {
            PurchaseState::Refunded => RefundStatus::Refunded(purchase),
            PurchaseState::Paid => RefundStatus::Queued(purchase),
        })
    }

    /// Returns the purchase of a payment.
    pub async fn purchase(&self, admin: &Admin, charge: &PaymentChargeId) -> Result<Purchase> {
        admin.require(AdminAct::Refunds)?;
        let purchase = self.inner.store.purchase(charge).await?;
        Ok(purchase.ok_or(PurchaseError::PurchaseNotFound)?)
    }

    /// Returns a purchase by its number.
    pub async fn purchase_by_id(&self, admin: &Admin, id: PurchaseId) -> Result<Purchase> {
        admin.require(AdminAct::Refunds)?;
        let purchase = self.inner.store.purchase_by_id(id).await?;
        Ok(purchase.ok_or(PurchaseError::PurchaseNotFound)?)
    }
}
