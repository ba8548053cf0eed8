//! Creation of accounts for sign-in methods other than Telegram.

use crate::model::accounts::account::{Account, AccountId};
use crate::model::time::Moment;
use crate::store::Tx;

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
