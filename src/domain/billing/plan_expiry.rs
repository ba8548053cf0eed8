//! Notices before and after a plan expires. The fallback to the base plan needs no job: an expired plan no longer
//! counts.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::AccountId;
use crate::store::billing::plan_expiry::AddExpiryNotices;

/// Accounts examined in one write. Small, because other writes wait for it.
const ACCOUNTS_PER_WRITE: i64 = 200;

impl Domain {
    /// Stores the notices that are due and returns their number. Each step is notified once, however often this runs.
    pub async fn add_expiry_notices(&self) -> Result<u64> {
        let (mut after, mut notices) = (AccountId(0), 0);
        loop {
            let (plans, now) = (self.plans().clone(), self.now());
            let batch =
                self.inner.store.write(AddExpiryNotices { plans, after, limit: ACCOUNTS_PER_WRITE, now }).await?;
            notices += batch.added;
            let Some(last) = batch.last else { break };
            after = last;
        }
        if notices > 0 {
            self.inner.notices.notify_one();
        }
        Ok(notices)
    }
}
