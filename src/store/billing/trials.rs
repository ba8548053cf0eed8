//! Trials: a plan for some days, once per Telegram user.

use crate::model::accounts::account::{Account, AccountId, TelegramId};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent, PurchaseChange};
use crate::model::billing::timeline::PlanPeriod;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::billing::allowance::AllowanceTable;
use crate::store::billing::plan_periods;
use crate::store::{Result, Store, Tx, Write};

impl Store {
    /// True if a Telegram user had the trial, with any account.
    pub async fn had_trial(&self, person: TelegramId) -> Result<bool> {
        let sql = "select 1 = 1 from trial where telegram_id = $1";
        Ok(self.db.first::<(bool,)>(sql, &[&person]).await?.is_some())
    }
}

/// Starts a trial, once per Telegram user.
#[derive(Clone, Debug)]
pub struct StartTrial {
    /// The account concerned.
    pub account: AccountId,
    /// Telegram user who asked for it.
    pub person: TelegramId,
    /// Plan and length.
    pub period: PlanPeriod,
    /// Title of the plan.
    pub title: String,
    /// Actor recorded in the account activity.
    pub by: ActivityActor,
    /// Plans with their allowances, and the current time.
    pub allowances: AllowanceTable,
}

/// Output: the account; `None` if the person had the trial before, or the account no longer exists.
impl Write for StartTrial {
    type Out = Option<Account>;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<Account>> {
        let Self { account, person, period, title, by, allowances } = self.clone();
        let Some(mut timeline) = plan_periods::lock(account, &allowances, tx).await? else { return Ok(None) };
        let sql = "insert into trial (telegram_id, account_id, started_at) values ($1, $2, $3)
                   on conflict (telegram_id) do nothing";
        if tx.run(sql, &[&person, &account, &allowances.now]).await? == 0 {
            return Ok(None);
        }
        timeline.add(period, &allowances.plans, allowances.now);
        let saved = plan_periods::save(account, &timeline, &allowances, tx).await?;
        let event = ActivityEvent::Purchase { change: PurchaseChange::TrialStarted, title, stars: 0 };
        activity::add(&[AddActivity { account, event, by, now: allowances.now }], tx).await?;
        Ok(Some(saved))
    }
}
