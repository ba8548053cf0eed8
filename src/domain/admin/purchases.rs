//! Purchases of other people, as admins refer to them: by number, because a charge id does not fit a button.

use crate::domain::Domain;
use crate::domain::admin::access::Admin;
use crate::domain::error::{PurchaseError, Refusal, Result};
use crate::model::billing::purchase::{Purchase, PurchaseId};

impl Domain {
    /// Returns the purchase with this number.
    pub async fn purchase_by_id(&self, _admin: &Admin, id: PurchaseId) -> Result<Purchase> {
        let before = PurchaseId(id.0.saturating_add(1));
        let newest = self.inner.store.all_purchases(Some(before), 1).await?.into_iter().next();
        let purchase = newest.filter(|purchase| purchase.id == id);
        Ok(purchase.ok_or(Refusal::Purchase(PurchaseError::PurchaseNotFound))?)
    }
}
