//! What follows a change that keys depend on.

use crate::domain::Domain;
use crate::domain::api_keys::key_cache;
use crate::domain::error::{Error, Fault, Result};
use crate::model::accounts::account::AccountId;
use crate::store::Write;
use crate::telemetry;

/// Accounts that are read by one statement.
const READ_AT_ONCE: usize = 500;

impl Domain {
    /// Writes something that an account's keys depend on. When this returns, whatever came of it, this instance believes
    /// nothing it held of the account before; and when the caller goes away, that happens all the same.
    pub(in crate::domain) async fn change<W: Write>(&self, account: AccountId, work: W) -> Result<W::Out> {
        self.change_all(&[account], work).await
    }

    /// The same for something that the keys of several accounts depend on.
    pub(in crate::domain) async fn change_all<W: Write>(&self, accounts: &[AccountId], work: W) -> Result<W::Out> {
        let (domain, accounts) = (self.clone(), accounts.to_vec());
        let change = tokio::spawn(async move {
            let outcome = domain.parts.store.write(work).await;
            domain.parts.keyring.mark_all(&accounts);
            outcome
        });
        let outcome = change.await.map_err(|_| Error::Failed(Fault::new("a change panicked")))?;
        Ok(outcome?)
    }

    /// The balance of an account changed: gateways are told the new one soon.
    pub(in crate::domain) fn balance_changed(&self, account: AccountId) {
        self.parts.keyring.mark_balance(account);
    }

    /// Waits until something changed that is held.
    pub async fn until_changed(&self) {
        self.parts.keyring.bell.notified().await;
    }

    /// Reads again what changed.
    pub async fn read_changed(&self) -> Result<()> {
        let keyring = &self.parts.keyring;
        loop {
            let accounts = keyring.due_accounts(READ_AT_ONCE);
            if accounts.is_empty() {
                break;
            }
            let (ticket, now) = (keyring.ticket(), self.now());
            let rows = self.parts.store.holdings(&accounts, now.minus(key_cache::REMEMBERED)).await?;
            let mut rest = rows.as_slice();
            for account in accounts {
                let count = rest.iter().take_while(|row| row.account_id == account).count();
                let (of_account, others) = rest.split_at(count);
                keyring.apply(account, of_account, (self.plans(), ticket, now));
                rest = others;
            }
        }
        if keyring.is_too_full() {
            keyring.make_room(self.now());
        }
        telemetry::keys_held(keyring.len());
        let due = keyring.take_due_balances();
        let mut portions = due.chunks(READ_AT_ONCE);
        while let Some(accounts) = portions.next() {
            let ticket = keyring.ticket();
            match self.parts.store.balances(accounts).await {
                Ok(read) => read.into_iter().for_each(|(account, left)| keyring.apply_balance(account, left, ticket)),
                Err(fault) => {
                    let unread = accounts.iter().chain(portions.flatten());
                    unread.for_each(|account| keyring.mark_balance(*account));
                    return Err(fault.into());
                }
            }
        }
        Ok(())
    }
}
