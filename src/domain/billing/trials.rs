//! Trials: a plan for some days, free of charge, once per Telegram user.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{PurchaseError, Result};
use crate::domain::rate_limits::write_limits::WriteCost;
use crate::model::accounts::account::{Account, TelegramId};
use crate::model::billing::product::Trial;
use crate::model::billing::timeline::PlanPeriod;
use crate::store::billing::trials::StartTrial;

const DAY_SECS: i64 = 86_400;

impl Domain {
    /// Returns the trial that the caller may start now: once per Telegram user, and only for a better plan than the one
    /// in effect.
    pub async fn trial(&self, caller: &SignedIn) -> Result<Option<&Trial>> {
        let Some((trial, person)) = self.offered_trial(caller) else { return Ok(None) };
        Ok(if self.inner.store.had_trial(person).await? { None } else { Some(trial) })
    }

    /// Starts the trial of the caller.
    pub async fn start_trial(&self, caller: &SignedIn) -> Result<Account> {
        self.admit_chat_write(caller, WriteCost::Ordinary).await?;
        if self.plans().trial().is_none() {
            return Err(PurchaseError::TrialNotOffered.into());
        }
        if caller.identity.telegram_id().is_none() {
            return Err(PurchaseError::TelegramRequired.into());
        }
        let (trial, person) = self.offered_trial(caller).ok_or(PurchaseError::TrialUsed)?;
        let plan = self.plans().get(&trial.plan).ok_or(PurchaseError::TrialNotOffered)?;
        let (account, secs) = (caller.account.id, Some(i64::from(trial.days) * DAY_SECS));
        let period = PlanPeriod { plan: plan.id.clone(), stars: 0, secs };
        let (title, by, allowances) = (plan.title.clone(), caller.by(), self.allowance_table());
        let start = StartTrial { account, person, period, title, by, allowances };
        let started = self.write_and_invalidate(account, start).await?.ok_or(PurchaseError::TrialUsed)?;
        tracing::info!(%account, plan = trial.plan, "trial: started");
        Ok(started)
    }

    /// Returns the trial if it would improve the plan of a caller from Telegram.
    fn offered_trial(&self, caller: &SignedIn) -> Option<(&Trial, TelegramId)> {
        let trial = self.plans().trial()?;
        let place = |plan: &str| self.plans().place(plan);
        let is_better = place(&trial.plan) > place(&self.plan_of_account(&caller.account).id);
        caller.identity.telegram_id().filter(|_| is_better).map(|person| (trial, person))
    }
}
