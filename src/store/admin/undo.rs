//! Undo of an admin action: once, for a limited time, and only while nothing else has changed what it changed.

use std::cmp::Ordering;

use sqlx::FromRow;

use crate::model::accounts::account::{Account, AccountId, TelegramId};
use crate::model::accounts::activity::ActivityEvent;
use crate::model::admin_action::{AdminAction, PlanRecord, PlanSnapshot, UndoneAction};
use crate::model::notices::admin_action_notice::{AdminActionNotice, PlanChangeKind};
use crate::model::time::Moment;
use crate::store::accounts::accounts::AddTokens;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::admin::audit_log::NewAuditEntry;
use crate::store::admin::perform_action::{
    ActionRecord, actor, ban, lock, plan_event, state_text, title, tokens_event, unban,
};
use crate::store::admin::person_notices::{PausedKeys, PersonNotice, plan_notice};
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::billing::allowance::AllowanceTable;
use crate::store::billing::plan_periods;
use crate::store::{Result, Store, Tx, Write, WriteLane};

/// Entry of the audit log that its admin may undo.
#[derive(Clone, Debug, FromRow)]
pub struct UndoCandidate {
    /// Id of the entry.
    pub id: i64,
    /// The account that the action changed.
    pub account_id: AccountId,
    /// The action, as JSON.
    pub action: String,
    /// State of the changed field before the action.
    pub before: String,
    /// State of the changed field after the action.
    pub after: String,
    /// Change of the token balance.
    pub tokens: i64,
    /// All plans before and after the action, as JSON.
    pub plans: Option<String>,
    /// Time of the action.
    pub created_at: Moment,
}

impl Store {
    /// Returns the latest action of an admin; `None` is the operator.
    pub async fn latest_action(&self, admin: Option<TelegramId>) -> Result<Option<UndoCandidate>> {
        let sql = "select id, account_id, action, before, after, tokens, plans, created_at from audit_log
                   where coalesce(admin_id, 0) = $1
                   order by id desc
                   limit 1";
        Ok(self.db.first(sql, &[&admin.map_or(0, TelegramId::get)]).await?)
    }

    /// Returns an action of an admin.
    pub async fn action_of(&self, admin: Option<TelegramId>, entry: i64) -> Result<Option<UndoCandidate>> {
        let sql = "select id, account_id, action, before, after, tokens, plans, created_at from audit_log
                   where id = $2 and coalesce(admin_id, 0) = $1";
        Ok(self.db.first(sql, &[&admin.map_or(0, TelegramId::get), &entry]).await?)
    }
}

/// Undoes an action and records that.
#[derive(Clone, Debug)]
pub struct UndoAction {
    /// The entry to undo.
    pub entry: UndoCandidate,
    /// Kind of its action.
    pub undone: UndoneAction,
    /// The admin who undoes it; `None` for the operator.
    pub admin: Option<TelegramId>,
    /// Plans with their allowances, and the current time.
    pub allowances: AllowanceTable,
}

/// Outcome of an [`UndoAction`].
#[derive(Clone, Debug)]
pub enum ActionUndoOutcome {
    /// Undone.
    Done(Box<ActionRecord>),
    /// It was undone before.
    Before,
    /// What it changed was changed again since, or the account does not exist.
    Changed,
    /// The granted tokens are spent; carries the balance.
    Spent(i64),
}

impl Write for UndoAction {
    type Out = ActionUndoOutcome;

    const LANE: WriteLane = WriteLane::Reserved;

    fn order(&self) -> i64 {
        self.entry.account_id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<ActionUndoOutcome> {
        let (account, now) = (self.entry.account_id, self.allowances.now);
        let Some(before) = lock(account, tx).await? else { return Ok(ActionUndoOutcome::Changed) };
        // The lock of the account makes a concurrent undo visible.
        let sql = "select 1 = 1 from audit_log where undo_of = $1";
        if tx.first::<(bool,)>(sql, &[&self.entry.id]).await?.is_some() {
            return Ok(ActionUndoOutcome::Before);
        }
        if let Some(obstacle) = self.obstacle(&before) {
            return Ok(obstacle);
        }
        if !self.revert(&before, tx).await? {
            return Ok(ActionUndoOutcome::Changed);
        }
        let after = lock(account, tx).await?.ok_or(sqlx::Error::RowNotFound)?;
        let action = AdminAction::Undo { entry: self.entry.id, undone: self.undone }.to_json();
        let (old, new) = (state_text(self.undone, &before), state_text(self.undone, &after));
        let (admin, tokens) = (self.admin, after.token_balance - before.token_balance);
        let (action, undo_of) = (action.as_str(), Some(self.entry.id));
        let audit = NewAuditEntry { admin, account, action, before: &old, after: &new, tokens, plans: None, undo_of };
        let key = format!("undo:{}", self.entry.id);
        let entry = audit.add(&key, now, tx).await?;
        let (event, by) = (self.event(&after), actor(admin));
        activity::add(&[AddActivity { account, event, by, now }], tx).await?;
        let record = ActionRecord { entry, before, after };
        let notice = self.notice(&record, tx).await?;
        PersonNotice { account, admin, idempotency_key: &key, now }.add(notice, tx).await?;
        Ok(ActionUndoOutcome::Done(Box::new(record)))
    }
}

impl UndoAction {
    /// Reason that the present state does not allow the undo.
    fn obstacle(&self, before: &Account) -> Option<ActionUndoOutcome> {
        if self.undone == UndoneAction::Grant {
            let is_spent = before.token_balance < self.entry.tokens;
            return is_spent.then_some(ActionUndoOutcome::Spent(before.token_balance));
        }
        let is_changed = state_text(self.undone, before) != self.entry.after;
        (is_changed && self.undone != UndoneAction::Plan).then_some(ActionUndoOutcome::Changed)
    }

