//! The ledger: every change of a balance. Charges come in lists, and a list costs few statements.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crate::model::accounts::account::AccountId;
use crate::model::api_key::KeyId;
use crate::model::billing::ledger;
use crate::model::billing::ledger::{BalanceThresholds, LedgerEntry};
use crate::model::billing::plan::Plan;
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::billing::allowance::AllowanceTable;
use crate::store::engine::chunked::{Chunked, values};
use crate::store::engine::db::BindValue;
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::{Result, Store, Tx, Write};

static OWNERS: LazyLock<Chunked> = LazyLock::new(|| {
    Chunked::new(("select id, account_id from api_key where id in (", ")"), 1, |first| format!("${first}"))
});

static BEFORE: LazyLock<Chunked> = LazyLock::new(|| {
    // Lines stay where they were made: those of an account that was merged into another one are that one's.
    let head = "select l.idempotency_key, coalesce(a.merged_into, l.account_id), l.tokens
                from ledger l join account a on a.id = l.account_id
                where l.idempotency_key in (";
    Chunked::new((head, ")"), 1, |first| format!("${first}"))
});

static ENTER: LazyLock<Chunked> = LazyLock::new(|| {
    let head = "insert into ledger (reason, account_id, key_id, tokens, balance, idempotency_key, created_at) values ";
    Chunked::new((head, ""), 6, |n| {
        format!("('charge', ${n}, ${}, ${}, ${}, ${}, ${})", n + 1, n + 2, n + 3, n + 4, n + 5)
    })
});

impl Store {
    /// The entries of an account, and of those that were merged into it, the newest first: at most `limit` of those before the
    /// entry `before`.
    pub async fn entries(&self, account: AccountId, before: Option<i64>, limit: i64) -> Result<Vec<LedgerEntry>> {
        let mut entries = self.entries_of(account, before, limit).await?;
        let merged: Vec<(AccountId,)> =
            self.db.all("select id from account where merged_into = $1", &[&account]).await?;
        for (part,) in merged {
            entries.extend(self.entries_of(part, before, limit).await?);
        }
        entries.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.id));
        entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(entries)
    }

    async fn entries_of(&self, account: AccountId, before: Option<i64>, limit: i64) -> Result<Vec<LedgerEntry>> {
        let sql = "select id, tokens, balance, reason, idempotency_key, key_id, created_at from ledger
                   where account_id = $1 and id < $2
                   order by id desc
                   limit $3";
        Ok(self.db.all(sql, &[&account, &before.unwrap_or(i64::MAX), &limit]).await?)
    }

    /// Whose those keys are, or were: a revoked key still has its owner. Keys that never were are left out.
    pub async fn owners_of(&self, keys: &[KeyId]) -> Result<HashMap<KeyId, AccountId>> {
        let mut owners = HashMap::new();
        for (sql, portion) in OWNERS.of(keys) {
            owners.extend(self.db.all::<(KeyId, AccountId)>(sql, &values(portion)).await?);
        }
        Ok(owners)
    }
}

/// A charge of an account.
#[derive(Clone, Debug)]
pub struct AccountCharge {
    /// Whose.
    pub account: AccountId,
    /// The key that made the request, if it was said.
    pub key: Option<KeyId>,
    /// How many tokens; more than none.
    pub tokens: i64,
    /// What lets it happen once.
    pub idempotency_key: String,
}

/// Charges accounts, each once and none below zero. A charge that cannot be made spoils no other.
#[derive(Clone, Debug)]
pub struct PostCharges {
    /// The charges. Those of one account are made in this order.
    pub charges: Vec<AccountCharge>,
    /// What each plan gives a month: whose tokens come to an end is told, at each step once a month.
    pub dues: AllowanceTable,
}

/// What became of a [`AccountCharge`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeOutcome {
    /// Made; the balance after it.
    Done(i64),
    /// Made before; the balance as it is now.
    Before(i64),
    /// The balance is too short, and this is it.
    Short(i64),
    /// There is no such account.
    Missing,
    /// Something else was charged under this once-only key.
    Other,
    /// The account was merged into that one. Nothing was taken.
    Moved(AccountId),
}

