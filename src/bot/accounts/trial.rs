//! Trial in chat: a plan for some days, once per Telegram user.

use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::PurchaseError;
use crate::domain::{Domain, Error, Refusal};
use crate::messages::accounts::trial;
use crate::messages::accounts::trial::TrialOffer;
use crate::messages::localizer::Localizer;
use crate::model::accounts::account::Account;

/// Starts the trial. A double tap, or one that is handled again after a crash, shows the trial that runs.
pub(crate) async fn start(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let account = match domain.start_trial(&caller).await {
        Err(Error::Refused(Refusal::Purchase(PurchaseError::TrialUsed))) if is_running(&domain, caller.account()) => {
            caller.account().clone()
        }
        started => started?,
    };
    let (plan, base) = (domain.plan_of_account(&account), domain.plans().base());
    Ok(Reply::Show(trial::started(&localizer, plan, &account, base)))
}

/// True if the account is on the plan of the trial.
fn is_running(domain: &Domain, account: &Account) -> bool {
    domain.plans().trial().is_some_and(|trial| trial.plan == domain.plan_of_account(account).id)
}

/// Trial that the caller may start; `None` if there is none. A failure to look it up costs only the button.
pub(in crate::bot) async fn offer(domain: &Domain, caller: &SignedIn) -> Option<TrialOffer> {
    match domain.trial(caller).await {
        Ok(trial) => {
            let trial = trial?;
            Some(TrialOffer { plan: domain.plans().get(&trial.plan)?.title.clone(), days: trial.days })
        }
        Err(error) => {
            tracing::warn!(?error, "trial: not looked up, not offered");
            None
        }
    }
}
