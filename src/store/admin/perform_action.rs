//! Performs an admin action: the change, its entry in the audit log, the activity of the person and the notice to them,
//! all or none, and once.

use crate::model::accounts::account::{Account, AccountId, TelegramId};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::admin_action::plan_change::{PlanChange, PlanHolder, PlanLoss, PlanTerm, TimeLeft};
use crate::model::admin_action::{AdminAction, AdminActionId, AssignedPlan, PlanRecord, PlanSnapshot, UndoneAction};
use crate::model::billing::plan::Plans;
use crate::model::oauth::grant::GrantEnd;
use crate::model::time::Moment;
use crate::store::accounts::accounts::{AddTokens, AddTokensOutcome};
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::admin::admin_actions::ACTION_LIFETIME_SECS;
use crate::store::admin::audit_log::NewAuditEntry;
use crate::store::admin::person_notices::{PausedKeys, PersonNotice, PlannedChange};
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::billing::allowance::AllowanceTable;
use crate::store::billing::plan_periods;
use crate::store::oauth::grant_ends;
use crate::store::{Tx, Write, WriteLane};

/// Origin of an action.
#[derive(Clone, Debug)]
pub enum ActionSource {
    /// A request the admin has confirmed.
    Said(AdminActionId, TelegramId),
    /// An action performed immediately, with its idempotency key.
    AtOnce(Option<TelegramId>, String),
}

/// Performs an action.
#[derive(Clone, Debug)]
pub struct PerformAction {
    /// Origin of the action.
    pub source: ActionSource,
    /// The account it changes.
    pub account: AccountId,
    /// The action.
    pub action: AdminAction,
    /// Decides whether the person is notified.
    pub telling: Telling,
    /// Plans with their allowances, and the current time.
    pub allowances: AllowanceTable,
}

/// Decides whether a person is notified of what was done to their account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// The person gets a notice.
    Notice,
    /// Nobody is notified.
    Silent,
}

/// An action that was performed.
#[derive(Clone, Debug)]
pub struct ActionRecord {
    /// Id of the entry in the audit log.
    pub entry: i64,
    /// The account before the action.
    pub before: Account,
    /// The account after the action.
    pub after: Account,
}

/// Reason that the present state of the account does not allow an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionConflict {
    /// The person would lose something by an extension.
    Loses(Box<PlanLoss>),
    /// The plan is not the one that the admin saw.
    Changed,
    /// The balance is lower than the tokens to take back.
    Short(i64),
}

/// Outcome of a [`PerformAction`].
#[derive(Clone, Debug)]
pub enum PerformActionOutcome {
    /// Performed.
    Done(Box<ActionRecord>),
    /// The action was performed or cancelled before, or has expired.
    Settled,
    /// The account does not exist.
    NoPerson,
    /// Not performed.
    Refused(ActionConflict),
}

/// Decision about an action, by the state of the locked account.
enum ActionDecision {
    /// Perform it, with the change of the plan if it is one.
    Go(Option<Box<PlannedChange>>),
    /// Do nothing.
    Stop(ActionConflict),
}

impl Write for PerformAction {
    type Out = PerformActionOutcome;

    const LANE: WriteLane = WriteLane::Reserved;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<PerformActionOutcome> {
        let Some(before) = lock(self.account, tx).await? else { return Ok(PerformActionOutcome::NoPerson) };
        let change = match self.decide(&before, tx).await? {
            ActionDecision::Go(change) => change,
            ActionDecision::Stop(conflict) => return Ok(PerformActionOutcome::Refused(conflict)),
        };
        let Some((admin, idempotency_key)) = self.claim(tx).await? else { return Ok(PerformActionOutcome::Settled) };
        if let Some(conflict) = self.change(&idempotency_key, change.as_deref(), tx).await? {
            return Ok(PerformActionOutcome::Refused(conflict));
        }
        let after = lock(self.account, tx).await?.ok_or(sqlx::Error::RowNotFound)?;
        let (now, action) = (self.allowances.now, self.action.audit_json());
        let kind = self.action.undone();
        let state = |account: &Account| kind.map_or_else(String::new, |kind| state_text(kind, account));
        let (old, new) = (state(&before), state(&after));
        let tokens = after.token_balance - before.token_balance;
        let audit = NewAuditEntry {
            admin,
            account: self.account,
            action: &action,
            before: &old,
            after: &new,
            tokens,
            plans: change.as_ref().map(|change| &change.record),
            undo_of: None,
        };
        let entry = audit.add(&idempotency_key, now, tx).await?;
        if let Some(event) = self.event(&after) {
            let (account, by) = (self.account, actor(admin));
            activity::add(&[AddActivity { account, event, by, now }], tx).await?;
        }
        if self.telling == Telling::Notice {
            let (account, key) = (self.account, format!("act:{entry}"));
            let notice = PersonNotice { account, admin, idempotency_key: &key, now };
            match change {
                Some(change) => notice.plan(*change, tx).await?,
                None => notice.action(&self.action, tx).await?,
            }
        }
        Ok(PerformActionOutcome::Done(Box::new(ActionRecord { entry, before, after })))
    }
}

