//! Monthly allowance. Each account gets its plan's tokens once a calendar month (UTC).

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::Account;
use crate::store::billing::allowance::{AllowanceTable, PayAllowance, PayAllowances};

/// Accounts paid in one write. Small, because other writes wait for it.
const ACCOUNTS_PER_WRITE: i64 = 100;

const DAY_SECS: i64 = 86_400;

/// Result of one payment run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remaining {
    /// More accounts may have to be paid.
    Maybe,
    /// Every account has this month's allowance.
    No,
}

impl Domain {
    /// Pays this month's allowance to some of the accounts that lack it. Late, concurrent and interrupted runs never
    /// pay an account twice.
    pub async fn pay_allowances(&self) -> Result<Remaining> {
        let outcome = self
            .inner
            .store
            .write(PayAllowances { allowances: self.allowance_table(), limit: ACCOUNTS_PER_WRITE })
            .await?;
        if !outcome.paid.is_empty() {
            tracing::info!(accounts = outcome.paid.len(), month = self.now().month(), "monthly allowance: paid");
        }
        for account in outcome.paid {
            self.balance_changed(account);
        }
        Ok(if outcome.seen < usize::try_from(ACCOUNTS_PER_WRITE).unwrap_or(usize::MAX) {
            Remaining::No
        } else {
            Remaining::Maybe
        })
    }

    /// Returns the seconds until the next calendar month (UTC).
    #[must_use]
    pub fn seconds_to_next_month(&self) -> i64 {
        let now = self.now();
        let mut day = now.midnight().plus(DAY_SECS);
        while day.month() == now.month() {
            day = day.plus(DAY_SECS);
        }
        day.since(now)
    }

    /// Pays an allowance that is due to the account now, so that it counts in what is shown. If it cannot be paid, the
    /// account is returned as it is.
    pub(in crate::domain) async fn with_due_allowance(&self, account: Account) -> Account {
        if !account.lacks_allowance(self.now()) {
            return account;
        }
        let pay = PayAllowance { account: account.id, allowances: self.allowance_table() };
        match self.inner.store.write(pay).await {
            Ok(Some(paid)) => {
                if paid.token_balance != account.token_balance {
                    self.balance_changed(paid.id);
                }
                paid
            }
            Ok(None) => account,
            Err(error) => {
                tracing::warn!(account = %account.id, ?error, "monthly allowance: could not be paid now");
                account
            }
        }
    }

    /// Returns the present allowance of each plan.
    pub(in crate::domain) fn allowance_table(&self) -> AllowanceTable {
        AllowanceTable { plans: self.plans().clone(), now: self.now() }
    }
}
