//! Monthly allowance. Each account gets its plan's tokens once a calendar month (UTC).

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::store::billing::allowance::{AllowanceTable, PayAllowances};

/// Accounts paid in one write. Small, because other writes wait for it.
const ACCOUNTS_PER_WRITE: i64 = 100;

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

    /// Returns the present allowance of each plan.
    pub(in crate::domain) fn allowance_table(&self) -> AllowanceTable {
        AllowanceTable { plans: self.plans().clone(), now: self.now() }
    }
}
