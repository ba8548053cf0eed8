//! Plans that end: their people are told before and after. The fall to the base plan itself needs nobody: an ended plan does
//! not count any more.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::AccountId;
use crate::store::billing::plan_expiry::AddExpiryNotices;

/// Accounts that are looked at in one write: other writes wait for it, so it is short.
const ACCOUNTS_PER_WRITE: i64 = 200;

impl Domain {
    /// Stores what there is to tell of plans that end; says of how many. As often as one likes: each step is told once.
    pub async fn add_expiry_notices(&self) -> Result<u64> {
        let (mut after, mut told) = (AccountId(0), 0);
        loop {
            let (plans, now) = (self.plans().clone(), self.now());
            let some =
                self.inner.store.write(AddExpiryNotices { plans, after, limit: ACCOUNTS_PER_WRITE, now }).await?;
            told += some.told;
            let Some(last) = some.last else { break };
            after = last;
        }
        if told > 0 {
            self.inner.notices.notify_one();
        }
        Ok(told)
    }
}
