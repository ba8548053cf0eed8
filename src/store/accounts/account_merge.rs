//! Account merge. One transaction moves everything to the other account; only the id of the merged account remains.

use sqlx::FromRow;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::billing::plan::Plans;
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::accounts::merge_moves::MergeMove;
use crate::store::accounts::{identities, identity_removal};
use crate::store::api_keys::key_cache_sync::record_merge;
use crate::store::billing::allowance::{AllowancePaid, AllowanceTable, PaidAccount};
use crate::store::billing::plan_periods;
use crate::store::billing::purchases::subscriptions;
use crate::store::notices::identity_change::IdentityChange;
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
    pub allowances: AllowanceTable,
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

impl LockedAccount {
    const fn paid_account(&self) -> PaidAccount<'_> {
        PaidAccount { account: &self.account, paid: &self.paid }
    }
}

impl Write for MergeAccounts {
    type Out = MergeOutcome;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<MergeOutcome> {
        let now = self.allowances.now;
        let Some(other) = self.claim(tx).await? else { return Ok(MergeOutcome::Over) };
        // Rows are always locked in order of id, which prevents deadlocks.
        let (first, second) = (lock(tx, self.account.min(other)).await?, lock(tx, self.account.max(other)).await?);
        let Some((first, second)) = first.zip(second) else { return Ok(MergeOutcome::Over) };
        let (stays, goes) = if first.account.id == self.account { (first, second) } else { (second, first) };
        let sides = [&stays.account, &goes.account];
        if sides.iter().any(|account| account.banned_at.is_some() || account.deletion_due_at.is_some()) {
            return Ok(MergeOutcome::Closed);
        }
        let tokens = goes.account.own_tokens();
        let before = identities::dated(self.account, tx).await?;
        MergeMove { from: other, to: self.account, now }.run(tx).await?;
        end(tx, other, now).await?;
        self.join_plans(tx, &stays.account, &goes.account).await?;
        mark_merged(tx, other, self.account, now).await?;
        let account = self.join(tx, &stays, &goes).await?;
        let event = ActivityEvent::Merged { account: other.0, tokens };
        activity::add(&[AddActivity { account: self.account, event, by: self.by.clone(), now }], tx).await?;
        let notice = Notice::Merged { account: other.0, undo: None };
        let change = IdentityChange { account: self.account, before, removed: None, by: self.by.clone(), now };
        change.notify(&notice, &format!("merged:{other}"), tx).await?;
        record_merge(tx, other, self.account, now).await?;
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
        let claimed: Option<(AccountId,)> = tx.first(sql, &[&self.offer, &self.account, &self.allowances.now]).await?;
        Ok(claimed.map(|(other,)| other).filter(|other| *other != self.account))
    }

    /// Sets balance and name of the remaining account. Free tokens of the other one do not move: merging new
    /// accounts must gain nothing. Allowances of this month paid to either account count as
    /// paid: no month is paid twice.
    async fn join(&self, tx: &mut Tx, stays: &LockedAccount, goes: &LockedAccount) -> sqlx::Result<Account> {
        let now = self.allowances.now;
        let balance = stays.account.token_balance + goes.account.own_tokens();
        let language = stays.account.language.as_ref().or(goes.account.language.as_ref());
        let takes_name = !stays.name_chosen && goes.name_chosen;
        let name = if takes_name { &goes.account.name } else { &stays.account.name };
        let name_chosen = stays.name_chosen || goes.name_chosen;
        let paid = AllowancePaid::of_both(&self.allowances, stays.paid_account(), goes.paid_account());
        let sql = "update account set token_balance = $2, language = $3, name = $4, name_chosen = $5
                   where id = $1
                   returning id, name, language, plan, plan_until, token_balance, banned_at, created_at";
        let id = self.account;
        let mut account: Account = tx.one(sql, &[&id, &balance, &language, name, &name_chosen]).await?;
        let sql = "insert into ledger (account_id, tokens, balance, reason, idempotency_key, created_at)
                   values ($1, $5, $2, 'merge', $3, $4)";
        let once = format!("merge:{}", goes.account.id);
        // Entries of the other account are listed with this one's; its free tokens end here.
        tx.run(sql, &[&id, &balance, &once, &now, &-goes.account.free_tokens]).await?;
        self.allowances.pay(tx, &mut account, &paid).await?;
        Ok(account)
    }

