//! Offers: what an account may buy now.

use crate::domain::Domain;
use crate::domain::error::{PurchaseError, Result};
use crate::model::accounts::account::Account;
use crate::model::billing::plan::Plan;
use crate::model::billing::product::Product;
use crate::model::billing::purchase::{Subscription, SubscriptionState};
use crate::model::billing::timeline::PlanTimeline;

/// Product as offered to an account.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The product.
    pub product: Product,
    /// Reason why it cannot be bought now; `None` if it can.
    pub refusal: Option<PurchaseError>,
    /// Time in seconds that is added for what is left of a lower paid plan.
    pub credit_secs: i64,
}

/// Plans and subscription of an account, which decide what it may buy.
#[derive(Clone, Debug)]
pub(super) struct Holdings {
    timeline: PlanTimeline,
    subscription: Option<Subscription>,
}

impl Domain {
    /// True if anything is sold. Otherwise every text names the support contact instead of a price.
    #[must_use]
    pub fn are_products_sold(&self) -> bool {
        self.plans().are_sold()
    }

    /// Returns every product that is sold, in the order of the plans file, as offered to an account.
    pub async fn offers(&self, account: &Account) -> Result<Vec<Offer>> {
        let holdings = self.holdings(account).await?;
        Ok(self.plans().products().map(|product| self.offer(product, &holdings)).collect())
    }

    pub(super) async fn holdings(&self, account: &Account) -> Result<Holdings> {
        let timeline = self.plan_timeline(account.id).await?;
        Ok(Holdings { timeline, subscription: self.inner.store.subscription(account.id).await? })
    }

    pub(super) fn offer(&self, product: Product, holdings: &Holdings) -> Offer {
        let (refusal, credit_secs) = match &product {
            Product::Pack(_) => (None, 0),
            Product::Plan(plan) => match self.refusal_of_plan(plan, holdings) {
                Some(refusal) => (Some(refusal), 0),
                None => (None, self.credit(plan, &holdings.timeline)),
            },
        };
        Offer { product, refusal, credit_secs }
    }

    /// Reason why a plan cannot be bought: a better plan is in effect, this one has no end, or Telegram renews it.
    fn refusal_of_plan(&self, plan: &Plan, holdings: &Holdings) -> Option<PurchaseError> {
        let is_renewing = |subscription: &Subscription| {
            subscription.plan == plan.id
                && subscription.state == SubscriptionState::Active
                && subscription.overdue_since.is_none()
        };
        if holdings.subscription.as_ref().is_some_and(is_renewing) {
            return Some(PurchaseError::AlreadySubscribed);
        }
        let running = holdings.timeline.running()?;
        let (bought, present) = (self.plans().place(&plan.id), self.plans().place(&running.plan));
        let is_endless = running.until.is_none() && bought == present;
        (bought < present || is_endless).then_some(PurchaseError::BetterPlan)
    }

    fn credit(&self, plan: &Plan, timeline: &PlanTimeline) -> i64 {
        timeline.clone().take_credit(&plan.id, i64::from(plan.stars), self.plans(), self.now())
    }
}
