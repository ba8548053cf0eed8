//! The monthly allowance: what each account gets of its plan, once a calendar month (UTC).

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::store::billing::allowance::{AllowanceTable, PayAllowances};

/// How many accounts are paid in one write: other writes wait for it, so it is short.
const ACCOUNTS_PER_WRITE: i64 = 100;

/// Whether there may be more to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remaining {
    /// Ask again.
    Maybe,
    /// Everyone has this month's.
    No,
}

impl Domain {
    /// Pays this month's allowance to some of those who did not have it yet. Killed at any instant, done by several at once,
    /// or late: nobody is paid twice.
    pub async fn pay_allowances(&self) -> Result<Remaining> {
        let outcome =
            self.inner.store.write(PayAllowances { dues: self.allowance_table(), limit: ACCOUNTS_PER_WRITE }).await?;
        if !outcome.paid.is_empty() {
            tracing::info!(accounts = outcome.paid.len(), month = self.now().month(), "monthly tokens paid");
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

    /// What each plan gives now.
    pub(in crate::domain) fn allowance_table(&self) -> AllowanceTable {
        AllowanceTable { plans: self.plans().clone(), now: self.now() }
    }
}
