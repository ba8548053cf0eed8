//! Subscriptions: renewal ends, or may be resumed, once Telegram agreed.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::billing::purchases::{telegram_refusal, to_its_end};
use crate::domain::error::{PurchaseError, Result};
use crate::domain::rate_limits::write_limits::WriteCost;
use crate::gateway::telegram::Renewal;
use crate::model::accounts::account::AccountId;
use crate::model::billing::purchase::{Subscription, SubscriptionState};
use crate::store::billing::purchases::subscriptions::SetSubscriptionState;

impl Domain {
    /// Returns the present subscription of an account, cancelled or not; `None` if it has none or it is over.
    pub async fn subscription(&self, account: AccountId) -> Result<Option<Subscription>> {
        Ok(self.inner.store.subscription(account).await?)
    }

    /// Ends the renewal of the caller's subscription. The plan lasts until the end of the paid time.
    pub async fn cancel_subscription(&self, caller: &SignedIn) -> Result<Subscription> {
        self.admit_chat_write(caller, WriteCost::Ending).await?;
        let (domain, caller) = (self.clone(), caller.clone());
        to_its_end(async move { domain.set_renewal(&caller, Renewal::Off, SubscriptionState::Cancelled).await }).await
    }

    /// Lets the caller resume the renewal of their subscription. A bot cannot do it for them: they do it in Telegram's
    /// settings, which Telegram then reports.
    pub async fn resume_subscription(&self, caller: &SignedIn) -> Result<Subscription> {
        self.admit_chat_write(caller, WriteCost::Ordinary).await?;
        let (domain, caller) = (self.clone(), caller.clone());
        to_its_end(async move { domain.set_renewal(&caller, Renewal::Allowed, SubscriptionState::Resumable).await })
            .await
    }

    async fn set_renewal(&self, caller: &SignedIn, renewal: Renewal, state: SubscriptionState) -> Result<Subscription> {
        let present = self.subscription(caller.account.id).await?.ok_or(PurchaseError::NoSubscription)?;
        let (payer, charge) = (present.telegram_id.get(), present.charge_id.as_str());
        let agreed = self.telegram()?.set_renewal(payer, charge, renewal).await;
        agreed.map_err(|error| telegram_refusal("editUserStarSubscription", &error))?;
        let (order, by, now) = (present.order_id, caller.by(), self.now());
        let changed = self.inner.store.write(SetSubscriptionState { order, state, by, now }).await?;
        Ok(changed.ok_or(PurchaseError::NoSubscription)?)
    }
}
