//! Plan turns: the next plan follows one that ends, and a late renewal gets days of grace.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::AccountId;
use crate::model::billing::timeline::PlanTimeline;
use crate::store::billing::plan_turns::TurnPlan;

/// Maximum number of accounts examined together.
const ACCOUNTS_PER_PAGE: i64 = 100;
/// Pages of one run. The rest waits for the next one.
const MAX_PAGES: usize = 100;

impl Domain {
    /// Returns the plans of an account: the one in effect, and those that wait. An account that no longer exists has
    /// none.
    pub async fn plan_timeline(&self, account: AccountId) -> Result<PlanTimeline> {
        let timeline = self.inner.store.plan_timeline(account, &self.allowance_table()).await?;
        Ok(timeline.unwrap_or_default())
    }

    /// Makes the turn of every plan that ends now. Returns their number.
    pub async fn turn_plans(&self) -> Result<usize> {
        let mut turned = 0;
        for _ in 0..MAX_PAGES {
            let due = self.inner.store.due_plan_turns(self.now(), ACCOUNTS_PER_PAGE).await?;
            let mut progress = false;
            for account in due {
                let turn = TurnPlan { account, allowances: self.allowance_table() };
                progress |= self.write_and_invalidate(account, turn).await?;
                turned += 1;
            }
            if !progress {
                break;
            }
        }
        Ok(turned)
    }
}
