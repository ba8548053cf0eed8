//! Plan periods: the plan in effect, stored with its account, and those that wait.

use serde_json::json;
use sqlx::FromRow;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::billing::timeline::{PlanPeriod, PlanTimeline, RunningPlan};
use crate::model::time::Moment;
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::billing::allowance::{AllowancePaid, AllowanceTable};
use crate::store::engine::db::{Values, list};
use crate::store::{Result, Store, Tx};

/// Plan of an account as stored, ended or not.
#[derive(Clone, Debug, FromRow)]
struct StoredPlan {
    plan: String,
    plan_stars: i64,
    plan_until: Option<Moment>,
}

#[derive(Clone, Debug, FromRow)]
struct WaitingRow {
    plan: String,
    stars: i64,
    secs: Option<i64>,
}

/// An account whose plans were stored, with the allowance paid to it before.
#[derive(FromRow)]
pub(in crate::store) struct SavedAccount {
    #[sqlx(flatten)]
    account: Account,
    #[sqlx(flatten)]
    paid: AllowancePaid,
}

fn timeline(stored: StoredPlan, waiting: Vec<WaitingRow>, allowances: &AllowanceTable) -> PlanTimeline {
    let running = RunningPlan { plan: stored.plan, stars: stored.plan_stars, until: stored.plan_until };
    let period = |WaitingRow { plan, stars, secs }| PlanPeriod { plan, stars, secs };
    PlanTimeline::new(running, waiting.into_iter().map(period).collect(), &allowances.plans, allowances.now)
}

impl Store {
    /// Returns the plans of an account; `None` if it no longer exists.
    pub async fn plan_timeline(&self, account: AccountId, allowances: &AllowanceTable) -> Result<Option<PlanTimeline>> {
        let sql = "select plan, plan_stars, plan_until from account where id = $1 and deleted_at is null";
        let Some(stored) = self.db.first(sql, &[&account]).await? else { return Ok(None) };
        let sql = "select plan, stars, secs from plan_period where account_id = $1 order by plan, is_paid";
        Ok(Some(timeline(stored, self.db.all(sql, &[&account]).await?, allowances)))
    }
}

/// Locks an account and reads its plans. Returns `None` if the account no longer exists.
pub(in crate::store) async fn lock(
    account: AccountId,
    allowances: &AllowanceTable,
    tx: &mut Tx,
) -> sqlx::Result<Option<PlanTimeline>> {
    let sql = "update account set plan = plan where id = $1 and deleted_at is null
               returning plan, plan_stars, plan_until";
    let Some(stored) = tx.first(sql, &[&account]).await? else { return Ok(None) };
    let sql = "select plan, stars, secs from plan_period where account_id = $1 order by plan, is_paid";
    Ok(Some(timeline(stored, tx.all(sql, &[&account]).await?, allowances)))
}

/// Stores the plans of a locked account, and pays the difference between this month's allowances.
pub(in crate::store) async fn save(
    account: AccountId,
    timeline: &PlanTimeline,
    allowances: &AllowanceTable,
    tx: &mut Tx,
) -> sqlx::Result<Account> {
    let SavedAccount { account: mut saved, paid } = write(account, timeline, allowances, tx).await?;
    allowances.pay(tx, &mut saved, &paid).await?;
    record_change(tx, account, allowances.now).await?;
    Ok(saved)
}

/// Stores the plans of a locked account, without an allowance.
pub(in crate::store) async fn write(
    account: AccountId,
    timeline: &PlanTimeline,
    allowances: &AllowanceTable,
    tx: &mut Tx,
) -> sqlx::Result<SavedAccount> {
    tx.run("delete from plan_period where account_id = $1", &[&account]).await?;
    if !timeline.waiting().is_empty() {
        let row = |period: &PlanPeriod| {
            let PlanPeriod { plan, stars, secs } = period;
            json!({"account": account, "plan": plan, "stars": stars, "secs": secs, "paid": i64::from(period.is_paid())})
        };
        let sql = "insert into plan_period (account_id, plan, is_paid, stars, secs)
                   select cast(value ->> 'account' as bigint), value ->> 'plan', cast(value ->> 'paid' as bigint) = 1,
                     cast(value ->> 'stars' as bigint), cast(value ->> 'secs' as bigint)
                   from json_each($1)";
        tx.run(sql, &[&list(timeline.waiting().iter().map(row))?]).await?;
    }
    let base = RunningPlan { plan: allowances.plans.base().id.clone(), stars: 0, until: None };
    let running = timeline.running().unwrap_or(&base);
    let turn_at = running.until.filter(|_| running.is_paid() || !timeline.waiting().is_empty());
    let sql = "update account set plan = $2, plan_stars = $3, plan_until = $4, plan_turn_at = $5 where id = $1
               returning id, name, language, plan, plan_until, token_balance, banned_at, created_at,
                 allowance_month, allowance_tokens";
    let values: Values<'_> = &[&account, &running.plan, &running.stars, &running.until, &turn_at];
    tx.one(sql, values).await
}
