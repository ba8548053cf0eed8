//! Rate-limit alerts: notices about many refused requests.

use crate::model::accounts::account::AccountId;
use crate::model::notices::category::Category;
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::{Tx, Write};

/// Minimum interval between two alerts of an account, in seconds.
const ALERT_INTERVAL_SECS: i64 = 3600;

/// Queues a rate-limit alert, unless the account got one from any instance within the hour.
#[derive(Clone, Debug)]
pub struct AddRateLimitAlert {
    /// The account whose requests were refused.
    pub account: AccountId,
    /// Lower bound of the requests refused within a minute.
    pub count: i64,
    /// Rate limit of the plan, in requests per minute.
    pub limit: i64,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: true if the alert was queued.
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
        let notice = Notice::RateLimited { count: self.count, limit: self.limit };
        // The key contains the hour: two instances that count the same refusals queue one alert.
        let idempotency_key = format!("rate_limited:{}:{}", self.account, self.now.0.div_euclid(ALERT_INTERVAL_SECS));
        AddNotice { account: self.account, notice, idempotency_key, now: self.now }.run(tx).await
    }
}
