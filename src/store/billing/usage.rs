//! Usage: charges for requests, posted to the ledger in lists with few statements.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crate::model::accounts::account::AccountId;
use crate::model::api_key::KeyId;
use crate::model::billing::ledger;
use crate::model::billing::ledger::BalanceThresholds;
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
    Chunked::new("select id, account_id from api_key where id in (", ")", 1, |first| format!("${first}"))
});

static BEFORE: LazyLock<Chunked> = LazyLock::new(|| {
    // Ledger entries stay with a merged account; they belong to the account it was merged into.
    let head = "select l.idempotency_key, coalesce(a.merged_into, l.account_id), l.tokens
                from ledger l join account a on a.id = l.account_id
                where l.idempotency_key in (";
    Chunked::new(head, ")", 1, |first| format!("${first}"))
});

static ENTER: LazyLock<Chunked> = LazyLock::new(|| {
    let head = "insert into ledger (reason, account_id, key_id, tokens, balance, idempotency_key, created_at) values ";
    Chunked::new(head, "", 6, |n| {
        format!("('charge', ${n}, ${}, ${}, ${}, ${}, ${})", n + 1, n + 2, n + 3, n + 4, n + 5)
    })
});

impl Store {
    /// Returns the owners of keys, including revoked ones. Unknown keys are omitted.
    pub async fn owners_of(&self, keys: &[KeyId]) -> Result<HashMap<KeyId, AccountId>> {
        let mut owners = HashMap::new();
        for (sql, portion) in OWNERS.of(keys) {
            owners.extend(self.db.all::<(KeyId, AccountId)>(sql, &values(portion)).await?);
        }
        Ok(owners)
    }
}

/// A charge to an account.
#[derive(Clone, Debug)]
pub struct AccountCharge {
    /// The account to charge.
    pub account: AccountId,
    /// The key that made the request, if given.
    pub key: Option<KeyId>,
    /// Number of tokens, positive.
    pub tokens: i64,
    /// Makes a repetition a no-op.
    pub idempotency_key: String,
}

/// Charges accounts. Each charge takes effect once and leaves no balance below zero. A refused charge does not affect
/// the others.
#[derive(Clone, Debug)]
pub struct PostCharges {
    /// Charges to post. Charges of one account are posted in this order.
    pub charges: Vec<AccountCharge>,
    /// Allowances of the plans. A low balance adds a notice, once per threshold and month.
    pub allowances: AllowanceTable,
}

/// Outcome of an [`AccountCharge`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeOutcome {
    /// Balance after the charge.
    Done(i64),
    /// Charged before; the current balance.
    Before(i64),
    /// The balance is too low; the current balance.
    Short(i64),
    /// The account does not exist.
    Missing,
    /// Another charge has the same idempotency key.
    Other,
    /// The account was merged into this one. Nothing was charged.
    Moved(AccountId),
}

/// Classification of a charge before posting.
#[derive(Clone, Copy)]
enum ChargeCase {
    /// Not charged before.
    New,
    /// The ledger has the same charge.
    Old,
    /// Repeats an earlier charge of the list, at that index.
    Twice(usize),
    /// Its idempotency key belongs to another charge.
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
        // Rows are always locked in order of id, which prevents deadlocks.
        let (mut made, mut balances, mut warnings) = (HashMap::new(), HashMap::new(), Vec::new());
        let mut moved = HashMap::new();
        for (account, new) in accounts {
            let prices: Vec<i64> = new.iter().filter_map(|index| Some(self.charges.get(*index)?.tokens)).collect();
            let Some(taken) = self.take(tx, account, &prices).await? else {
                moved.extend(merged_into(tx, account).await?.map(|to| (account, to)));
                continue;
            };
            balances.insert(account, taken.left);
            warnings.extend(self.warning(account, &taken, &prices));
            made.extend(new.into_iter().zip(taken.each));
        }
        self.enter(tx, &made).await?;
        notice_queue::add(&warnings, tx).await?;
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
                    .map_or(ChargeOutcome::Missing, |balance| ChargeOutcome::Before(*balance))
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
    /// Classifies each charge by the ledger and by earlier charges of the list.
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