    /// Keeps the better plan, and all time that was paid for in either account. Of several subscriptions the one whose
    /// plan is in effect continues; the others are cancelled at Telegram.
    async fn join_plans(&self, tx: &mut Tx, stays: &Account, goes: &Account) -> sqlx::Result<()> {
        let allowances = &self.allowances;
        let (plans, now) = (&allowances.plans, allowances.now);
        let of_one = plan_periods::lock(stays.id, allowances, tx).await?;
        let of_other = plan_periods::lock(goes.id, allowances, tx).await?;
        let Some((of_one, of_other)) = of_one.zip(of_other) else { return Ok(()) };
        let (mut merged, rest) =
            if is_better(plans, goes, stays, now) { (of_other, of_one) } else { (of_one, of_other) };
        for period in rest.paid_periods(now) {
            merged.add(period, plans, now);
        }
        plan_periods::write(self.account, &merged, allowances, tx).await?;
        subscriptions::keep_one(self.account, merged.running(), now, tx).await
    }
}

/// Plan of a merged account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedPlan {
    /// Id of the plan.
    pub id: String,
    /// End of the plan; `None` for no end.
    pub until: Option<Moment>,
}

/// Returns the plan to keep. The plan later in the plans file wins; of two equal plans, the one that ends
/// later. An expired plan counts as the base plan.
#[must_use]
pub fn better(plans: &Plans, one: &Account, other: &Account, now: Moment) -> MergedPlan {
    let best = if is_better(plans, other, one, now) { other } else { one };
    let plan = best.plan(plans, now);
    MergedPlan { id: plan.id.clone(), until: best.plan_until.filter(|_| plan.id == best.plan) }
}

/// True if the plan of the first account wins.
fn is_better(plans: &Plans, one: &Account, other: &Account, now: Moment) -> bool {
    let rank = |account: &Account| {
        let plan = account.plan(plans, now);
        let until = account.plan_until.filter(|_| plan.id == account.plan);
        (plans.place(&plan.id), until.map_or(i64::MAX, |until| until.0))
    };
    rank(one) > rank(other)
}

/// Locks the row of an account and reads it.
async fn lock(tx: &mut Tx, id: AccountId) -> sqlx::Result<Option<LockedAccount>> {
    let sql = "update account set plan = plan where id = $1 and deleted_at is null
               returning id, name, language, plan, plan_until, token_balance, banned_at, created_at, deletion_due_at,
                 deleted_at, name_chosen, free_tokens, allowance_month, allowance_tokens";
    tx.first(sql, &[&id]).await
}

/// Ends everything that still gives access to an account or acts in its name.
pub(in crate::store) async fn end(tx: &mut Tx, account: AccountId, now: Moment) -> sqlx::Result<()> {
    let sql = "update session set ended_at = $2 where account_id = $1 and ended_at is null";
    tx.run(sql, &[&account, &now]).await?;
    identity_removal::end_pending_access(account, now, tx).await?;
    let sql = "update pending_admin_action set settled_at = $2 where account_id = $1 and settled_at is null";
    tx.run(sql, &[&account, &now]).await.map(drop)
}

/// Clears the merged account, keeping its id and a reference to the account that replaced it.
pub(in crate::store) async fn mark_merged(
    tx: &mut Tx,
    account: AccountId,
    into: AccountId,
    now: Moment,
) -> sqlx::Result<()> {
    for table in [
        "delete from notice_opt_out where account_id = $1",
        "delete from quiet_hours where account_id = $1",
        "delete from plan_period where account_id = $1",
    ] {
        tx.run(table, &[&account]).await?;
    }
    let sql = "update account set deleted_at = $2, merged_into = $3, name = '', language = null, plan_until = null,
                 plan_stars = 0, plan_turn_at = null, token_balance = 0, free_tokens = 0, allowance_month = $4
               where id = $1";
    tx.run(sql, &[&account, &now, &into, &NO_ALLOWANCE_MONTH]).await?;
    tx.run("update account set merged_into = $2 where merged_into = $1", &[&account, &into]).await.map(drop)
}