/// What a charge is, before anything is taken.
#[derive(Clone, Copy)]
enum ChargeCase {
    /// A new one.
    New,
    /// One that the ledger has.
    Old,
    /// One that stands before in the same list, there.
    Twice(usize),
    /// One whose once-only key stands for something else.
    Other,
}

impl Write for PostCharges {
    type Out = Vec<ChargeOutcome>;

    fn order(&self) -> i64 {
        self.charges.iter().map(|charge| charge.account.0).min().unwrap_or_default()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Vec<ChargeOutcome>> {
        let kinds = self.kinds(tx).await?;
        let mut accounts: BTreeMap<AccountId, Vec<usize>> = BTreeMap::new();
        for (index, (charge, kind)) in self.charges.iter().zip(&kinds).enumerate() {
            let new = accounts.entry(charge.account).or_default();
            if matches!(kind, ChargeCase::New) {
                new.push(index);
            }
        }
        // Rows are locked in the order of their ids, as everywhere.
        let (mut made, mut balances, mut warnings) = (HashMap::new(), HashMap::new(), Vec::new());
        let mut moved = HashMap::new();
        for (account, new) in accounts {
            let prices: Vec<i64> = new.iter().filter_map(|index| Some(self.charges.get(*index)?.tokens)).collect();
            let Some(taken) = take(tx, account, &prices).await? else {
                moved.extend(merged_into(tx, account).await?.map(|to| (account, to)));
                continue;
            };
            balances.insert(account, taken.left);
            warnings.extend(self.warning(account, &taken, &prices));
            made.extend(new.into_iter().zip(taken.each));
        }
        self.enter(tx, &made).await?;
        notice_queue::keep(&warnings, tx).await?;
        let outcome = |index: &usize| match made.get(index) {
            Some(Ok(balance)) => ChargeOutcome::Done(*balance),
            Some(Err(balance)) => ChargeOutcome::Short(*balance),
            None => ChargeOutcome::Missing,
        };
        let settle = |(index, kind): (usize, &ChargeCase)| {
            let account = self.charges.get(index).map(|charge| charge.account);
            let now = || {
                account
                    .and_then(|account| balances.get(&account))
                    .map_or(ChargeOutcome::Missing, |it| ChargeOutcome::Before(*it))
            };
            if let Some(to) = account.and_then(|account| moved.get(&account)) {
                return ChargeOutcome::Moved(*to);
            }
            match kind {
                ChargeCase::New => outcome(&index),
                ChargeCase::Old => now(),
                ChargeCase::Twice(first) if matches!(outcome(first), ChargeOutcome::Done(_)) => now(),
                ChargeCase::Twice(first) => outcome(first),
                ChargeCase::Other => ChargeOutcome::Other,
            }
        };
        Ok(kinds.iter().enumerate().map(settle).collect())
    }
}

impl PostCharges {
    /// What each charge is, by the ledger and by those before it in the list.
    async fn kinds(&self, tx: &mut Tx) -> sqlx::Result<Vec<ChargeCase>> {
        let once_keys: Vec<&str> = self.charges.iter().map(|charge| charge.idempotency_key.as_str()).collect();
        let mut before: HashMap<String, (AccountId, i64)> = HashMap::new();
        for (sql, portion) in BEFORE.of(&once_keys) {
            let found: Vec<(String, AccountId, i64)> = tx.all(sql, &values(portion)).await?;
            before.extend(found.into_iter().map(|(once, account, tokens)| (once, (account, -tokens))));
        }
        let mut firsts: HashMap<&str, (usize, &AccountCharge)> = HashMap::new();
        let mut kinds = Vec::with_capacity(self.charges.len());
        for (index, charge) in self.charges.iter().enumerate() {
            let same = (charge.account, charge.tokens);
            let once = charge.idempotency_key.as_str();
            kinds.push(match (before.get(once), firsts.get(once)) {
                (Some(old), _) if *old == same => ChargeCase::Old,
                (None, Some((first, charge))) if (charge.account, charge.tokens) == same => ChargeCase::Twice(*first),
                (None, None) => ChargeCase::New,
                _ => ChargeCase::Other,
            });
            firsts.entry(once).or_insert((index, charge));
        }
        Ok(kinds)
    }

