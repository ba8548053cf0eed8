//! Admin actions on other people's accounts. Each is confirmed once, performed once, and recorded in the audit log.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, PersonRef};
use crate::domain::error::{Refusal, Result};
use crate::model::accounts::account::{Account, AccountId, TelegramId};
use crate::model::admin_action::{AdminAction, AdminActionId};
use crate::model::crypto::rng;
use crate::store::admin::admin_actions::{
    ACTION_LIFETIME_SECS, ActionSource, AddPendingAction, DropPendingAction, PerformAction, PerformActionOutcome,
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

/// Action that waits for confirmation by its admin.
#[derive(Clone, Debug)]
pub struct PendingAction {
    /// Id of the pending action.
    pub id: AdminActionId,
    /// Action to perform.
    pub action: AdminAction,
    /// Account of the person, as it is now.
    pub person: Account,
}

/// Outcome of a confirmation.
#[derive(Clone, Debug)]
pub enum ActionOutcome {
    /// The action was performed.
    Done(Box<PerformedAction>),
    /// The action was performed or cancelled before; carries the account and the seconds since.
    Before(AccountId, i64),
    /// The confirmation came too late, or the action belongs to another admin.
    TooLate,
}

/// Action that was performed.
#[derive(Clone, Debug)]
pub struct PerformedAction {
    /// The action.
    pub action: AdminAction,
    /// Account of the person before the action.
    pub before: Account,
    /// Account of the person after the action.
    pub after: Account,
}

impl Domain {
    /// Stores an action until its admin confirms it.
    pub async fn request_action(&self, admin: &Admin, requested: RequestedAction) -> Result<PendingAction> {
        let admin_id = admin.who().ok_or(Refusal::NotAdmin)?;
        let person = self.find_person(admin, &requested.person).await?;
        let action = self.checked(requested.action, &person).await?;
        let pending = AddPendingAction {
            admin: admin_id,
            account: person.id,
            action: action.clone(),
            idempotency_key: format!("{admin_id}:{}", requested.idempotency_key),
            now: self.now(),
        };
        Ok(PendingAction { id: self.inner.store.write(pending).await?, action, person })
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
        Ok(match self.perform(ActionSource::Said(id, admin_id), pending.account_id, action).await? {
            Some(performed) => ActionOutcome::Done(Box::new(performed)),
            None => ActionOutcome::Before(pending.account_id, 0),
        })
    }

    /// Cancels a pending action. Returns true if it was still pending.
    pub async fn cancel_action(&self, admin: &Admin, id: AdminActionId) -> Result<bool> {
        let admin_id = admin.who().ok_or(Refusal::NotAdmin)?;
        Ok(self.inner.store.write(DropPendingAction { id, admin: admin_id, now: self.now() }).await?)
    }

    /// Performs an action without confirmation.
    pub async fn perform_action(&self, admin: &Admin, person: &PersonRef, action: AdminAction) -> Result<Account> {
        let person = self.find_person(admin, person).await?;
        let action = self.checked(action, &person).await?;
        let idempotency_key = format!("once:{}", URL_SAFE_NO_PAD.encode(rng::bytes::<16>(self.rng())));
        let source = ActionSource::AtOnce(admin.who(), idempotency_key);
        Ok(self.perform(source, person.id, action).await?.ok_or(Refusal::AlreadyDone)?.after)
    }

    async fn perform(
        &self,
        source: ActionSource,
        account: AccountId,
        action: AdminAction,
    ) -> Result<Option<PerformedAction>> {
        let by = match &source {
            ActionSource::Said(_, admin) => Some(*admin),
            ActionSource::AtOnce(admin, _) => *admin,
        };
        let perform = PerformAction { source, account, action: action.clone(), allowances: self.allowance_table() };
        match self.write_and_invalidate(account, perform).await? {
            PerformActionOutcome::Done(before, after) => {
                tracing::info!(%account, ?action, ?by, "admin action: performed");
                Ok(Some(PerformedAction { action, before: *before, after: *after }))
            }
            PerformActionOutcome::Settled => Ok(None),
            PerformActionOutcome::NoPerson => Err(Refusal::PersonNotFound.into()),
        }
    }

    /// Validates an action for a person.
    async fn checked(&self, action: AdminAction, person: &Account) -> Result<AdminAction> {
        match action {
            AdminAction::Plan { plan, days } => {
                let plan = self.plans().get(&plan).ok_or(Refusal::PlanNotFound)?.id.clone();
                Ok(AdminAction::Plan { plan, days })
            }
            AdminAction::Ban if self.is_admin(person.id).await? => {
                Err(Refusal::field("user", "is an admin; remove them from NEURALBOX_ADMINS first").into())
            }
            AdminAction::Grant { tokens: 0, .. } => Err(Refusal::field("tokens", "must be at least 1").into()),
            AdminAction::Grant { tokens, reason } => {
                let reason: String = reason.trim().chars().filter(|c| !c.is_control()).take(200).collect();
                Ok(AdminAction::Grant { tokens, reason: if reason.is_empty() { "grant".to_owned() } else { reason } })
            }
            action @ (AdminAction::Ban | AdminAction::Unban) => Ok(action),
        }
    }

    /// Returns true if an admin signs in to this account.
    pub(in crate::domain) async fn is_admin(&self, account: AccountId) -> Result<bool> {
        let identities = self.inner.store.identities(account).await?;
        let telegram = identities
            .iter()
            .filter(|identity| identity.kind == "telegram")
            .filter_map(|identity| identity.subject.parse().ok());
        Ok(telegram.filter_map(TelegramId::new).any(|id| self.admin(id).is_ok()))
    }
}
