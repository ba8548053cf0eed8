//! Account merge. One transaction moves everything to the other account; only the id of the merged account remains.

use std::collections::HashSet;

use sqlx::FromRow;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::api_key::{KeyId, KeyName};
use crate::model::billing::plan::Plans;
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::api_keys::key_cache_sync::record_merge;
use crate::store::billing::allowance::{AllowancePaid, AllowanceTable};
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::{Result, Store, Tx, Write};

/// Month after every real one: an account marked with it is never due an allowance.
pub(in crate::store) const NO_ALLOWANCE_MONTH: &str = "9999-12";

/// A merge offer as stored.
#[derive(Clone, Debug, FromRow)]
pub struct MergeOfferRow {
    /// Identifies the offer in links and buttons.
    pub id: i64,
    /// The account that remains.
    pub account_id: AccountId,
    /// The account that ends.
    pub other_id: AccountId,
    /// Time after which the offer can no longer be accepted.
    pub expires_at: Moment,
    /// Time at which the offer was accepted or declined.
    pub settled_at: Option<Moment>,
}

impl Store {
    /// Returns a merge offer made to `account`.
    pub async fn merge_offer(&self, id: i64, account: AccountId) -> Result<Option<MergeOfferRow>> {
        let sql = "select id, account_id, other_id, expires_at, settled_at from merge_offer
                   where id = $1 and account_id = $2";
        Ok(self.db.first(sql, &[&id, &account]).await?)
    }
}

/// Declines a merge offer.
#[derive(Clone, Debug)]
pub struct DropMergeOffer {
    /// Id of the offer.
    pub id: i64,
    /// The account the offer was made to.
    pub account: AccountId,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: true if the offer was open.
impl Write for DropMergeOffer {
    type Out = bool;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update merge_offer set settled_at = $3 where id = $1 and account_id = $2 and settled_at is null";
        Ok(tx.run(sql, &[&self.id, &self.account, &self.now]).await? == 1)
    }
}

/// Accepts a merge offer: the other account becomes part of this one.
#[derive(Clone, Debug)]
pub struct MergeAccounts {
    /// Id of the offer.
    pub offer: i64,
    /// The account that remains.
    pub account: AccountId,
    /// Actor recorded in the account activity.
    pub by: ActivityActor,
    /// Plans with their allowances, and the current time.
    pub dues: AllowanceTable,
}

/// Outcome of a [`MergeAccounts`].
#[derive(Clone, Debug)]
pub enum MergeOutcome {
    /// The merged account, and the id of the account that ended.
    Done(Box<Account>, AccountId),
    /// The offer was settled before, has expired, or one of the accounts has changed since.
    Over,
    /// One of the accounts is banned or scheduled for deletion.
    Closed,
}

/// An account whose row this transaction has locked.
#[derive(FromRow)]
struct LockedAccount {
    #[sqlx(flatten)]
    account: Account,
    name_chosen: bool,
    #[sqlx(flatten)]
    paid: AllowancePaid,
}

impl Write for MergeAccounts {
    type Out = MergeOutcome;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<MergeOutcome> {
        let now = self.dues.now;
        let Some(other) = self.claim(tx).await? else { return Ok(MergeOutcome::Over) };
        // Rows are always locked in order of id, which prevents deadlocks.
        let (first, second) = (lock(tx, self.account.min(other)).await?, lock(tx, self.account.max(other)).await?);
        let Some((first, second)) = first.zip(second) else { return Ok(MergeOutcome::Over) };
        let (stays, goes) = if first.account.id == self.account { (first, second) } else { (second, first) };
        let sides = [&stays.account, &goes.account];
        if sides.iter().any(|account| account.banned_at.is_some() || account.deletion_due_at.is_some()) {
            return Ok(MergeOutcome::Closed);
        }
        let tokens = goes.account.token_balance;
        move_keys(tx, (other, self.account)).await?;
        move_history(tx, (other, self.account)).await?;
        move_preferences(tx, (other, self.account)).await?;
        move_password(tx, (other, self.account)).await?;
        end(tx, other, now).await?;
        mark_merged(tx, (other, self.account), now).await?;
        let account = self.join(tx, &stays, &goes).await?;
        let event = ActivityEvent::Merged { account: other.0, tokens };
        activity::add(&[AddActivity { account: self.account, event, by: self.by.clone(), now }], tx).await?;
        let notice = Notice::Merged { account: other.0 };
        let idempotency_key = format!("merged:{other}");
        notice_queue::add(&[AddNotice { account: self.account, notice, idempotency_key, now }], tx).await?;
        record_merge(tx, (other, self.account), now).await?;
        Ok(MergeOutcome::Done(Box::new(account), other))
    }
}

