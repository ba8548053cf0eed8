//! The monthly allowance: each plan's tokens, once a calendar month (UTC).
//!
//! An account remembers the month it last had them for and how many those were. So nothing is paid twice, whoever pays and
//! however often, a missed month is never paid later, and a better plan adds the difference to what the month had before.

use std::collections::HashMap;

use serde_json::json;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::billing::plan::Plans;
use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::{Tx, Write};

/// What each plan gives, in the month of `now`.
#[derive(Clone, Debug)]
pub struct AllowanceTable {
    /// The plans.
    pub plans: Plans,
    /// When this is.
    pub now: Moment,
}

/// What an account had of its plan's tokens.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(in crate::store) struct AllowancePaid {
    /// The month.
    allowance_month: String,
    /// How many in that month.
    allowance_tokens: i64,
}

/// What a month brings an account.
struct AllowanceDue {
    /// All its tokens.
    all: i64,
    /// Those of them that it does not have yet.
    more: i64,
}

impl AllowancePaid {
    /// What one account had that was two: the sum of what both had this month.
    pub(in crate::store) fn of_both(dues: &AllowanceTable, one: (&Account, &Self), other: (&Account, &Self)) -> Self {
        let month = [one.1, other.1].into_iter().map(|paid| paid.allowance_month.clone()).max().unwrap_or_default();
        let month = month.max(dues.now.month());
        let had = |(account, paid): (&Account, &Self)| dues.had(account, paid, &month);
        Self { allowance_tokens: had(one).saturating_add(had(other)), allowance_month: month }
    }
}

impl AllowanceTable {
    /// Adds what the account's plan gives beyond what the month had before; says whether that was anything. An earlier
    /// statement of the same transaction has changed the account's row, so that it is ours.
    pub(in crate::store) async fn pay(
        &self,
        tx: &mut Tx,
        account: &mut Account,
        paid: &AllowancePaid,
    ) -> sqlx::Result<bool> {
        // Should the clock have been set back into an earlier month, the later one still counts.
        let month = self.now.month().max(paid.allowance_month.clone());
        let AllowanceDue { all: due, more } = self.due(account, paid, &month);
        let sql = "update account set token_balance = token_balance + $2, allowance_month = $3, allowance_tokens = $4
                   where id = $1
                   returning token_balance";
        (account.token_balance,) = tx.one(sql, &[&account.id, &more, &month, &due]).await?;
        if more == 0 {
            return Ok(false);
        }
        let sql = "insert into ledger (account_id, tokens, balance, reason, idempotency_key, created_at)
                   values ($1, $2, $3, 'allowance', $4, $5)";
        let once = idempotency_key(account.id, &month, due);
        tx.run(sql, &[&account.id, &more, &account.token_balance, &once, &self.now]).await?;
        Ok(true)
    }

    /// What a month brings the account.
    fn due(&self, account: &Account, paid: &AllowancePaid, month: &str) -> AllowanceDue {
        let had = self.had(account, paid, month);
        let all = tokens(account.plan(&self.plans, self.now).monthly_tokens).max(had);
        AllowanceDue { all, more: all - had }
    }

    /// What the account had in this month. The first month's are the tokens it was welcomed with.
    fn had(&self, account: &Account, paid: &AllowancePaid, month: &str) -> i64 {
        if paid.allowance_month == month {
            paid.allowance_tokens
        } else if account.created_at.month() == month {
            tokens(self.plans.base().monthly_tokens)
        } else {
            0
        }
    }
}

fn tokens(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Pays the allowance of this month to some of the accounts that did not have it.
#[derive(Clone, Debug)]
pub struct PayAllowances {
    /// What each plan gives.
    pub dues: AllowanceTable,
    /// How many accounts at most.
    pub limit: i64,
}

/// What a [`PayAllowances`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowanceReport {
    /// How many accounts were looked at; fewer than asked for when no more are left.
    pub seen: usize,
    /// Those that got tokens.
    pub paid: Vec<AccountId>,
}

impl Write for PayAllowances {
    type Out = AllowanceReport;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<AllowanceReport> {
        let month = self.dues.now.month();
        let sql = "select id from account where allowance_month < $1 order by allowance_month, id limit $2";
        let mut due: Vec<(AccountId,)> = tx.all(sql, &[&month, &self.limit]).await?;
        due.sort_unstable();
        // Whoever writes the month first pays; another instance that waited for the row finds it paid.
        let sql = "update account set allowance_month = $2, allowance_tokens = 0
                   from json_each($1) as j
                   where account.id = cast(j.value ->> 'id' as bigint) and allowance_month < $2
                   returning id, name, language, plan, plan_until, token_balance, banned_at, created_at";
        let asked = list(due.iter().map(|(id,)| json!({"id": id})))?;
        let ours: Vec<Account> = tx.all(sql, &[&asked, &month]).await?;
        let paid = self.dues.pay_first(&ours, &month, tx).await?;
        Ok(AllowanceReport { seen: due.len(), paid })
    }
}

impl AllowanceTable {
    /// Pays the month's tokens to accounts that had none of them yet, whose rows are ours; those that got some.
    async fn pay_first(&self, accounts: &[Account], month: &str, tx: &mut Tx) -> sqlx::Result<Vec<AccountId>> {
        let none = AllowancePaid { allowance_month: String::new(), allowance_tokens: 0 };
        let dues: HashMap<AccountId, AllowanceDue> =
            accounts.iter().map(|account| (account.id, self.due(account, &none, month))).collect();
        if dues.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "update account set token_balance = token_balance + cast(j.value ->> 'more' as bigint),
                     allowance_tokens = cast(j.value ->> 'due' as bigint)
                   from json_each($1) as j
                   where account.id = cast(j.value ->> 'id' as bigint)
                   returning id, token_balance";
        let row = |(id, due): (&AccountId, &AllowanceDue)| json!({"id": id, "due": due.all, "more": due.more});
        let balances: Vec<(AccountId, i64)> = tx.all(sql, &[&list(dues.iter().map(row))?]).await?;
        let entry = |(id, balance): &(AccountId, i64)| {
            let due = dues.get(id).filter(|due| due.more > 0)?;
            let once = idempotency_key(*id, month, due.all);
            Some((*id, json!({"id": id, "more": due.more, "balance": balance, "once": once, "now": self.now.0})))
        };
        let (paid, entries): (Vec<_>, Vec<_>) = balances.iter().filter_map(entry).unzip();
        if !paid.is_empty() {
            let sql = "insert into ledger (account_id, tokens, balance, reason, idempotency_key, created_at)
                       select cast(value ->> 'id' as bigint), cast(value ->> 'more' as bigint),
                         cast(value ->> 'balance' as bigint), 'allowance', value ->> 'once', cast(value ->> 'now' as bigint)
                       from json_each($1)";
            tx.run(sql, &[&list(entries)?]).await?;
        }
        Ok(paid)
    }
}

/// The entry of the ledger that this is, however often it is tried.
fn idempotency_key(account: AccountId, month: &str, due: i64) -> String {
    format!("allowance:{account}:{month}:{due}")
}
