//! Plan turns: what follows when a plan ends. A plan that waits takes effect; a subscription whose renewal is late gets
//! days of grace.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::billing::purchase::GRACE_DAYS;
use crate::model::time::Moment;
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::billing::allowance::AllowanceTable;
use crate::store::billing::plan_periods;
use crate::store::{Result, Store, Tx, Write};

const DAY_SECS: i64 = 86_400;
/// Time before the end of a plan at which its turn may be made, in seconds. Nobody falls to the base plan in between,
/// however late the job is.
pub const TURN_AHEAD_SECS: i64 = 60;

impl Store {
    /// Returns accounts whose plan turns soon, at most `limit`, in order of id.
    pub async fn due_plan_turns(&self, now: Moment, limit: i64) -> Result<Vec<AccountId>> {
        let sql = "select id from account where plan_turn_at <= $1 order by plan_turn_at limit $2";
        let mut due: Vec<(AccountId,)> = self.db.all(sql, &[&now.plus(TURN_AHEAD_SECS), &limit]).await?;
        due.sort_unstable();
        Ok(due.into_iter().map(|(id,)| id).collect())
    }
}

/// Makes the turn of a plan that ends: grace, the next plan, or nothing.
#[derive(Clone, Debug)]
pub struct TurnPlan {
    /// The account concerned.
    pub account: AccountId,
    /// Plans with their allowances, and the current time.
    pub allowances: AllowanceTable,
}

#[derive(FromRow)]
struct EndingPlan {
    plan: String,
    plan_stars: i64,
    plan_until: Option<Moment>,
}

/// Output: true if the plan had to turn.
impl Write for TurnPlan {
    type Out = bool;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Self { account, allowances } = self;
        // Another instance, or a payment in the meantime, moves the turn.
        let sql = "update account set plan = plan where id = $1 and plan_turn_at <= $2 and deleted_at is null
                   returning plan, plan_stars, plan_until";
        let soon = allowances.now.plus(TURN_AHEAD_SECS);
        let Some(ending) = tx.first::<EndingPlan>(sql, &[account, &soon]).await? else { return Ok(false) };
        let until = ending.plan_until.unwrap_or(allowances.now);
        if ending.plan_stars > 0 && self.give_grace(&ending.plan, until, tx).await? {
            return Ok(true);
        }
        if ending.plan_stars > 0 {
            let sql =
                "update subscription set state = 'ended' where account_id = $1 and plan = $2 and state <> 'ended'";
            tx.run(sql, &[account, &ending.plan]).await?;
        }
        // The turn is made at the end of the plan, even if the job is early.
        let at_end = AllowanceTable { now: until.max(allowances.now), ..allowances.clone() };
        let timeline = plan_periods::lock(*account, &at_end, tx).await?;
        match timeline.filter(|timeline| timeline.running().is_some()) {
            Some(timeline) => plan_periods::save(*account, &timeline, allowances, tx).await.map(drop)?,
            None => {
                tx.run("update account set plan_turn_at = null where id = $1", &[account]).await?;
            }
        }
        Ok(true)
    }
}

impl TurnPlan {
    /// Lets a plan continue if Telegram may still renew it. Each missed renewal has its days once.
    async fn give_grace(&self, plan: &str, until: Moment, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update subscription set overdue_since = $3
                   where account_id = $1 and plan = $2 and state in ('active', 'failed') and overdue_since is null";
        if tx.run(sql, &[&self.account, &plan, &until]).await? == 0 {
            return Ok(false);
        }
        let end = until.plus(GRACE_DAYS * DAY_SECS);
        let sql = "update account set plan_until = $2, plan_turn_at = $2 where id = $1";
        tx.run(sql, &[&self.account, &end]).await?;
        record_change(tx, self.account, self.allowances.now).await?;
        Ok(true)
    }
}
