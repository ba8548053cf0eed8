//! Lists of purchases.

use crate::domain::accounts::profile::SignedIn;
use crate::domain::admin::access::{Admin, AdminAct};
use crate::domain::error::Result;
use crate::domain::{Domain, ListPage};
use crate::model::accounts::account::AccountId;
use crate::model::billing::purchase::{Purchase, PurchaseId};
use crate::store::list_page::rows_for;

/// Number of purchases on a page for admins.
const ADMIN_PAGE: usize = 100;

impl Domain {
    /// Returns a page of the caller's purchases, newest first: at most `limit`, older than `before` if given.
    pub async fn purchases(
        &self,
        caller: &SignedIn,
        before: Option<PurchaseId>,
        limit: usize,
    ) -> Result<ListPage<Purchase>> {
        self.page_of_account(caller.account.id, before, limit).await
    }

    /// Returns a page of the purchases of an account, newest first.
    pub async fn purchases_of(
        &self,
        admin: &Admin,
        account: AccountId,
        before: Option<PurchaseId>,
    ) -> Result<ListPage<Purchase>> {
        admin.require(AdminAct::Refunds)?;
        self.page_of_account(account, before, ADMIN_PAGE).await
    }

    /// Returns a page of everyone's purchases, newest first.
    pub async fn all_purchases(&self, admin: &Admin, before: Option<PurchaseId>) -> Result<ListPage<Purchase>> {
        admin.require(AdminAct::Refunds)?;
        let purchases = self.inner.store.all_purchases(before, rows_for(ADMIN_PAGE)).await?;
        Ok(ListPage::cut(purchases, ADMIN_PAGE))
    }

    async fn page_of_account(
        &self,
        account: AccountId,
        before: Option<PurchaseId>,
        limit: usize,
    ) -> Result<ListPage<Purchase>> {
        let purchases = self.inner.store.purchases(account, before, rows_for(limit)).await?;
        Ok(ListPage::cut(purchases, limit))
    }
}