impl MergeAccounts {
    /// Claims the offer once, if the proven identity still belongs to the account that would end.
    async fn claim(&self, tx: &mut Tx) -> sqlx::Result<Option<AccountId>> {
        let sql = "update merge_offer set settled_at = $3
                   where id = $1 and account_id = $2 and settled_at is null and expires_at > $3
                     and exists (select 1 from identity i
                                 where i.kind = merge_offer.kind and i.subject = merge_offer.subject
                                   and i.account_id = merge_offer.other_id)
                   returning other_id";
        let claimed: Option<(AccountId,)> = tx.first(sql, &[&self.offer, &self.account, &self.dues.now]).await?;
        Ok(claimed.map(|(other,)| other).filter(|other| *other != self.account))
    }

    /// Sets plan, balance and name of the remaining account. Allowances of this month paid to either account count as
    /// paid: no month is paid twice.
    async fn join(&self, tx: &mut Tx, stays: &LockedAccount, goes: &LockedAccount) -> sqlx::Result<Account> {
        let now = self.dues.now;
        let (plan, until) = better(&self.dues.plans, (&stays.account, &goes.account), now);
        let balance = stays.account.token_balance + goes.account.token_balance;
        let language = stays.account.language.as_ref().or(goes.account.language.as_ref());
        let takes_name = !stays.name_chosen && goes.name_chosen;
        let name = if takes_name { &goes.account.name } else { &stays.account.name };
        let name_chosen = stays.name_chosen || goes.name_chosen;
        let paid = AllowancePaid::of_both(&self.dues, (&stays.account, &stays.paid), (&goes.account, &goes.paid));
        let sql = "update account set plan = $2, plan_until = $3, token_balance = $4, language = $5, name = $6,
                     name_chosen = $7
                   where id = $1
                   returning id, name, language, plan, plan_until, token_balance, banned_at, created_at";
        let id = self.account;
        let mut account: Account = tx.one(sql, &[&id, &plan, &until, &balance, &language, name, &name_chosen]).await?;
        let sql = "insert into ledger (account_id, tokens, balance, reason, idempotency_key, created_at)
                   values ($1, 0, $2, 'merge', $3, $4)";
        tx.run(sql, &[&id, &balance, &format!("merge:{}", goes.account.id), &now]).await?;
        self.dues.pay(tx, &mut account, &paid).await?;
        Ok(account)
    }
}

/// Returns the plan to keep, and its end. The plan later in the plans file wins; of two equal plans, the one that ends
/// later. An expired plan counts as the base plan.
#[must_use]
pub fn better(plans: &Plans, (one, other): (&Account, &Account), now: Moment) -> (String, Option<Moment>) {
    let rank = |account: &Account| {
        let plan = account.plan(plans, now);
        let until = account.plan_until.filter(|_| plan.id == account.plan);
        (plans.place(&plan.id), until.map_or(i64::MAX, |until| until.0))
    };
    let best = if rank(other) > rank(one) { other } else { one };
    let plan = best.plan(plans, now);
    (plan.id.clone(), best.plan_until.filter(|_| plan.id == best.plan))
}

/// Locks the row of an account and reads it.
async fn lock(tx: &mut Tx, id: AccountId) -> sqlx::Result<Option<LockedAccount>> {
    let sql = "update account set plan = plan where id = $1 and deleted_at is null
               returning id, name, language, plan, plan_until, token_balance, banned_at, created_at, deletion_due_at,
                 deleted_at, name_chosen, allowance_month, allowance_tokens";
    tx.first(sql, &[&id]).await
}

/// Moves the keys unchanged; a name that is already used gets a number.
async fn move_keys(tx: &mut Tx, (from, to): (AccountId, AccountId)) -> sqlx::Result<()> {
    let sql = "select name from api_key where account_id = $1 and revoked_at is null";
    let taken: Vec<(String,)> = tx.all(sql, &[&to]).await?;
    let mut taken: HashSet<String> = taken.into_iter().map(|(name,)| name).collect();
    let sql = "select id, name from api_key where account_id = $1 and revoked_at is null order by id";
    let coming: Vec<(KeyId, String)> = tx.all(sql, &[&from]).await?;
    // Names of other keys that move along are taken, too.
    let moving: HashSet<String> = coming.iter().map(|(_, name)| name.clone()).collect();
    for (id, name) in coming {
        if taken.contains(&name) {
            let free = numbered(&name, |name| taken.contains(name) || moving.contains(name));
            tx.run("update api_key set name = $2 where id = $1", &[&id, &free]).await?;
            taken.insert(free);
        }
    }
    tx.run("update api_key set account_id = $2 where account_id = $1", &[&from, &to]).await.map(drop)
}

