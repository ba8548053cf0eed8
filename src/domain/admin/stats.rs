//! Statistics for admins, and the summary of one account.

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, AdminAct, PersonRef};
use crate::domain::error::Result;
use crate::model::accounts::account::Account;
use crate::model::accounts::identity::Identity;
use crate::model::billing::purchase::Purchase;
use crate::model::session::{ABSOLUTE_LIFETIME_SECS, IDLE_LIFETIME_SECS};

pub use crate::store::admin::audit_log::AuditEntry;
pub use crate::store::admin::stats::{AccountTotals, StatsRow};

/// Latest audit log entries in a summary.
const AUDIT_LINES: i64 = 3;
/// Latest purchases in a summary.
const PURCHASE_LINES: i64 = 3;

/// Summary of an account for an admin.
#[derive(Clone, Debug)]
pub struct AccountSummary {
    /// Stored account.
    pub account: Account,
    /// Sign-in methods of the account.
    pub identities: Vec<Identity>,
    /// Totals of keys, sessions and usage.
    pub totals: AccountTotals,
    /// True if the person is an admin; admins cannot be banned.
    pub admin: bool,
    /// Latest admin actions on the account, latest first.
    pub audit_log: Vec<AuditEntry>,
    /// Latest purchases of the account, latest first.
    pub purchases: Vec<Purchase>,
}

/// Counts over all accounts.
#[derive(Clone, Debug)]
pub struct Stats {
    /// Totals, with what happened today.
    pub today: StatsRow,
    /// Totals, with what happened in the last 7 days, today included.
    pub week: StatsRow,
    /// Totals, with what happened in the last 30 days, today included.
    pub month: StatsRow,
    /// Title and number of accounts of each plan in use, in the order of the plans.
    pub plans: Vec<(String, i64)>,
}

impl Domain {
    /// Returns the summary of an account.
    pub async fn account_summary(&self, admin: &Admin, person: &PersonRef) -> Result<AccountSummary> {
        let account = self.find_person(admin, person).await?;
        let (store, now) = (&self.inner.store, self.now());
        let (begun, seen) = (now.minus(ABSOLUTE_LIFETIME_SECS), now.minus(IDLE_LIFETIME_SECS));
        Ok(AccountSummary {
            identities: store.identities(account.id).await?,
            totals: store.account_totals(account.id, begun, seen).await?,
            admin: self.is_admin(account.id).await?,
            audit_log: store.audit_of(account.id, AUDIT_LINES).await?,
            purchases: store.purchases(account.id, None, PURCHASE_LINES).await?,
            account,
        })
    }

    /// Returns the statistics. Days begin at midnight UTC.
    pub async fn stats(&self, admin: &Admin) -> Result<Stats> {
        admin.require(AdminAct::Stats)?;
        let now = self.now();
        let since = |days: i64| now.midnight().minus((days - 1) * 86_400);
        let today = self.inner.store.stats(since(1)).await?;
        let week = self.inner.store.stats(since(7)).await?;
        let month = self.inner.store.stats(since(30)).await?;
        let by_plan = self.inner.store.by_plan(&self.plans().base().id, now).await?;
        // A plan that is no longer configured counts as the base plan.
        let place = |id: &str| self.plans().place(id);
        let count = |of: u16| by_plan.iter().filter(|(id, _)| place(id) == of).map(|(_, count)| count).sum::<i64>();
        let plans = self.plans().iter().map(|plan| (plan.title.clone(), count(place(&plan.id))));
        Ok(Stats { today, week, month, plans: plans.filter(|(_, count)| *count > 0).collect() })
    }
}
