//! Admin actions on other people's accounts. Each is confirmed once, performed once, and recorded in the audit log. The
//! person is notified.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, AdminAct, PersonRef};
use crate::domain::error::{AdminActionError, Error, Fault, Refusal, Result};
use crate::model::accounts::account::{Account, AccountId};
use crate::model::admin_action::plan_change::{PlanChange, PlanHolder, PlanTerm, TimeLeft};
use crate::model::admin_action::token_amount::MAX_GRANT_TOKENS;
use crate::model::admin_action::{AdminAction, AdminActionId, AssignedPlan, UndoneAction, clean_reason};
use crate::model::crypto::rng;
use crate::store::admin::admin_actions::{ACTION_LIFETIME_SECS, AddPendingAction, DropPendingAction};
use crate::store::admin::perform_action::{
    ActionConflict, ActionRecord, ActionSource, PerformAction, PerformActionOutcome, Telling,
};

/// Action that an admin requests for a person.
#[derive(Clone, Debug)]
pub struct RequestedAction {
    /// Person concerned.
    pub person: PersonRef,
    /// Action to perform.
    pub action: AdminAction,
    /// Idempotency key of the request; need be unique only among those of the same admin.
    pub idempotency_key: String,
}

/// Plan that an admin requests for a person.
#[derive(Clone, Debug)]
pub struct RequestedPlan {
    /// Person concerned.
    pub person: PersonRef,
    /// Plan to give.
    pub term: PlanTerm,
    /// Treatment of the time that is left of the same plan.
    pub left: TimeLeft,
    /// Idempotency key of the request; need be unique only among those of the same admin.
    pub idempotency_key: String,
}

/// Action that waits for confirmation by its admin.
#[derive(Clone, Debug)]
pub struct PendingAction {
    /// Id of the pending action.
    pub id: AdminActionId,
    /// Action to perform.
    pub action: AdminAction,
    /// Account of the person, as it is now.
    pub person: Account,
    /// What the plan would change, if the action gives one.
    pub plan: Option<PlanChange>,
}

/// Outcome of a confirmation.
#[derive(Clone, Debug)]
pub enum ActionOutcome {
    /// The action was performed.
    Done(Box<PerformedAction>),
    /// The action was performed or cancelled before; carries the account and the seconds since.
    Before(AccountId, i64),
    /// The present state of the account does not allow it.
    Refused(AccountId, AdminActionError),
    /// The confirmation came too late, or the action belongs to another admin.
    TooLate,
}

/// Action that was performed.
#[derive(Clone, Debug)]
pub struct PerformedAction {
    /// The action.
    pub action: AdminAction,
    /// Entry of the audit log, by which it can be undone.
    pub entry: i64,
    /// Account of the person before the action.
    pub before: Account,
    /// Account of the person after the action.
    pub after: Account,
}

impl PerformedAction {
    pub(in crate::domain) fn new(action: AdminAction, record: ActionRecord) -> Self {
        let ActionRecord { entry, before, after } = record;
        Self { action, entry, before, after }
    }
}

impl Domain {
    /// Stores an action until its admin confirms it. A plan is requested by [`Self::request_plan`].
    pub async fn request_action(&self, admin: &Admin, requested: RequestedAction) -> Result<PendingAction> {
        let RequestedAction { person, action, idempotency_key } = requested;
        admin.require(act_of(&action))?;
        let person = self.find_person(admin, &person).await?;
        let action = self.checked(action, &person).await?;
        self.store_pending(admin, PendingAction { id: AdminActionId(0), action, person, plan: None }, &idempotency_key)
            .await
    }

    /// Stores a change of a plan until its admin confirms it. If the person would lose something, the stored action is a
    /// replacement of exactly the present plan.
    pub async fn request_plan(&self, admin: &Admin, requested: RequestedPlan) -> Result<PendingAction> {
        let RequestedPlan { person, term, left, idempotency_key } = requested;
        admin.require(AdminAct::Plans)?;
        let person = self.find_person(admin, &person).await?;
        let change = self.plan_change(&person, &term, left).await?;
        let replaces = (change.loss.is_some() || left == TimeLeft::Replaced).then(|| AssignedPlan::of_account(&person));
        let action = AdminAction::Plan { plan: change.plan.clone(), days: term.days, replaces };
        let pending = PendingAction { id: AdminActionId(0), action, person, plan: Some(change) };
        self.store_pending(admin, pending, &idempotency_key).await
    }