/// Returns a name like `laptop (2)` with the first free number, shortened to the length limit of names.
fn numbered(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let with = |number: u32| {
        let end = format!(" ({number})");
        let room = KeyName::MAX_NAME_CHARS.saturating_sub(end.chars().count());
        let start: String = name.chars().take(room).collect();
        format!("{}{end}", start.trim_end())
    };
    (2..=u32::MAX).map(with).find(|name| !is_taken(name)).unwrap_or_default()
}

/// Moves identities, activity and queued notices. Ledger entries stay in place, because there may be many; reads
/// include those of merged accounts.
async fn move_history(tx: &mut Tx, (from, to): (AccountId, AccountId)) -> sqlx::Result<()> {
    for sql in [
        "update identity set account_id = $2 where account_id = $1",
        "update account_activity set account_id = $2 where account_id = $1",
        "update notice set account_id = $2 where account_id = $1",
        "insert into known_source (account_id, device, network, first_at)
         select $2, device, network, first_at from known_source where account_id = $1
         on conflict (account_id, device, network) do nothing",
    ] {
        tx.run(sql, &[&from, &to]).await?;
    }
    tx.run("delete from known_source where account_id = $1", &[&from]).await.map(drop)
}

/// Takes over preferences the remaining account never set; its own ones stay.
async fn move_preferences(tx: &mut Tx, (from, to): (AccountId, AccountId)) -> sqlx::Result<()> {
    let sql = "insert into notice_opt_out (account_id, category)
               select $2, category from notice_opt_out
               where account_id = $1 and not exists (select 1 from notice_opt_out where account_id = $2)";
    tx.run(sql, &[&from, &to]).await?;
    let sql = "insert into quiet_hours (account_id, start_hour, end_hour, utc_offset_minutes)
               select $2, start_hour, end_hour, utc_offset_minutes from quiet_hours where account_id = $1
               on conflict (account_id) do nothing";
    tx.run(sql, &[&from, &to]).await.map(drop)
}

/// Moves the password along with the addresses, unless the remaining account has one.
async fn move_password(tx: &mut Tx, (from, to): (AccountId, AccountId)) -> sqlx::Result<()> {
    let sql = "insert into password (account_id, phc, changed_at, used_at)
               select $2, phc, changed_at, used_at from password where account_id = $1
               on conflict (account_id) do nothing";
    tx.run(sql, &[&from, &to]).await?;
    for sql in [
        "delete from password where account_id = $1",
        "delete from mail where account_id = $1",
        "delete from email_token where account_id = $1",
    ] {
        tx.run(sql, &[&from]).await?;
    }
    Ok(())
}

/// Ends everything that still gives access to an account or acts in its name.
pub(in crate::store) async fn end(tx: &mut Tx, account: AccountId, now: Moment) -> sqlx::Result<()> {
    let sql = "update session set ended_at = $2 where account_id = $1 and ended_at is null";
    tx.run(sql, &[&account, &now]).await?;
    tx.run("delete from sign_in_link where account_id = $1", &[&account]).await?;
    tx.run("delete from bot_sign_in where account_id = $1 or link_account_id = $1", &[&account]).await?;
    let sql = "update merge_offer set settled_at = $2 where (account_id = $1 or other_id = $1) and settled_at is null";
    tx.run(sql, &[&account, &now]).await?;
    let sql = "update pending_admin_action set settled_at = $2 where account_id = $1 and settled_at is null";
    tx.run(sql, &[&account, &now]).await.map(drop)
}

/// Clears the merged account, keeping its id and a reference to the account that replaced it.
async fn mark_merged(tx: &mut Tx, (account, into): (AccountId, AccountId), now: Moment) -> sqlx::Result<()> {
    for table in ["delete from notice_opt_out where account_id = $1", "delete from quiet_hours where account_id = $1"] {
        tx.run(table, &[&account]).await?;
    }
    let sql = "update account set deleted_at = $2, merged_into = $3, name = '', language = null, plan_until = null,
                 token_balance = 0, allowance_month = $4
               where id = $1";
    tx.run(sql, &[&account, &now, &into, &NO_ALLOWANCE_MONTH]).await?;
    tx.run("update account set merged_into = $2 where merged_into = $1", &[&account, &into]).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn a_name_that_is_taken_gets_the_first_free_number() {
        assert_eq!(numbered("laptop", |_| false), "laptop (2)");
        assert_eq!(numbered("laptop", |name| name == "laptop (2)"), "laptop (3)");
        let long = "ж".repeat(64);
        let given = numbered(&long, |_| false);
        assert_eq!((given.chars().count(), given.ends_with("ж (2)")), (64, true));
    }
}
