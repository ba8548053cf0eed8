//! Invalidation and refresh of the key cache after a change.

use crate::domain::Domain;
use crate::domain::api_keys::key_cache;
use crate::domain::api_keys::key_cache::ReadAt;
use crate::domain::error::{Error, Fault, Result};
use crate::model::accounts::account::AccountId;
use crate::store::Write;
use crate::telemetry;

/// Accounts read by one statement.
const ACCOUNTS_PER_READ: usize = 500;

impl Domain {
    /// Writes a change that the keys of an account depend on. On return, successful or not, the cached state of the
    /// account is invalid on this instance. The write and the invalidation complete even if the caller is cancelled.
    pub(in crate::domain) async fn write_and_invalidate<W: Write>(
        &self,
        account: AccountId,
        work: W,
    ) -> Result<W::Out> {
        self.write_and_invalidate_all(&[account], work).await
    }

    /// Like [`Self::write_and_invalidate`], for a change that the keys of several accounts depend on.
    pub(in crate::domain) async fn write_and_invalidate_all<W: Write>(
        &self,
        accounts: &[AccountId],
        work: W,
    ) -> Result<W::Out> {
        let (domain, accounts) = (self.clone(), accounts.to_vec());
        let change = tokio::spawn(async move {
            let outcome = domain.inner.store.write(work).await;
            domain.inner.key_cache.mark_all_stale(&accounts);
            outcome
        });
        let outcome =
            change.await.map_err(|_| Error::Failed(Fault::new("a write that affects the key cache panicked")))?;
        Ok(outcome?)
    }

    /// Marks the cached balance of an account as stale. Gateways see the new balance after the next refresh.
    pub(in crate::domain) fn balance_changed(&self, account: AccountId) {
        self.inner.key_cache.mark_balance_stale(account);
    }

    /// Waits until cached data becomes stale.
    pub async fn wait_for_invalidation(&self) {
        self.inner.key_cache.stale_signal.notified().await;
    }

    /// Reads stale accounts and balances again.
    pub async fn refresh_cache(&self) -> Result<()> {
        let key_cache = &self.inner.key_cache;
        loop {
            let accounts = key_cache.take_stale_accounts(ACCOUNTS_PER_READ);
            if accounts.is_empty() {
                break;
            }
            let (stamp, now) = (key_cache.stamp(), self.now());
            let rows = self.inner.store.cache_rows(&accounts, now.minus(key_cache::ENDED_KEY_MEMORY_SECS)).await?;
            let mut rest = rows.as_slice();
            for account in accounts {
                let count = rest.iter().take_while(|row| row.account_id == account).count();
                let (of_account, others) = rest.split_at(count);
                key_cache.apply(account, of_account, ReadAt { plans: self.plans(), stamp, now });
                rest = others;
            }
        }
        if key_cache.is_too_full() {
            key_cache.make_room(self.now());
        }
        telemetry::metrics::key_cache_entries(key_cache.len());
        let due = key_cache.take_stale_balances();
        let mut portions = due.chunks(ACCOUNTS_PER_READ);
        while let Some(accounts) = portions.next() {
            let stamp = key_cache.stamp();
            match self.inner.store.balances(accounts).await {
                Ok(read) => read.into_iter().for_each(|(account, left)| key_cache.apply_balance(account, left, stamp)),
                Err(fault) => {
                    let unread = accounts.iter().chain(portions.flatten());
                    unread.for_each(|account| key_cache.mark_balance_stale(*account));
                    return Err(fault.into());
                }
            }
        }
        Ok(())
    }
}
