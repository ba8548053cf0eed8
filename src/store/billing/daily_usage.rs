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
        let sql =
            "select l.created_at - l.created_at % 86400 as day, l.key_id, cast(sum(-l.tokens) as bigint) as tokens
                   from ledger l
                   where l.account_id in (select $1 union all select a.id from account a where a.merged_into = $1)
                     and l.created_at >= $2 and l.tokens < 0 and l.reason = 'charge'
                   group by l.created_at - l.created_at % 86400, l.key_id";
        let tokens: Vec<DayTokensRow> = self.db.all(sql, &[&account, &since]).await?;
        let sql = "select u.day, u.key_id, u.requests
                   from api_key k join key_usage_daily u on u.key_id = k.id
                   where k.account_id = $1 and u.day >= $2";
        let requests: Vec<DayRequestsRow> = self.db.all(sql, &[&account, &since]).await?;
        let charged = tokens.into_iter().map(|DayTokensRow { day, key_id, tokens }| DailyUsage {
            day,
            key: key_id,
            total: UsageTotal { tokens, requests: 0 },
        });
        let admitted = requests.into_iter().map(|DayRequestsRow { day, key_id, requests }| DailyUsage {
            day,
            key: Some(key_id),
            total: UsageTotal { tokens: 0, requests },
        });
        Ok(charged.chain(admitted).collect())
    }
}
