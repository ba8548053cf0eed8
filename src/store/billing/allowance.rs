//! Monthly allowance: the tokens of a plan, paid once per calendar month (UTC).
//!
//! An account stores the month of its last allowance and the tokens paid for it. So no month is paid twice, a missed
//! month is never paid later, and a better plan adds the difference.

use std::collections::HashMap;

use serde_json::json;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::billing::plan::Plans;
use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::{Tx, Write};

/// Allowances of all plans for the month of `now`.
#[derive(Clone, Debug)]
pub struct AllowanceTable {
    /// All configured plans.
    pub plans: Plans,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Allowance already paid to an account.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(in crate::store) struct AllowancePaid {
    /// Month of the last payment, such as `2026-11`.
    allowance_month: String,
    /// Tokens paid for that month.
    allowance_tokens: i64,
}

/// An account with the allowance already paid to it.
#[derive(Clone, Copy)]
pub(in crate::store) struct PaidAccount<'a> {
    pub(in crate::store) account: &'a Account,
    pub(in crate::store) paid: &'a AllowancePaid,
}

/// Allowance of an account for one month.
struct AllowanceDue {
    /// Tokens of the whole month.
    all: i64,
    /// Tokens still to be paid.
    more: i64,
}

impl AllowancePaid {
    /// Sum of what both accounts of a merge received this month.
    pub(in crate::store) fn of_both(allowances: &AllowanceTable, one: PaidAccount<'_>, other: PaidAccount<'_>) -> Self {
        let months = [one.paid, other.paid].map(|paid| paid.allowance_month.clone());
        let month = months.into_iter().max().unwrap_or_default();
        let month = month.max(allowances.now.month());
        let had = |PaidAccount { account, paid }: PaidAccount<'_>| allowances.had(account, paid, &month);
        Self { allowance_tokens: had(one).saturating_add(had(other)), allowance_month: month }
    }
}

impl AllowanceTable {
    /// Pays the part of the allowance that was not paid yet; returns true if there was any. The caller must have locked
    /// the account's row by updating it.
    pub(in crate::store) async fn pay(
        &self,
        tx: &mut Tx,
        account: &mut Account,
        paid: &AllowancePaid,
    ) -> sqlx::Result<bool> {
        // If the clock was set back into an earlier month, the stored month still counts.
        let month = self.now.month().max(paid.allowance_month.clone());
        let AllowanceDue { all: due, more } = self.due(account, paid, &month);
        let sql = "update account set token_balance = token_balance + $2, free_tokens = free_tokens + $2,
                     allowance_month = $3, allowance_tokens = $4
                   where id = $1
                   returning token_balance, free_tokens";
        (account.token_balance, account.free_tokens) = tx.one(sql, &[&account.id, &more, &month, &due]).await?;
        (account.allowance_month, account.allowance_tokens) = (Some(month.clone()), due);
        if more == 0 {
            return Ok(false);
        }
        let sql = "insert into ledger (account_id, tokens, balance, reason, idempotency_key, created_at)
                   values ($1, $2, $3, 'allowance', $4, $5)";
        let once = idempotency_key(account.id, &month, due);
        tx.run(sql, &[&account.id, &more, &account.token_balance, &once, &self.now]).await?;
        Ok(true)
    }

    /// Computes the allowance of the account for a month.
    fn due(&self, account: &Account, paid: &AllowancePaid, month: &str) -> AllowanceDue {
        let had = self.had(account, paid, month);
        let all = tokens(account.plan(&self.plans, self.now).monthly_tokens).max(had);
        AllowanceDue { all, more: all - had }
    }