    async fn store_pending(
        &self,
        admin: &Admin,
        pending: PendingAction,
        idempotency_key: &str,
    ) -> Result<PendingAction> {
        let admin_id = admin.who().ok_or(Refusal::NotAdmin)?;
        let add = AddPendingAction {
            admin: admin_id,
            account: pending.person.id,
            action: pending.action.clone(),
            idempotency_key: format!("{admin_id}:{idempotency_key}"),
            now: self.now(),
        };
        Ok(PendingAction { id: self.inner.store.write(add).await?, ..pending })
    }

    /// Confirms and performs a pending action.
    pub async fn confirm_action(&self, admin: &Admin, id: AdminActionId) -> Result<ActionOutcome> {
        let admin_id = admin.who().ok_or(Refusal::NotAdmin)?;
        let Some(pending) = self.inner.store.pending_action(id, admin_id).await? else {
            return Ok(ActionOutcome::TooLate);
        };
        if let Some(at) = pending.settled_at {
            return Ok(ActionOutcome::Before(pending.account_id, self.now().since(at)));
        }
        let action = AdminAction::from_json(&pending.action)
            .filter(|_| self.now().since(pending.created_at) < ACTION_LIFETIME_SECS);
        let Some(action) = action else { return Ok(ActionOutcome::TooLate) };
        admin.require(act_of(&action))?;
        let source = ActionSource::Said(id, admin_id);
        match self.perform(self.work(source, pending.account_id, action)).await {
            Ok(Some(performed)) => Ok(ActionOutcome::Done(Box::new(performed))),
            Ok(None) => Ok(ActionOutcome::Before(pending.account_id, 0)),
            Err(Error::Refused(Refusal::AdminAction(why))) => Ok(ActionOutcome::Refused(pending.account_id, why)),
            Err(error) => Err(error),
        }
    }

    /// Cancels a pending action. Returns the account that it would have changed, if it was still pending.
    pub async fn cancel_action(&self, admin: &Admin, id: AdminActionId) -> Result<Option<AccountId>> {
        let admin_id = admin.who().ok_or(Refusal::NotAdmin)?;
        let pending = self.inner.store.pending_action(id, admin_id).await?;
        let was_pending = self.inner.store.write(DropPendingAction { id, admin: admin_id, now: self.now() }).await?;
        Ok(pending.filter(|_| was_pending).map(|pending| pending.account_id))
    }

    /// Performs an action without confirmation.
    pub async fn perform_action(&self, admin: &Admin, person: &PersonRef, action: AdminAction) -> Result<Account> {
        admin.require(act_of(&action))?;
        let person = self.find_person(admin, person).await?;
        let action = self.checked(action, &person).await?;
        let work = self.work(self.immediately(admin), person.id, action);
        Ok(self.perform(work).await?.ok_or(Refusal::AlreadyDone)?.after)
    }

    /// Gives a person a plan, without confirmation. It takes effect with the next request. If its monthly allowance is
    /// larger, the difference is added immediately. Unless the admin asks to replace the time that is left, refuses what
    /// would take anything from the person.
    pub async fn give_plan(
        &self,
        admin: &Admin,
        person: &PersonRef,
        term: PlanTerm,
        left: TimeLeft,
    ) -> Result<PerformedAction> {
        admin.require(AdminAct::Plans)?;
        let person = self.find_person(admin, person).await?;
        let PlanChange { plan, .. } = self.plan_change(&person, &term, left).await?;
        let replaces = (left == TimeLeft::Replaced).then(|| AssignedPlan::of_account(&person));
        let action = AdminAction::Plan { plan, days: term.days, replaces };
        let work = self.work(self.immediately(admin), person.id, action);
        Ok(self.perform(work).await?.ok_or(Refusal::AlreadyDone)?)
    }

    /// Sets a person's plan from now on, whatever it was, without a notice: for the people of the demo.
    pub async fn set_plan(&self, admin: &Admin, person: &PersonRef, plan: &str, days: Option<u32>) -> Result<Account> {
        admin.require(AdminAct::Plans)?;
        let person = self.find_person(admin, person).await?;
        let term = PlanTerm { plan: plan.to_owned(), days };
        let PlanChange { plan, .. } = self.plan_change(&person, &term, TimeLeft::Replaced).await?;
        let action = AdminAction::Plan { plan, days, replaces: Some(AssignedPlan::of_account(&person)) };
        let work = self.work(self.immediately(admin), person.id, action);
        Ok(self.perform(PerformAction { telling: Telling::Silent, ..work }).await?.ok_or(Refusal::AlreadyDone)?.after)
    }

    /// Adds tokens to a person's balance, or takes them back.
    pub async fn grant(&self, admin: &Admin, person: &PersonRef, tokens: i64, reason: &str) -> Result<Account> {
        self.perform_action(admin, person, AdminAction::Grant { tokens, reason: reason.to_owned() }).await
    }

