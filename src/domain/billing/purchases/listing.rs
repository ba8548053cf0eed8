//! Lists of purchases.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::admin::access::{Admin, AdminAct};
use crate::domain::error::Result;
use crate::model::accounts::account::AccountId;
use crate::model::billing::purchase::{Purchase, PurchaseId};

/// Page of purchases, newest first.
#[derive(Clone, Debug)]
pub struct PurchasePage {
    /// Purchases of the page.
    pub purchases: Vec<Purchase>,
    /// True if older purchases exist.
    pub more: bool,
}

impl Domain {
    /// Returns a page of the caller's purchases: at most `limit`, older than `before` if given.
    pub async fn purchases(&self, caller: &SignedIn, before: Option<PurchaseId>, limit: usize) -> Result<PurchasePage> {
        self.page_of_account(caller.account.id, before, limit).await
    }

    /// Returns a page of the purchases of an account.
    pub async fn purchases_of(
        &self,
        admin: &Admin,
        account: AccountId,
        before: Option<PurchaseId>,
    ) -> Result<PurchasePage> {
        admin.require(AdminAct::Refunds)?;
        self.page_of_account(account, before, ADMIN_PAGE).await
    }

    /// Returns a page of everyone's purchases.
    pub async fn all_purchases(&self, admin: &Admin, before: Option<PurchaseId>) -> Result<PurchasePage> {
        admin.require(AdminAct::Refunds)?;
        let purchases = self.inner.store.all_purchases(before, one_more(ADMIN_PAGE)).await?;
        Ok(cut(purchases, ADMIN_PAGE))
    }

    async fn page_of_account(
        &self,
        account: AccountId,
        before: Option<PurchaseId>,
        limit: usize,
    ) -> Result<PurchasePage> {
        let purchases = self.inner.store.purchases(account, before, one_more(limit)).await?;
        Ok(cut(purchases, limit))
    }
}

/// Number of purchases on a page for admins.
const ADMIN_PAGE: usize = 100;

fn one_more(limit: usize) -> i64 {
    i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX)
}

fn cut(mut purchases: Vec<Purchase>, limit: usize) -> PurchasePage {
    let more = purchases.len() > limit;
    purchases.truncate(limit);
    PurchasePage { purchases, more }
}