impl PerformAction {
    /// Decides by the locked account. A plan is extended only if the person loses nothing.
    async fn decide(&self, before: &Account, tx: &mut Tx) -> sqlx::Result<ActionDecision> {
        let AdminAction::Plan { plan, days, replaces } = &self.action else { return Ok(ActionDecision::Go(None)) };
        if replaces.as_ref().is_some_and(|seen| *seen != AssignedPlan::of_account(before)) {
            return Ok(ActionDecision::Stop(ActionConflict::Changed));
        }
        let AllowanceTable { plans, now } = &self.allowances;
        let pauses = plans.get(plan).is_some_and(|plan| !plan.api_access) && before.plan(plans, *now).api_access;
        let paused = if pauses { PausedKeys::of_account(self.account, *now, tx).await? } else { PausedKeys::default() };
        let timeline = plan_periods::lock(self.account, &self.allowances, tx).await?.unwrap_or_default();
        let holder = PlanHolder { timeline: &timeline, keys: paused.count, plans, now: *now };
        let left = if replaces.is_some() { TimeLeft::Replaced } else { TimeLeft::Kept };
        let term = PlanTerm { plan: plan.clone(), days: *days };
        Ok(match PlanChange::compute(holder, &term, left) {
            Some(PlanChange { loss: Some(loss), .. }) if replaces.is_none() => {
                ActionDecision::Stop(ActionConflict::Loses(Box::new(loss)))
            }
            Some(change) => {
                let after = PlanSnapshot::of_timeline(&change.timeline);
                let record = PlanRecord { before: PlanSnapshot::of_timeline(&timeline), after };
                ActionDecision::Go(Some(Box::new(PlannedChange { change, paused, title: title(plans, plan), record })))
            }
            // The plan was removed from the plans file since the request.
            None => ActionDecision::Stop(ActionConflict::Changed),
        })
    }

    /// Claims the action once. Returns the admin and the idempotency key.
    async fn claim(&self, tx: &mut Tx) -> sqlx::Result<Option<(Option<TelegramId>, String)>> {
        match &self.source {
            ActionSource::Said(id, admin) => {
                let sql = "update pending_admin_action set settled_at = $3
                           where id = $1 and admin_id = $2 and settled_at is null and created_at > $4
                           returning account_id";
                let now = self.allowances.now;
                let claimed: Option<(AccountId,)> =
                    tx.first(sql, &[id, admin, &now, &now.minus(ACTION_LIFETIME_SECS)]).await?;
                Ok(claimed.map(|_| (Some(*admin), format!("act:{id}"))))
            }
            ActionSource::AtOnce(admin, idempotency_key) => {
                let sql = "select 1 = 1 from audit_log where idempotency_key = $1";
                let done: Option<(bool,)> = tx.first(sql, &[idempotency_key]).await?;
                Ok(done.is_none().then(|| (*admin, idempotency_key.clone())))
            }
        }
    }