    /// Reverts the change. Returns false if a plan that waits, or its time, was changed again since.
    async fn revert(&self, before: &Account, tx: &mut Tx) -> sqlx::Result<bool> {
        let (account, now) = (self.entry.account_id, self.allowances.now);
        match self.undone {
            UndoneAction::Plan if !self.restore_plans(tx).await? => return Ok(false),
            UndoneAction::Plan => self.take_allowance_back(before, tx).await?,
            UndoneAction::Grant => self.take_back(self.entry.tokens, tx).await?,
            UndoneAction::Ban => unban(account, now, tx).await?,
            UndoneAction::Unban => ban(account, now, tx).await?,
        }
        Ok(true)
    }

    /// Restores all plans of the account, unless they are not those that the action left.
    async fn restore_plans(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let (account, AllowanceTable { plans, now }) = (self.entry.account_id, &self.allowances);
        let record = self.entry.plans.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let Some(PlanRecord { before, after }) = record else { return Ok(false) };
        let Some(present) = plan_periods::lock(account, &self.allowances, tx).await? else { return Ok(false) };
        let expected = PlanSnapshot::of_timeline(&after.timeline(plans, *now));
        if PlanSnapshot::of_timeline(&present) != expected {
            return Ok(false);
        }
        plan_periods::write(account, &before.timeline(plans, *now), &self.allowances, tx).await?;
        record_change(tx, account, *now).await?;
        Ok(true)
    }

    /// Takes back what is left of the allowance that the undone plan added.
    async fn take_allowance_back(&self, before: &Account, tx: &mut Tx) -> sqlx::Result<()> {
        let UndoCandidate { account_id: account, tokens, created_at, .. } = &self.entry;
        let taken = (*tokens).min(before.token_balance);
        if taken <= 0 {
            return Ok(());
        }
        self.take_back(taken, tx).await?;
        // What was taken back is paid again if a later plan of the same month includes it.
        let sql = "update account set allowance_tokens = allowance_tokens - $2
                   where id = $1 and allowance_month = $3 and allowance_tokens >= $2";
        tx.run(sql, &[account, &taken, &created_at.month()]).await?;
        let sql = "update ledger set idempotency_key = idempotency_key || ':undone:' || cast(id as text)
                   where account_id = $1 and reason = 'allowance' and created_at = $2 and tokens = $3";
        tx.run(sql, &[account, created_at, tokens]).await.map(drop)
    }

    /// Reverses a change of the balance.
    async fn take_back(&self, tokens: i64, tx: &mut Tx) -> sqlx::Result<()> {
        let (account, now) = (self.entry.account_id, self.allowances.now);
        let (reason, idempotency_key) = ("correction".to_owned(), format!("undo:{}", self.entry.id));
        AddTokens { account, tokens: -tokens, reason, idempotency_key, now }.run(tx).await.map(drop)
    }

    fn event(&self, after: &Account) -> ActivityEvent {
        match self.undone {
            UndoneAction::Plan => plan_event(after),
            UndoneAction::Grant => tokens_event(-self.entry.tokens),
            UndoneAction::Ban => ActivityEvent::Unbanned,
            UndoneAction::Unban => ActivityEvent::Banned,
        }
    }

    async fn notice(&self, record: &ActionRecord, tx: &mut Tx) -> sqlx::Result<AdminActionNotice> {
        Ok(match self.undone {
            UndoneAction::Plan => return self.notice_of_plan(record, tx).await,
            UndoneAction::Grant => AdminActionNotice::Tokens { tokens: -self.entry.tokens, reason: None },
            UndoneAction::Ban => AdminActionNotice::Unbanned,
            UndoneAction::Unban => AdminActionNotice::Banned { reason: None },
        })
    }

    async fn notice_of_plan(&self, record: &ActionRecord, tx: &mut Tx) -> sqlx::Result<AdminActionNotice> {
        let (ActionRecord { before, after, .. }, AllowanceTable { plans, now }) = (record, &self.allowances);
        let (old, new) = (before.plan(plans, *now), after.plan(plans, *now));
        let until = after.plan_until.filter(|_| new.id == after.plan);
        // No end date is later than any.
        let end = |until: Option<Moment>| until.map_or(i64::MAX, |until| until.0);
        let change = match plans.place(&new.id).cmp(&plans.place(&old.id)) {
            Ordering::Less => PlanChangeKind::Smaller,
            Ordering::Equal if end(until) < end(before.plan_until) => PlanChangeKind::Shortened,
            Ordering::Equal | Ordering::Greater => PlanChangeKind::Given,
        };
        let pauses = old.api_access && !new.api_access;
        let paused = if pauses { PausedKeys::of_account(after.id, *now, tx).await? } else { PausedKeys::default() };
        Ok(plan_notice(change, title(plans, &new.id), until, paused))
    }
}
