//! Token ledger: the balance history of accounts.

use crate::model::accounts::account::AccountId;
use crate::model::billing::ledger::LedgerEntry;
use crate::store::{Result, Store};

impl Store {
    /// Returns up to `limit` ledger entries older than the entry `before`, newest first. Includes those of accounts
    /// merged into this one.
    pub async fn entries(&self, account: AccountId, before: Option<i64>, limit: i64) -> Result<Vec<LedgerEntry>> {
        let mut entries = self.entries_of(account, before, limit).await?;
        let merged: Vec<(AccountId,)> =
            self.db.all("select id from account where merged_into = $1", &[&account]).await?;
        for (part,) in merged {
            entries.extend(self.entries_of(part, before, limit).await?);
        }
        entries.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.id));
        entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(entries)
    }

    async fn entries_of(&self, account: AccountId, before: Option<i64>, limit: i64) -> Result<Vec<LedgerEntry>> {
        let sql = "select id, tokens, balance, reason, idempotency_key, key_id, created_at from ledger
                   where account_id = $1 and id < $2
                   order by id desc
                   limit $3";
        Ok(self.db.all(sql, &[&account, &before.unwrap_or(i64::MAX), &limit]).await?)
    }
}