    /// Changes the account. Returns the conflict if that is not possible.
    async fn change(
        &self,
        idempotency_key: &str,
        planned: Option<&PlannedChange>,
        tx: &mut Tx,
    ) -> sqlx::Result<Option<ActionConflict>> {
        let (account, now) = (self.account, self.allowances.now);
        match &self.action {
            AdminAction::Plan { .. } => {
                let Some(PlannedChange { change, .. }) = planned else { return Ok(Some(ActionConflict::Changed)) };
                plan_periods::save(account, &change.timeline, &self.allowances, tx).await?;
            }
            AdminAction::Grant { tokens, reason } => {
                let (tokens, reason) = (*tokens, reason.clone());
                let idempotency_key = format!("grant:{idempotency_key}");
                let add = AddTokens { account, tokens, reason, idempotency_key, now };
                if add.run(tx).await? == AddTokensOutcome::Short {
                    let balance = lock(account, tx).await?.map_or(0, |account| account.token_balance);
                    return Ok(Some(ActionConflict::Short(balance)));
                }
            }
            AdminAction::Ban { .. } => ban(account, now, tx).await?,
            AdminAction::Unban => unban(account, now, tx).await?,
            // The notice is the action. An undo is a write of its own.
            AdminAction::Message { .. } | AdminAction::Undo { .. } => {}
        }
        Ok(None)
    }

    /// Event in the account activity of the person.
    fn event(&self, after: &Account) -> Option<ActivityEvent> {
        Some(match &self.action {
            AdminAction::Plan { .. } => plan_event(after),
            AdminAction::Grant { tokens, .. } => tokens_event(*tokens),
            AdminAction::Ban { .. } => ActivityEvent::Banned,
            AdminAction::Unban => ActivityEvent::Unbanned,
            AdminAction::Message { .. } | AdminAction::Undo { .. } => return None,
        })
    }
}

/// Locks the account's row, so that the state recorded as before is accurate.
pub(super) async fn lock(account: AccountId, tx: &mut Tx) -> sqlx::Result<Option<Account>> {
    let sql = "update account set plan = plan where id = $1 and deleted_at is null
               returning id, name, language, plan, plan_until, token_balance, banned_at, created_at";
    tx.first(sql, &[&account]).await
}

/// Bans an account and ends its sessions and apps: an unban must not revive access from before the ban.
pub(super) async fn ban(account: AccountId, now: Moment, tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "update account set banned_at = $2 where id = $1 and banned_at is null";
    tx.run(sql, &[&account, &now]).await?;
    let sql = "update session set ended_at = $2 where account_id = $1 and ended_at is null";
    tx.run(sql, &[&account, &now]).await?;
    grant_ends::end_of_account(account, GrantEnd::Banned, now, tx).await?;
    record_change(tx, account, now).await
}

/// Lifts the ban of an account.
pub(super) async fn unban(account: AccountId, now: Moment, tx: &mut Tx) -> sqlx::Result<()> {
    tx.run("update account set banned_at = null where id = $1", &[&account]).await?;
    record_change(tx, account, now).await
}

/// State of the field that an action changes, for the audit log.
pub(super) fn state_text(kind: UndoneAction, account: &Account) -> String {
    match kind {
        UndoneAction::Plan => AssignedPlan::of_account(account).to_string(),
        UndoneAction::Grant => account.token_balance.to_string(),
        UndoneAction::Ban | UndoneAction::Unban => account.banned_at.map_or("open", |_| "banned").to_owned(),
    }
}

/// Event of a plan in the activity of the person.
pub(super) fn plan_event(after: &Account) -> ActivityEvent {
    ActivityEvent::PlanChanged { plan: after.plan.clone(), until: after.plan_until.map(Moment::day) }
}

/// Event of a grant in the activity of the person.
pub(super) const fn tokens_event(tokens: i64) -> ActivityEvent {
    if tokens < 0 { ActivityEvent::TokensTaken { tokens: -tokens } } else { ActivityEvent::TokensGranted { tokens } }
}

/// Actor of an admin's action in the activity of the person.
pub(super) fn actor(admin: Option<TelegramId>) -> ActivityActor {
    admin.map_or(ActivityActor::Operator, ActivityActor::Admin)
}

/// Title of a plan, or its id if it is no longer configured.
pub(super) fn title(plans: &Plans, id: &str) -> String {
    plans.title(id).to_owned()
}