    /// Writes down what was taken, in the order of the list.
    async fn enter(&self, tx: &mut Tx, made: &HashMap<usize, std::result::Result<i64, i64>>) -> sqlx::Result<()> {
        let line = |(index, charge): (usize, &'_ AccountCharge)| Some((index, -charge.tokens, made.get(&index)?.ok()?));
        let lines: Vec<(usize, i64, i64)> = self.charges.iter().enumerate().filter_map(line).collect();
        for (sql, portion) in ENTER.of(&lines) {
            let mut values: Vec<&dyn BindValue> = Vec::with_capacity(portion.len() * 6);
            for (index, tokens, balance) in portion {
                let Some(AccountCharge { account, key, idempotency_key, .. }) = self.charges.get(*index) else {
                    continue;
                };
                let line: [&dyn BindValue; 6] = [account, key, tokens, balance, idempotency_key, &self.dues.now];
                values.extend(line);
            }
            tx.run(sql, &values).await?;
        }
        Ok(())
    }
}

impl PostCharges {
    /// What the owner is told when these charges, or one that was refused, brought the balance below the next step.
    fn warning(&self, account: AccountId, taken: &BalanceDebit, prices: &[i64]) -> Option<AddNotice> {
        let now = self.dues.now;
        let monthly = i64::try_from(taken.plan(&self.dues).monthly_tokens).unwrap_or(i64::MAX);
        let spent: i64 = prices.iter().zip(&taken.each).filter(|(_, one)| one.is_ok()).map(|(price, _)| price).sum();
        let is_short = taken.each.iter().any(std::result::Result::is_err);
        let steps = BalanceThresholds { monthly, before: taken.left + spent, left: taken.left };
        let percent = if is_short { Some(0) } else { steps.crossed() }?;
        Some(AddNotice {
            account,
            notice: Notice::BalanceLow { percent, left: taken.left, monthly },
            idempotency_key: format!("balance:{account}:{}:{percent}", now.month()),
            now,
        })
    }
}

/// What was taken of a balance.
struct BalanceDebit {
    /// For each price the balance after it, `Err` if it was too high.
    each: Vec<std::result::Result<i64, i64>>,
    /// The balance after all.
    left: i64,
    /// The plan the account was given.
    plan: String,
    /// When that ends.
    plan_until: Option<Moment>,
}

impl BalanceDebit {
    /// The plan that counts.
    fn plan<'a>(&self, dues: &'a AllowanceTable) -> &'a Plan {
        let ended = self.plan_until.is_some_and(|until| until <= dues.now);
        dues.plans.get(&self.plan).filter(|_| !ended).unwrap_or_else(|| dues.plans.base())
    }
}

/// An account's balance, and its plan.
type Purse = (i64, String, Option<Moment>);

/// Takes what the balance reaches for, price by price; `None` if there is no such account. With no price it only looks.
async fn take(tx: &mut Tx, account: AccountId, prices: &[i64]) -> sqlx::Result<Option<BalanceDebit>> {
    let all: i64 = prices.iter().sum();
    let sql = "update account set token_balance = token_balance - $2
               where id = $1 and token_balance >= $2 and deleted_at is null
               returning token_balance, plan, plan_until";
    if let Some((left, plan, plan_until)) = tx.first::<Purse>(sql, &[&account, &all]).await? {
        return Ok(Some(BalanceDebit { each: ledger::take(left + all, prices), left, plan, plan_until }));
    }
    // Not enough for all: an update that changes nothing takes the row's lock, so what it says stays true.
    let look = "update account set token_balance = token_balance where id = $1 and deleted_at is null
                returning token_balance";
    let Some((there,)) = tx.first::<(i64,)>(look, &[&account]).await? else { return Ok(None) };
    let each = ledger::take(there, prices);
    let some: i64 = prices.iter().zip(&each).filter(|(_, taken)| taken.is_ok()).map(|(price, _)| price).sum();
    let (left, plan, plan_until): Purse = tx.one(sql, &[&account, &some]).await?;
    Ok(Some(BalanceDebit { each, left, plan, plan_until }))
}

/// The account that has everything of one that was merged into it.
async fn merged_into(tx: &mut Tx, account: AccountId) -> sqlx::Result<Option<AccountId>> {
    let sql = "select merged_into from account where id = $1 and merged_into is not null";
    Ok(tx.first::<(AccountId,)>(sql, &[&account]).await?.map(|(to,)| to))
}
