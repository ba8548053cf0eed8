//! Plan expiry: notices before and after the end of a plan.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::billing::plan::Plans;
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::engine::db::{Values, list};
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::{Tx, Write};

const DAY_SECS: i64 = 86_400;
/// Days before the end at which the first notice is sent. A second one follows one day before.
const NOTICE_DAYS_BEFORE: i64 = 7;
/// Days after the end during which the notice of the expiry is still sent, in case of an outage.
const NOTICE_DAYS_AFTER: i64 = 7;

/// Adds notices for plans that end within a week or a day, or have ended: each step once. Not for a plan that Telegram
/// renews, or that continues because the same plan waits. After the end, a plan that waited has its turn without a
/// notice.
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

#[derive(FromRow)]
struct WaitingPlanRow {
    account_id: AccountId,
    plan: String,
}

impl Write for AddExpiryNotices {
    type Out = ExpiryReport;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<ExpiryReport> {
        let sql = "select a.id, a.plan, a.plan_until from account a
                   where a.plan_until > $1 and a.plan_until <= $2 and a.id > $3 and a.banned_at is null
                     and (a.plan_until > $4
                          or not exists (select 1 from plan_period p where p.account_id = a.id))
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
        let sql = "select account_id, plan from plan_period
                   where account_id in (select cast(value as bigint) from json_each($1))";
        let waiting: Vec<WaitingPlanRow> = tx.all(sql, &[&list(ending.iter().map(|row| row.id))?]).await?;
        let warnings: Vec<AddNotice> = ending.iter().filter_map(|row| self.warning(row, &waiting)).collect();
        let added = notice_queue::add(&warnings, tx).await?;
        Ok(ExpiryReport { added, last: ending.last().map(|row| row.id) })
    }
}

impl AddExpiryNotices {
    /// Notice for the current step; `None` if the plan is unknown or the base plan, or continues.
    fn warning(&self, ending: &EndingPlanRow, waiting: &[WaitingPlanRow]) -> Option<AddNotice> {
        let EndingPlanRow { id, plan, plan_until: until } = ending;
        let base = self.plans.base();
        let plan = self.plans.get(plan).filter(|plan| plan.id != base.id)?;
        let next = waiting.iter().filter(|row| row.account_id == *id).map(|row| self.plans.place(&row.plan)).max();
        let next = next.map(|place| self.plans.at(place)).filter(|next| next.id != base.id);
        if next.is_some_and(|next| next.id == plan.id) {
            return None;
        }
        let (plan, next) = (plan.title.clone(), next.map(|next| next.title.clone()));
        let left = until.since(self.now);
        let days = (left + DAY_SECS - 1) / DAY_SECS;
        let (notice, step) = match left {
            i64::MIN..=0 => (Notice::PlanEnded { plan, base: base.title.clone() }, "ended"),
            1..=DAY_SECS => (Notice::PlanEnds { plan, days, until: until.0, next }, "1"),
            _ => (Notice::PlanEnds { plan, days, until: until.0, next }, "7"),
        };
        Some(AddNotice {
            account: *id,
            notice,
            idempotency_key: format!("plan:{id}:{}:{step}", until.0),
            now: self.now,
        })
    }
}
