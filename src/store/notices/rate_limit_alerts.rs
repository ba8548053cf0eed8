//! Accounts whose requests were refused in great numbers.

use crate::model::accounts::account::AccountId;
use crate::model::notices::notice::{Category, Notice};
use crate::model::time::Moment;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::{Tx, Write};

/// For how long nobody is told again, in seconds.
const ALERT_INTERVAL_SECS: i64 = 3600;

/// Keeps the notice of a storm, unless its owner was told of one within the hour by whichever instance.
#[derive(Clone, Debug)]
pub struct AddRateLimitAlert {
    /// Whose requests.
    pub account: AccountId,
    /// How many were refused within a minute, at least.
    pub count: i64,
    /// How many requests a minute the plan has.
    pub limit: i64,
    /// When this is.
    pub now: Moment,
}

/// Whether they are told.
impl Write for AddRateLimitAlert {
    type Out = bool;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "select 1 = 1 from notice where account_id = $1 and category = $2 and created_at > $3 limit 1";
        let (category, since) = (Category::Limit.as_str(), self.now.minus(ALERT_INTERVAL_SECS));
        if tx.first::<(bool,)>(sql, &[&self.account, &category, &since]).await?.is_some() {
            return Ok(false);
        }
        let notice = Notice::Refusals { count: self.count, limit: self.limit };
        // The hour: two instances that meet the same storm say it once.
        let idempotency_key = format!("rate_limited:{}:{}", self.account, self.now.0.div_euclid(ALERT_INTERVAL_SECS));
        AddNotice { account: self.account, notice, idempotency_key, now: self.now }.run(tx).await
    }
}
