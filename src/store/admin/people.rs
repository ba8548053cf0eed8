//! People as admins look them up: by name, and with the number of their keys.

use serde_json::json;
use sqlx::FromRow;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::time::Moment;
use crate::store::accounts::accounts::account_columns;
use crate::store::engine::db::list;
use crate::store::{Result, Store};

/// Name of an account.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct AccountName {
    /// Id of the account.
    pub id: AccountId,
    /// Display name.
    pub name: String,
}

impl Store {
    /// Returns up to `limit` names of accounts with ids below `before`, newest account first.
    pub async fn account_names(&self, before: AccountId, limit: i64) -> Result<Vec<AccountName>> {
        let sql = "select id, name from account where id < $1 and deleted_at is null order by id desc limit $2";
        Ok(self.db.all(sql, &[&before, &limit]).await?)
    }

    /// Returns accounts by id, newest first, without deleted and merged ones.
    pub async fn accounts(&self, ids: &[AccountId]) -> Result<Vec<Account>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        // `cross join`: SQLite keeps that join order.
        let sql = concat!(
            "select ",
            account_columns!(),
            " from json_each($1) j cross join account a
              where a.id = cast(j.value ->> 'id' as bigint) and a.deleted_at is null
              order by a.id desc"
        );
        Ok(self.db.all(sql, &[&list(ids.iter().map(|id| json!({"id": id})))?]).await?)
    }

    /// Returns the number of live keys of an account.
    pub async fn live_key_count(&self, account: AccountId, now: Moment) -> Result<i64> {
        let sql = "select count(*) from api_key
                   where account_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)";
        let (count,) = self.db.one(sql, &[&account, &now]).await?;
        Ok(count)
    }
}
