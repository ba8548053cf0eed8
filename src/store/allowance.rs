//! The monthly allowance: each plan's tokens, once a calendar month (UTC).
//!
//! An account remembers the month it last had them for and how many those were. So nothing is paid twice, whoever pays and
//! however often, a missed month is never paid later, and a better plan adds the difference to what the month had before.

use crate::model::account::{Account, AccountId};
use crate::model::plan::Plans;
use crate::model::time::Moment;
use crate::store::{Tx, Write};

/// What each plan gives, in the month of `now`.
#[derive(Clone, Debug)]
pub struct Dues {
    /// The plans.
    pub plans: Plans,
    /// When this is.
    pub now: Moment,
}

/// What an account had of its plan's tokens.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Paid {
    /// The month.
    allowance_month: String,
    /// How many in that month.
    allowance_tokens: i64,
}

impl Paid {
    /// What one account had that was two: the sum of what both had this month.
    pub(super) fn of_both(dues: &Dues, one: (&Account, &Self), other: (&Account, &Self)) -> Self {
        let month = [one.1, other.1].into_iter().map(|paid| paid.allowance_month.clone()).max().unwrap_or_default();
        let month = month.max(dues.now.month());
        let had = |(account, paid): (&Account, &Self)| dues.had(account, paid, &month);
        Self { allowance_tokens: had(one).saturating_add(had(other)), allowance_month: month }
    }
}

impl Dues {
    /// Adds what the account's plan gives beyond what the month had before; says whether that was anything. An earlier
    /// statement of the same transaction has changed the account's row, so that it is ours.
    pub(super) async fn pay(&self, tx: &mut Tx, account: &mut Account, paid: &Paid) -> sqlx::Result<bool> {
        // Should the clock have been set back into an earlier month, the later one still counts.
        let month = self.now.month().max(paid.allowance_month.clone());
        let had = self.had(account, paid, &month);
        let due = tokens(account.plan(&self.plans, self.now).monthly_tokens).max(had);
        let more = due - had;
        let sql = "update account set token_balance = token_balance + $2, allowance_month = $3, allowance_tokens = $4
                   where id = $1
                   returning token_balance";
        (account.token_balance,) = tx.one(sql, &[&account.id, &more, &month, &due]).await?;
        if more == 0 {
            return Ok(false);
        }
        let sql = "insert into ledger (account_id, tokens, balance, reason, once_key, created_at)
                   values ($1, $2, $3, 'allowance', $4, $5)";
        let once = format!("allowance:{}:{month}:{due}", account.id);
        tx.run(sql, &[&account.id, &more, &account.token_balance, &once, &self.now]).await?;
        Ok(true)
    }

    /// What the account had in this month. The first month's are the tokens it was welcomed with.
    fn had(&self, account: &Account, paid: &Paid, month: &str) -> i64 {
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
    pub dues: Dues,
    /// How many accounts at most.
    pub limit: i64,
}

/// What a [`PayAllowances`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowances {
    /// How many accounts were looked at; fewer than asked for when no more are left.
    pub seen: usize,
    /// Those that got tokens.
    pub paid: Vec<AccountId>,
}

impl Write for PayAllowances {
    type Out = Allowances;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Allowances> {
        let month = self.dues.now.month();
        let sql = "select id from account where allowance_month < $1 order by allowance_month, id limit $2";
        let mut due: Vec<(AccountId,)> = tx.all(sql, &[&month, &self.limit]).await?;
        due.sort_unstable();
        let mut paid = Vec::new();
        for (id,) in &due {
            // Whoever writes the month first pays; another instance that waited for the row finds it paid.
            let sql = "update account set allowance_month = $2, allowance_tokens = 0
                       where id = $1 and allowance_month < $2
                       returning id, name, language, plan, plan_until, token_balance, banned_at, created_at";
            let Some(mut account) = tx.first::<Account>(sql, &[id, &month]).await? else { continue };
            let before = Paid { allowance_month: String::new(), allowance_tokens: 0 };
            if self.dues.pay(tx, &mut account, &before).await? {
                paid.push(*id);
            }
        }
        Ok(Allowances { seen: due.len(), paid })
    }
}