    fn immediately(&self, admin: &Admin) -> ActionSource {
        let idempotency_key = format!("once:{}", URL_SAFE_NO_PAD.encode(rng::bytes::<16>(self.rng())));
        ActionSource::AtOnce(admin.who(), idempotency_key)
    }

    fn work(&self, source: ActionSource, account: AccountId, action: AdminAction) -> PerformAction {
        PerformAction { source, account, action, telling: Telling::Notice, allowances: self.allowance_table() }
    }

    async fn perform(&self, work: PerformAction) -> Result<Option<PerformedAction>> {
        let by = match &work.source {
            ActionSource::Said(_, admin) => Some(*admin),
            ActionSource::AtOnce(admin, _) => *admin,
        };
        let (account, action) = (work.account, work.action.clone());
        match self.write_and_invalidate(account, work).await? {
            PerformActionOutcome::Done(record) => {
                let (kind, entry) = (act_of(&action), record.entry);
                tracing::info!(%account, ?kind, entry, by = by.map(crate::model::accounts::account::TelegramId::get), "admin action: performed");
                self.inner.notices.notify_one();
                Ok(Some(PerformedAction::new(action, *record)))
            }
            PerformActionOutcome::Settled => Ok(None),
            PerformActionOutcome::NoPerson => Err(Refusal::PersonNotFound.into()),
            PerformActionOutcome::Refused(conflict) => Err(match conflict {
                ActionConflict::Loses(loss) => AdminActionError::Loses(loss),
                ActionConflict::Changed => AdminActionError::Changed,
                ActionConflict::Short(balance) => AdminActionError::BalanceTooLow { balance },
            }
            .into()),
        }
    }

    async fn plan_change(&self, person: &Account, term: &PlanTerm, left: TimeLeft) -> Result<PlanChange> {
        let (plans, now) = (self.plans(), self.now());
        let keys = self.inner.store.live_key_count(person.id, now).await?;
        let timeline = self.inner.store.plan_timeline(person.id, &self.allowance_table()).await?;
        let timeline = timeline.ok_or(Refusal::PersonNotFound)?;
        let change = PlanChange::compute(PlanHolder { timeline: &timeline, keys, plans, now }, term, left);
        Ok(change.ok_or(Refusal::PlanNotFound)?)
    }

    /// Validates an action for a person.
    async fn checked(&self, action: AdminAction, person: &Account) -> Result<AdminAction> {
        match action {
            AdminAction::Ban { .. } if self.is_admin(person.id).await? => {
                Err(Refusal::field("user", "is an admin; remove them from NEURALBOX_ADMINS first").into())
            }
            AdminAction::Ban { reason } => Ok(AdminAction::Ban { reason: reason.as_deref().and_then(clean_reason) }),
            AdminAction::Grant { tokens, .. } if tokens == 0 || tokens.abs() > MAX_GRANT_TOKENS => {
                let message = format!("must be from 1 to {MAX_GRANT_TOKENS}, or as many below zero to take back");
                Err(Refusal::field("tokens", message).into())
            }
            AdminAction::Grant { tokens, .. } if person.token_balance.saturating_add(tokens) < 0 => {
                Err(AdminActionError::BalanceTooLow { balance: person.token_balance }.into())
            }
            AdminAction::Grant { tokens, reason } => {
                let generic = if tokens < 0 { "correction" } else { "grant" };
                let reason = clean_reason(&reason).unwrap_or_else(|| generic.to_owned());
                Ok(AdminAction::Grant { tokens, reason })
            }
            AdminAction::Message { html } => self.checked_message(person, html).await,
            AdminAction::Unban => Ok(AdminAction::Unban),
            AdminAction::Plan { .. } | AdminAction::Undo { .. } => {
                Err(Error::Failed(Fault::new("plans and undos have requests of their own")))
            }
        }
    }
}

/// Act that the role of the admin must allow.
pub(in crate::domain) const fn act_of(action: &AdminAction) -> AdminAct {
    match action {
        AdminAction::Plan { .. } => AdminAct::Plans,
        AdminAction::Grant { .. } => AdminAct::Tokens,
        AdminAction::Ban { .. } | AdminAction::Unban => AdminAct::Bans,
        AdminAction::Message { .. } => AdminAct::Messages,
        AdminAction::Undo { undone, .. } => act_undone(*undone),
    }
}

/// Act that an admin must be allowed in order to undo it.
pub(in crate::domain) const fn act_undone(undone: UndoneAction) -> AdminAct {
    match undone {
        UndoneAction::Plan => AdminAct::Plans,
        UndoneAction::Grant => AdminAct::Tokens,
        UndoneAction::Ban | UndoneAction::Unban => AdminAct::Bans,
    }
}
