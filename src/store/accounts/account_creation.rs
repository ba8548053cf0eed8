//! Creation of accounts for sign-in methods other than Telegram, and the first tokens of every new account.

use serde_json::json;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::time::Moment;
use crate::store::Tx;
use crate::store::engine::db::list;

/// Plan and tokens of a new account.
#[derive(Clone, Debug)]
pub struct SignUpGrant {
    /// Id of the plan.
    pub plan: String,
    /// Tokens granted on sign-up.
    pub tokens: i64,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

impl SignUpGrant {
    /// Creates an account, for which the grant is this month's allowance, and records its first tokens in the ledger.
    pub(in crate::store) async fn make(&self, name: &str, tx: &mut Tx) -> sqlx::Result<Account> {
        let sql = "insert into account (name, plan, token_balance, free_tokens, created_at, allowance_month,
                     allowance_tokens)
                   values ($1, $2, $3, $3, $4, $5, $3)
                   returning id, name, language, plan, plan_until, token_balance, banned_at, created_at";
        let account: Account = tx.one(sql, &[&name, &self.plan, &self.tokens, &self.now, &self.now.month()]).await?;
        if self.tokens > 0 {
            self.grant(account.id, tx).await?;
        }
        Ok(account)
    }

    async fn grant(&self, account: AccountId, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into ledger (account_id, tokens, balance, reason, idempotency_key, created_at)
                   values ($1, $2, $2, 'welcome', $3, $4)";
        tx.run(sql, &[&account, &self.tokens, &format!("welcome:{account}"), &self.now]).await.map(drop)
    }
}

/// Records the first tokens of many accounts in the ledger.
pub(in crate::store) async fn grant_all(
    grants: impl Iterator<Item = (AccountId, &SignUpGrant)>,
    tx: &mut Tx,
) -> sqlx::Result<()> {
    let row = |(account, grant): (AccountId, &SignUpGrant)| json!({"account": account, "tokens": grant.tokens, "once": format!("welcome:{account}"), "now": grant.now.0});
    let rows: Vec<_> = grants.filter(|(_, grant)| grant.tokens > 0).map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let sql = "insert into ledger (account_id, tokens, balance, reason, idempotency_key, created_at)
               select cast(value ->> 'account' as bigint), cast(value ->> 'tokens' as bigint),
                 cast(value ->> 'tokens' as bigint), 'welcome', value ->> 'once', cast(value ->> 'now' as bigint)
               from json_each($1)";
    tx.run(sql, &[&list(rows)?]).await.map(drop)
}
