//! Plans that end: who is to be told of it.

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
/// How long before its end a plan's owner is first told, in days; and then once more, one day before.
const NOTICE_DAYS_BEFORE: i64 = 7;
/// How long after its end they are told that it has ended: the program may have been away. In days.
const NOTICE_DAYS_AFTER: i64 = 7;

/// Keeps the notices of plans that end within a week or a day, or have ended: of each step once.
#[derive(Clone, Debug)]
pub struct AddExpiryNotices {
    /// The plans.
    pub plans: Plans,
    /// Accounts behind this one.
    pub after: AccountId,
    /// How many accounts at most.
    pub limit: i64,
    /// When this is.
    pub now: Moment,
}

/// What a [`AddExpiryNotices`] did.
#[derive(Clone, Copy, Debug)]
pub struct ExpiryReport {
    /// How many are told something new.
    pub told: u64,
    /// The last account that was looked at; none when there are no more.
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
        let warnings: Vec<AddNotice> = ending.iter().filter_map(|one| self.warning(one)).collect();
        let told = notice_queue::keep(&warnings, tx).await?;
        Ok(ExpiryReport { told, last: ending.last().map(|one| one.id) })
    }
}

impl AddExpiryNotices {
    /// What the owner is told; nothing if nothing changes for them.
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
