//! Plan expiry: notices before and after the end of a plan.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::billing::plan::Plans;
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::engine::db::Values;
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::{Tx, Write};

const DAY_SECS: i64 = 86_400;
/// Days before the end at which the first notice is sent. A second one follows one day before.
const NOTICE_DAYS_BEFORE: i64 = 7;
/// Days after the end during which the notice of the expiry is still sent, in case of an outage.
const NOTICE_DAYS_AFTER: i64 = 7;

/// Adds notices for plans that end within a week or a day, or have ended: each step once. Not for a plan that Telegram
/// renews, or that another one follows.
#[derive(Clone, Debug)]
pub struct AddExpiryNotices {
    /// All configured plans.
    pub plans: Plans,
    /// Cursor: only accounts with a higher id.
    pub after: AccountId,
    /// Maximum number of accounts.
    pub limit: i64,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Result of an [`AddExpiryNotices`].
#[derive(Clone, Copy, Debug)]
pub struct ExpiryReport {
    /// Number of notices added.
    pub added: u64,
    /// Last account examined; `None` when none are left.
    pub last: Option<AccountId>,
}

#[derive(FromRow)]
struct EndingPlanRow {
    id: AccountId,
    plan: String,
    plan_until: Moment,
}

impl Write for AddExpiryNotices {
    type Out = ExpiryReport;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<ExpiryReport> {
        let sql = "select a.id, a.plan, a.plan_until from account a
                   where a.plan_until > $1 and a.plan_until <= $2 and a.id > $3 and a.banned_at is null
                     and not exists (select 1 from plan_period p where p.account_id = a.id)
                     and not exists (select 1 from subscription s
                                     where s.account_id = a.id and s.plan = a.plan and a.plan_stars > 0
                                       and s.state = 'active' and s.overdue_since is null)
                     and not exists (select 1 from notice n
                                     where n.idempotency_key = 'plan:' || a.id || ':' || a.plan_until ||
                                       case when a.plan_until <= $4 then ':ended'
                                            when a.plan_until <= $5 then ':1'
                                            else ':7' end)
                   order by a.id
                   limit $6";
        let (from, to, tomorrow) = (
            self.now.minus(NOTICE_DAYS_AFTER * DAY_SECS),
            self.now.plus(NOTICE_DAYS_BEFORE * DAY_SECS),
            self.now.plus(DAY_SECS),
        );
        let values: Values<'_> = &[&from, &to, &self.after, &self.now, &tomorrow, &self.limit];
        let ending: Vec<EndingPlanRow> = tx.all(sql, values).await?;
        let warnings: Vec<AddNotice> = ending.iter().filter_map(|row| self.warning(row)).collect();
        let added = notice_queue::add(&warnings, tx).await?;
        Ok(ExpiryReport { added, last: ending.last().map(|row| row.id) })
    }
}

impl AddExpiryNotices {
    /// Notice for the current step; `None` if the plan is unknown or the base plan.
    fn warning(&self, EndingPlanRow { id, plan, plan_until: until }: &EndingPlanRow) -> Option<AddNotice> {
        let base = self.plans.base();
        let plan = self.plans.get(plan).filter(|plan| plan.id != base.id)?.title.clone();
        let left = until.since(self.now);
        let days = (left + DAY_SECS - 1) / DAY_SECS;
        let (notice, step) = match left {
            i64::MIN..=0 => (Notice::PlanEnded { plan, base: base.title.clone() }, "ended"),
            1..=DAY_SECS => (Notice::PlanEnds { plan, days, day: until.day() }, "1"),
            _ => (Notice::PlanEnds { plan, days, day: until.day() }, "7"),
        };
        Some(AddNotice {
            account: *id,
            notice,
            idempotency_key: format!("plan:{id}:{}:{step}", until.0),
            now: self.now,
        })
    }
}
