//! What admins may know of everybody, and of one person.

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, PersonRef};
use crate::domain::error::Result;
use crate::model::accounts::account::{Account, Identity};
use crate::model::session::{ABSOLUTE_LIFETIME_SECS, IDLE_LIFETIME_SECS};
use crate::model::time::Moment;

pub use crate::store::admin::admin_actions::AuditEntry;
pub use crate::store::admin::stats::{AccountTotals, StatsRow};

/// Lines of the audit trail that stand on a person's card.
const AUDIT_LINES: i64 = 3;

/// What there is to know of a person.
#[derive(Clone, Debug)]
pub struct AccountSummary {
    /// Their account.
    pub account: Account,
    /// How they sign in.
    pub identities: Vec<Identity>,
    /// What belongs to it.
    pub belongings: AccountTotals,
    /// Whether they are an admin, whom nobody can ban.
    pub admin: bool,
    /// What admins did to it last, the latest first.
    pub trail: Vec<AuditEntry>,
}

/// How many there are of everything.
#[derive(Clone, Debug)]
pub struct Stats {
    /// In all.
    pub census: StatsRow,
    /// The title of each plan that somebody has, and how many do, in the order of the plans.
    pub plans: Vec<(String, i64)>,
}

impl Domain {
    /// Shows a person to an admin.
    pub async fn account_summary(&self, admin: &Admin, person: &PersonRef) -> Result<AccountSummary> {
        let account = self.find_person(admin, person).await?;
        let (store, now) = (&self.inner.store, self.now());
        let since = (now.minus(ABSOLUTE_LIFETIME_SECS), now.minus(IDLE_LIFETIME_SECS));
        Ok(AccountSummary {
            identities: store.identities(account.id).await?,
            belongings: store.account_totals(account.id, since).await?,
            admin: self.is_admin(account.id).await?,
            trail: store.audit_of(account.id, AUDIT_LINES).await?,
            account,
        })
    }

    /// Counts everybody, for an admin. Today began at midnight, UTC.
    pub async fn stats(&self, _admin: &Admin) -> Result<Stats> {
        let now = self.now();
        let midnight = Moment(now.0 - now.0.rem_euclid(86_400));
        let census = self.inner.store.stats(midnight).await?;
        let given = self.inner.store.by_plan(&self.plans().base().id, now).await?;
        // A plan that is not in the file any more counts as the base plan.
        let place = |id: &str| self.plans().place(id);
        let count = |of: u16| given.iter().filter(|(id, _)| place(id) == of).map(|(_, count)| count).sum::<i64>();
        let plans = self.plans().iter().map(|plan| (plan.title.clone(), count(place(&plan.id))));
        Ok(Stats { census, plans: plans.filter(|(_, count)| *count > 0).collect() })
    }
}
