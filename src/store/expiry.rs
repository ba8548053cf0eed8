//! Plans that end: who is to be told of it.

use sqlx::FromRow;

use crate::model::account::AccountId;
use crate::model::notice::Notice;
use crate::model::plan::Plans;
use crate::model::time::Moment;
use crate::store::db::Values;
use crate::store::notices::{self, AddNotice};
use crate::store::{Tx, Write};

const DAY: i64 = 86_400;
/// How long before its end a plan's owner is first told, in days; and then once more, one day before.
const EARLY: i64 = 7;
/// How long after its end they are told that it has ended: the program may have been away. In days.
const LATE: i64 = 7;

/// Keeps the notices of plans that end within a week or a day, or have ended: of each step once.
#[derive(Clone, Debug)]
pub struct TellExpiry {
    /// The plans.
    pub plans: Plans,
    /// Accounts behind this one.
    pub after: AccountId,
    /// How many accounts at most.
    pub limit: i64,
    /// When this is.
    pub now: Moment,
}

/// What a [`TellExpiry`] did.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// How many are told something new.
    pub told: u64,
    /// The last account that was looked at; none when there are no more.
    pub last: Option<AccountId>,
}

#[derive(FromRow)]
struct Ending {
    id: AccountId,
    plan: String,
    plan_until: Moment,
}

impl Write for TellExpiry {
    type Out = Told;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Told> {
        let sql = "select a.id, a.plan, a.plan_until from account a
                   where a.plan_until > $1 and a.plan_until <= $2 and a.id > $3 and a.banned_at is null
                     and not exists (select 1 from notice n
                                     where n.idempotency_key = 'plan:' || a.id || ':' || a.plan_until ||
                                       case when a.plan_until <= $4 then ':ended'
                                            when a.plan_until <= $5 then ':1'
                                            else ':7' end)
                   order by a.id
                   limit $6";
        let (from, to, tomorrow) = (self.now.minus(LATE * DAY), self.now.plus(EARLY * DAY), self.now.plus(DAY));
        let values: Values<'_> = &[&from, &to, &self.after, &self.now, &tomorrow, &self.limit];
        let ending: Vec<Ending> = tx.all(sql, values).await?;
        let warnings: Vec<AddNotice> = ending.iter().filter_map(|one| self.warning(one)).collect();
        let told = notices::keep(&warnings, tx).await?;
        Ok(Told { told, last: ending.last().map(|one| one.id) })
    }
}

impl TellExpiry {
    /// What the owner is told; nothing if nothing changes for them.
    fn warning(&self, Ending { id, plan, plan_until: until }: &Ending) -> Option<AddNotice> {
        let base = self.plans.base();
        let plan = self.plans.get(plan).filter(|plan| plan.id != base.id)?.title.clone();
        let left = until.since(self.now);
        let days = (left + DAY - 1) / DAY;
        let (notice, step) = match left {
            i64::MIN..=0 => (Notice::PlanEnded { plan, base: base.title.clone() }, "ended"),
            1..=DAY => (Notice::PlanEnds { plan, days, day: until.day() }, "1"),
            _ => (Notice::PlanEnds { plan, days, day: until.day() }, "7"),
        };
        Some(AddNotice { account: *id, notice, once_key: format!("plan:{id}:{}:{step}", until.0), now: self.now })
    }
}
