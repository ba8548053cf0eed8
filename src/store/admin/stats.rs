//! Counting: what admins are told of everybody, and of one person.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::time::Moment;
use crate::store::{Result, Store};

/// How many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct StatsRow {
    /// Accounts.
    pub accounts: i64,
    /// Of them, made today.
    pub newcomers: i64,
    /// Of them, shut.
    pub banned: i64,
    /// People who did something today: in chat, on the web, or with a key.
    pub active: i64,
    /// Keys that are not revoked.
    pub keys: i64,
    /// Sessions that were not ended.
    pub sessions: i64,
    /// Tokens that were charged today.
    pub charged: i64,
}

/// What belongs to one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct AccountTotals {
    /// Keys that are not revoked.
    pub keys: i64,
    /// Sessions that are open.
    pub sessions: i64,
    /// When they were last seen: in chat to the day, on the web, or with a key.
    #[sqlx(rename = "last_seen_at")]
    pub seen_at: Option<Moment>,
    /// Whether the bot cannot write to them.
    pub unreachable: bool,
}

impl Store {
    /// Counts everybody; `midnight` is when today began. It reads whole tables: for a person who asks, not for every minute.
    pub async fn stats(&self, midnight: Moment) -> Result<StatsRow> {
        // The ledger is read from its end: its numbers grow with time.
        let sql = "select
                     (select count(*) from account where deleted_at is null) as accounts,
                     (select count(*) from account where created_at >= $1 and deleted_at is null) as newcomers,
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
        Ok(self.db.one(sql, &[&midnight]).await?)
    }

    /// How many accounts have each plan; those whose plan has ended have the base plan.
    pub async fn by_plan(&self, base: &str, now: Moment) -> Result<Vec<(String, i64)>> {
        let sql = "select plan, count(*) from
                     (select case when plan_until <= $1 then $2 else plan end as plan from account where deleted_at is null) as given
                   group by plan
                   order by plan";
        Ok(self.db.all(sql, &[&now, &base]).await?)
    }

    /// What belongs to an account. A session is open that was begun and last seen after these times.
    pub async fn account_totals(&self, account: AccountId, (begun, seen): (Moment, Moment)) -> Result<AccountTotals> {
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
