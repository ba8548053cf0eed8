//! Upgrades: where a larger plan comes from, and the products that lift a limit. A product that would not help is not
//! offered, and neither is one without a price.

use crate::domain::Domain;
use crate::domain::error::{PlanUpgrade, Refusal};
use crate::model::accounts::account::Account;
use crate::model::billing::plan::Plan;
use crate::model::billing::product::Product;

/// Limit of the present plan that a person has met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanNeed {
    /// API access.
    ApiAccess,
    /// More API keys.
    MoreKeys,
    /// More tokens.
    Tokens,
}

impl PlanNeed {
    /// True if `plan` goes beyond what the plan `own` includes.
    const fn is_met_by(self, plan: &Plan, own: &Plan) -> bool {
        match self {
            Self::ApiAccess => plan.api_access,
            Self::MoreKeys => plan.api_access && plan.keys > own.keys,
            Self::Tokens => plan.monthly_tokens > own.monthly_tokens,
        }
    }
}

impl Domain {
    /// Returns the way to a larger plan: the billing page if something is sold, else the contact.
    #[must_use]
    pub fn plan_upgrade(&self) -> PlanUpgrade {
        let page = format!("{}/web/billing", self.public_url());
        if self.are_products_sold() {
            return PlanUpgrade::Sold { page };
        }
        PlanUpgrade::Assigned { page, contact: self.support().map(ToString::to_string) }
    }

    /// Returns the refusal of a suspended account, with the contact.
    pub(in crate::domain) fn banned(&self) -> Refusal {
        Refusal::Banned { contact: self.support().map(ToString::to_string) }
    }

    /// Returns the products that lift a limit for this account: plans that go beyond it, and for tokens every pack.
    #[must_use]
    pub fn products_for(&self, account: &Account, need: PlanNeed) -> Vec<Product> {
        let own = self.plan_of_account(account);
        let helps = |product: &Product| match product {
            Product::Plan(plan) => need.is_met_by(plan, own),
            Product::Pack(_) => need == PlanNeed::Tokens,
        };
        self.plans().products().filter(helps).collect()
    }

    /// Returns true if a limit can be lifted for this account, by a purchase or by the operator. On the largest plan there
    /// is nobody to ask.
    #[must_use]
    pub fn may_be_lifted(&self, account: &Account, need: PlanNeed) -> bool {
        need == PlanNeed::Tokens || self.has_larger_plan(self.plan_of_account(account), need)
    }

    /// Returns true if some plan goes beyond `own`.
    pub(in crate::domain) fn has_larger_plan(&self, own: &Plan, need: PlanNeed) -> bool {
        self.plans().iter().any(|plan| need.is_met_by(plan, own))
    }
}