    /// Writes ledger entries for the posted charges, in list order.
    async fn enter(&self, tx: &mut Tx, made: &HashMap<usize, std::result::Result<i64, i64>>) -> sqlx::Result<()> {
        let line = |(index, charge): (usize, &'_ AccountCharge)| Some((index, -charge.tokens, made.get(&index)?.ok()?));
        let lines: Vec<(usize, i64, i64)> = self.charges.iter().enumerate().filter_map(line).collect();
        for (sql, portion) in ENTER.of(&lines) {
            let mut values: Vec<&dyn BindValue> = Vec::with_capacity(portion.len() * 6);
            for (index, tokens, balance) in portion {
                let Some(AccountCharge { account, key, idempotency_key, .. }) = self.charges.get(*index) else {
                    continue;
                };
                let line: [&dyn BindValue; 6] = [account, key, tokens, balance, idempotency_key, &self.allowances.now];
                values.extend(line);
            }
            tx.run(sql, &values).await?;
        }
        Ok(())
    }
}

impl PostCharges {
    /// Notice for the lowest threshold that the balance crossed. A refused charge counts as reaching zero.
    fn warning(&self, account: AccountId, taken: &BalanceDebit, prices: &[i64]) -> Option<AddNotice> {
        let now = self.allowances.now;
        let monthly = i64::try_from(taken.plan(&self.allowances).monthly_tokens).unwrap_or(i64::MAX);
        let spent: i64 =
            prices.iter().zip(&taken.each).filter(|(_, debit)| debit.is_ok()).map(|(price, _)| price).sum();
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

/// Debits made to one account.
struct BalanceDebit {
    /// Balance after each amount; `Err` with the balance if it was too low.
    each: Vec<std::result::Result<i64, i64>>,
    /// Balance after all debits.
    left: i64,
    /// Plan of the account, even if it has expired.
    plan: String,
    /// End of the plan.
    plan_until: Option<Moment>,
}

impl BalanceDebit {
    /// Returns the plan in effect; the base plan if it has expired.
    fn plan<'a>(&self, allowances: &'a AllowanceTable) -> &'a Plan {
        let ended = self.plan_until.is_some_and(|until| until <= allowances.now);
        allowances.plans.get(&self.plan).filter(|_| !ended).unwrap_or_else(|| allowances.plans.base())
    }
}

/// Balance and plan of an account after a debit.
#[derive(sqlx::FromRow)]
struct DebitedRow {
    token_balance: i64,
    plan: String,
    plan_until: Option<Moment>,
}

impl DebitedRow {
    fn with(self, each: Vec<std::result::Result<i64, i64>>) -> BalanceDebit {
        BalanceDebit { each, left: self.token_balance, plan: self.plan, plan_until: self.plan_until }
    }
}

impl PostCharges {
    /// Debits the amounts that the balance covers, in order; `None` if the account does not exist. Free tokens are spent
    /// first. An allowance that is due counts: it is paid before. Without amounts it only reads.
    async fn take(&self, tx: &mut Tx, account: AccountId, prices: &[i64]) -> sqlx::Result<Option<BalanceDebit>> {
        let (all, month): (i64, String) = (prices.iter().sum(), self.allowances.now.month());
        let sql = "update account set token_balance = token_balance - $2,
                     free_tokens = case when free_tokens > $2 then free_tokens - $2 else 0 end
                   where id = $1 and token_balance >= $2 and allowance_month >= $3 and deleted_at is null
                   returning token_balance, plan, plan_until";
        if let Some(debited) = tx.first::<DebitedRow>(sql, &[&account, &all, &month]).await? {
            let each = ledger::take(debited.token_balance + all, prices);
            return Ok(Some(debited.with(each)));
        }
        // Not enough for all, or the month is new. Paying locks the row, so the balance stays accurate.
        let Some(paid) = self.allowances.pay_due(tx, account).await? else { return Ok(None) };
        let each = ledger::take(paid.token_balance, prices);
        let some: i64 = prices.iter().zip(&each).filter(|(_, taken)| taken.is_ok()).map(|(price, _)| price).sum();
        let debited: DebitedRow = tx.one(sql, &[&account, &some, &month]).await?;
        Ok(Some(debited.with(each)))
    }
}

/// Returns the account that an account was merged into.
async fn merged_into(tx: &mut Tx, account: AccountId) -> sqlx::Result<Option<AccountId>> {
    let sql = "select merged_into from account where id = $1 and merged_into is not null";
    Ok(tx.first::<(AccountId,)>(sql, &[&account]).await?.map(|(to,)| to))
}
