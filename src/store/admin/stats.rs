//! Statistics for admins: totals of the service and of one account.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::time::Moment;
use crate::store::{Result, Store};

/// Totals of the whole service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct StatsRow {
    /// Accounts, without deleted and merged ones.
    pub accounts: i64,
    /// Accounts created in the period.
    pub new_accounts: i64,
    /// Banned accounts.
    pub banned: i64,
    /// Accounts active in the period: in chat, on the web, or with a key.
    pub active: i64,
    /// Live keys.
    pub keys: i64,
    /// Sessions not ended.
    pub sessions: i64,
    /// Tokens charged in the period.
    pub charged: i64,
}

/// Totals of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct AccountTotals {
    /// Live keys.
    pub keys: i64,
    /// Active sessions.
    pub sessions: i64,
    /// Last activity: in chat to the day, on the web, or with a key.
    pub last_seen_at: Option<Moment>,
    /// True if the bot cannot write to the person.
    pub unreachable: bool,
}

impl Store {
    /// Counts everything; the period begins at `since`, a midnight. Scans whole tables, so call it on request only, not
    /// periodically.
    pub async fn stats(&self, since: Moment) -> Result<StatsRow> {
        // Reads the ledger from its end: ids grow with time.
        let sql = "select
                     (select count(*) from account where deleted_at is null) as accounts,
                     (select count(*) from account where created_at >= $1 and deleted_at is null) as new_accounts,
                     (select count(*) from account where banned_at is not null) as banned,
                     (select count(*) from (select account_id from session where last_seen_at >= $1
                                            union
                                            select account_id from api_key where last_used_at >= $1
                                            union
                                            select account_id from identity where last_seen_at >= $1) as seen) as active,
                     (select count(*) from api_key where revoked_at is null) as keys,
                     (select count(*) from session where ended_at is null) as sessions,
                     (select cast(coalesce(sum(-tokens), 0) as bigint) from ledger
                      where reason = 'charge'
                        and id > coalesce((select id from ledger where created_at < $1 order by id desc limit 1), 0))
                       as charged";
        Ok(self.db.one(sql, &[&since]).await?)
    }

    /// Returns the number of accounts per plan. An account with an expired plan counts under the base plan.
    pub async fn by_plan(&self, base: &str, now: Moment) -> Result<Vec<(String, i64)>> {
        let sql = "select plan, count(*) from
                     (select case when plan_until <= $1 then $2 else plan end as plan from account where deleted_at is null) as given
                   group by plan
                   order by plan";
        Ok(self.db.all(sql, &[&now, &base]).await?)
    }

    /// Counts keys and sessions of an account. A session is active if it began after `begun` and was last seen after
    /// `seen`.
    pub async fn account_totals(&self, account: AccountId, begun: Moment, seen: Moment) -> Result<AccountTotals> {
        let sql = "select
                     (select count(*) from api_key where account_id = $1 and revoked_at is null) as keys,
                     (select count(*) from session
                      where account_id = $1 and ended_at is null and created_at > $2 and last_seen_at > $3) as sessions,
                     (select max(at) from (select last_seen_at as at from session where account_id = $1
                                           union all
                                           select last_used_at from api_key where account_id = $1
                                           union all
                                           select last_seen_at from identity where account_id = $1) as times) as last_seen_at,
                     exists (select 1 from identity where account_id = $1 and unreachable_at is not null) as unreachable";
        Ok(self.db.one(sql, &[&account, &begun, &seen]).await?)
    }
}