    /// Tokens already received this month. In the month of sign-up, the grant counts as the base plan's allowance.
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

/// Pays this month's allowance to one account that has not received it, because it is needed or shown now.
#[derive(Clone, Debug)]
pub struct PayAllowance {
    /// The account concerned.
    pub account: AccountId,
    /// Plans with their allowances, and the current time.
    pub allowances: AllowanceTable,
}

/// Output: the account; `None` if it no longer exists.
impl Write for PayAllowance {
    type Out = Option<Account>;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<Account>> {
        self.allowances.pay_due(tx, self.account).await
    }
}

impl AllowanceTable {
    /// Locks an account and pays what is due to it. Once per month.
    pub(in crate::store) async fn pay_due(&self, tx: &mut Tx, account: AccountId) -> sqlx::Result<Option<Account>> {
        let sql = "update account set plan = plan where id = $1 and deleted_at is null
                   returning id, name, language, plan, plan_until, token_balance, banned_at, created_at, deletion_due_at,
                     deleted_at, free_tokens, allowance_month, allowance_tokens";
        let Some(DueAccount { mut account, paid }) = tx.first(sql, &[&account]).await? else { return Ok(None) };
        if account.lacks_allowance(self.now) {
            self.pay(tx, &mut account, &paid).await?;
        }
        Ok(Some(account))
    }
}

#[derive(sqlx::FromRow)]
struct DueAccount {
    #[sqlx(flatten)]
    account: Account,
    #[sqlx(flatten)]
    paid: AllowancePaid,
}

/// Pays this month's allowance to a page of accounts that have not received it.
#[derive(Clone, Debug)]
pub struct PayAllowances {
    /// Plans with their allowances, and the current time.
    pub allowances: AllowanceTable,
    /// Maximum number of accounts.
    pub limit: i64,
}

/// Result of a [`PayAllowances`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowanceReport {
    /// Number of accounts examined; less than the limit when none are left.
    pub seen: usize,
    /// Accounts that received tokens.
    pub paid: Vec<AccountId>,
}

impl Write for PayAllowances {
    type Out = AllowanceReport;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<AllowanceReport> {
        let month = self.allowances.now.month();
        let sql = "select id from account where allowance_month < $1 order by allowance_month, id limit $2";
        let mut due: Vec<(AccountId,)> = tx.all(sql, &[&month, &self.limit]).await?;
        due.sort_unstable();
        // The instance that stores the month first pays. Another one that waited for the row finds the month stored.
        let sql = "update account set allowance_month = $2, allowance_tokens = 0
                   from json_each($1) as j
                   where account.id = cast(j.value ->> 'id' as bigint) and allowance_month < $2
                   returning id, name, language, plan, plan_until, token_balance, banned_at, created_at";
        let ids = list(due.iter().map(|(id,)| json!({"id": id})))?;
        let locked: Vec<Account> = tx.all(sql, &[&ids, &month]).await?;
        let paid = self.allowances.pay_first(&locked, &month, tx).await?;
        Ok(AllowanceReport { seen: due.len(), paid })
    }
}

impl AllowanceTable {
    /// Pays accounts without an allowance this month, whose rows are locked. Returns those that received tokens.
    async fn pay_first(&self, accounts: &[Account], month: &str, tx: &mut Tx) -> sqlx::Result<Vec<AccountId>> {
        let none = AllowancePaid { allowance_month: String::new(), allowance_tokens: 0 };
        let by_account: HashMap<AccountId, AllowanceDue> =
            accounts.iter().map(|account| (account.id, self.due(account, &none, month))).collect();
        if by_account.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "update account set token_balance = token_balance + cast(j.value ->> 'more' as bigint),
                     free_tokens = free_tokens + cast(j.value ->> 'more' as bigint),
                     allowance_tokens = cast(j.value ->> 'due' as bigint)
                   from json_each($1) as j
                   where account.id = cast(j.value ->> 'id' as bigint)
                   returning id, token_balance";
        let row = |(id, due): (&AccountId, &AllowanceDue)| json!({"id": id, "due": due.all, "more": due.more});
        let balances: Vec<(AccountId, i64)> = tx.all(sql, &[&list(by_account.iter().map(row))?]).await?;
        let entry = |(id, balance): &(AccountId, i64)| {
            let due = by_account.get(id).filter(|due| due.more > 0)?;
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

/// Ledger key of this payment, the same at every attempt.
fn idempotency_key(account: AccountId, month: &str, due: i64) -> String {
    format!("allowance:{account}:{month}:{due}")
}
