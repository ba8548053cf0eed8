//! Usage per day: charges of the ledger and requests of keys.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::api_key::KeyId;
use crate::model::billing::daily_usage::{DailyUsage, UsageTotal};
use crate::model::time::Moment;
use crate::store::{Result, Store};

#[derive(FromRow)]
struct DayTokensRow {
    day: Moment,
    key_id: Option<KeyId>,
    tokens: i64,
}

#[derive(FromRow)]
struct DayRequestsRow {
    day: Moment,
    key_id: KeyId,
    requests: i64,
}

impl Store {
    /// Returns the usage of an account since a day, one item per key and day, unordered. Includes charges of
    /// accounts merged into this one. Tokens and requests of the same key and day are separate items.
    pub async fn daily_usage(&self, account: AccountId, since: Moment) -> Result<Vec<DailyUsage>> {
        let mut tokens = self.charged_tokens(account, since).await?;
        let merged: Vec<(AccountId,)> =
            self.db.all("select id from account where merged_into = $1", &[&account]).await?;
        for (part,) in merged {
            tokens.extend(self.charged_tokens(part, since).await?);
        }
        let charged = tokens.into_iter().map(|DayTokensRow { day, key_id, tokens }| DailyUsage {
            day,
            key: key_id,
            total: UsageTotal { tokens, requests: 0 },
        });
        Ok(charged.chain(self.daily_requests(account, since).await?).collect())
    }

    /// Returns the admitted requests of an account's keys since a day, one item per key and day, unordered.
    pub async fn daily_requests(&self, account: AccountId, since: Moment) -> Result<Vec<DailyUsage>> {
        let sql = "select u.day, u.key_id, u.requests
                   from api_key k join key_usage_daily u on u.key_id = k.id
                   where k.account_id = $1 and u.day >= $2";
        let admitted: Vec<DayRequestsRow> = self.db.all(sql, &[&account, &since]).await?;
        let usage = |DayRequestsRow { day, key_id, requests }| DailyUsage {
            day,
            key: Some(key_id),
            total: UsageTotal { tokens: 0, requests },
        };
        Ok(admitted.into_iter().map(usage).collect())
    }

    async fn charged_tokens(&self, account: AccountId, since: Moment) -> Result<Vec<DayTokensRow>> {
        let sql =
            "select l.created_at - l.created_at % 86400 as day, l.key_id, cast(sum(-l.tokens) as bigint) as tokens
                   from ledger l
                   where l.account_id = $1 and l.created_at >= $2 and l.tokens < 0 and l.reason = 'charge'
                   group by l.created_at - l.created_at % 86400, l.key_id";
        Ok(self.db.all(sql, &[&account, &since]).await?)
    }
}
