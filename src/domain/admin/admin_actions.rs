//! Admins act on other people's accounts: each act is asked about once, done once, and written down.

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

/// An act that waits for its admin's yes.
#[derive(Clone, Debug)]
pub struct PendingAction {
    /// Its number.
    pub id: AdminActionId,
    /// What is to be done.
    pub act: AdminAction,
    /// To whom, as they are now.
    pub person: Account,
}

/// What came of an admin's yes.
#[derive(Clone, Debug)]
pub enum ActionOutcome {
    /// It is done.
    Done(Box<PerformedAction>),
    /// The act on that account was done or taken back before, so many seconds ago.
    Before(AccountId, i64),
    /// It waited too long, or is not that admin's.
    TooLate,
}

/// An act that was done.
#[derive(Clone, Debug)]
pub struct PerformedAction {
    /// What was done.
    pub act: AdminAction,
    /// To whom, as they were.
    pub before: Account,
    /// As they are now.
    pub after: Account,
}

impl Domain {
    /// Remembers what an admin wants to do, until they say yes. `once` names the ask: made again, it is the same act.
    pub async fn request_action(
        &self,
        admin: &Admin,
        person: &PersonRef,
        act: AdminAction,
        once: &str,
    ) -> Result<PendingAction> {
        let asks = admin.who().ok_or(Refusal::NotAdmin)?;
        let person = self.find_person(admin, person).await?;
        let act = self.checked(act, &person).await?;
        let idempotency_key = format!("{asks}:{once}");
        let ask =
            AddPendingAction { admin: asks, account: person.id, act: act.clone(), idempotency_key, now: self.now() };
        Ok(PendingAction { id: self.inner.store.write(ask).await?, act, person })
    }

    /// The admin says yes.
    pub async fn confirm_action(&self, admin: &Admin, id: AdminActionId) -> Result<ActionOutcome> {
        let asks = admin.who().ok_or(Refusal::NotAdmin)?;
        let Some(pending) = self.inner.store.pending_action(id, asks).await? else { return Ok(ActionOutcome::TooLate) };
        if let Some(at) = pending.settled_at {
            return Ok(ActionOutcome::Before(pending.account_id, self.now().since(at)));
        }
        let act = AdminAction::from_json(&pending.act)
            .filter(|_| self.now().since(pending.created_at) < ACTION_LIFETIME_SECS);
        let Some(act) = act else { return Ok(ActionOutcome::TooLate) };
        let acted = self.perform(ActionSource::Said(id, asks), pending.account_id, act).await?;
        Ok(acted.map_or(ActionOutcome::Before(pending.account_id, 0), |acted| ActionOutcome::Done(Box::new(acted))))
    }

    /// The admin says no. Whether the act was still waiting.
    pub async fn cancel_action(&self, admin: &Admin, id: AdminActionId) -> Result<bool> {
        let asks = admin.who().ok_or(Refusal::NotAdmin)?;
        Ok(self.inner.store.write(DropPendingAction { id, admin: asks, now: self.now() }).await?)
    }

    /// Does something to a person's account at once.
    pub async fn act(&self, admin: &Admin, person: &PersonRef, act: AdminAction) -> Result<Account> {
        let person = self.find_person(admin, person).await?;
        let act = self.checked(act, &person).await?;
        let idempotency_key = format!("once:{}", URL_SAFE_NO_PAD.encode(rng::bytes::<16>(self.rng())));
        let acted = self.perform(ActionSource::AtOnce(admin.who(), idempotency_key), person.id, act).await?;
        Ok(acted.ok_or(Refusal::AlreadyDone)?.after)
    }

    async fn perform(
        &self,
        order: ActionSource,
        account: AccountId,
        act: AdminAction,
    ) -> Result<Option<PerformedAction>> {
        let by = match &order {
            ActionSource::Said(_, admin) => Some(*admin),
            ActionSource::AtOnce(admin, _) => *admin,
        };
        let perform = PerformAction { order, account, act: act.clone(), dues: self.allowance_table() };
        match self.write_and_invalidate(account, perform).await? {
            PerformActionOutcome::Done(before, after) => {
                tracing::info!(%account, ?act, ?by, "an admin acted");
                Ok(Some(PerformedAction { act, before: *before, after: *after }))
            }
            PerformActionOutcome::Settled => Ok(None),
            PerformActionOutcome::NoPerson => Err(Refusal::PersonNotFound.into()),
        }
    }

    /// The act, if it can be done to that person.
    async fn checked(&self, act: AdminAction, person: &Account) -> Result<AdminAction> {
        match act {
            AdminAction::Plan { plan, days } => {
                let plan = self.plans().get(&plan).ok_or(Refusal::PlanNotFound)?.id.clone();
                Ok(AdminAction::Plan { plan, days })
            }
            AdminAction::Ban if self.is_admin(person.id).await? => {
                Err(Refusal::field("user", "is an admin: take them off NEURALBOX_ADMINS first").into())
            }
            AdminAction::Grant { tokens: 0, .. } => Err(Refusal::field("tokens", "must be more than none").into()),
            AdminAction::Grant { tokens, reason } => {
                let reason: String = reason.trim().chars().filter(|c| !c.is_control()).take(200).collect();
                Ok(AdminAction::Grant { tokens, reason: if reason.is_empty() { "grant".to_owned() } else { reason } })
            }
            act @ (AdminAction::Ban | AdminAction::Unban) => Ok(act),
        }
    }

    /// Whether someone who may do all this themselves signs in to that account.
    pub(in crate::domain) async fn is_admin(&self, account: AccountId) -> Result<bool> {
        let ways = self.inner.store.identities(account).await?;
        let telegram = ways.iter().filter(|way| way.kind == "telegram").filter_map(|way| way.subject.parse().ok());
        Ok(telegram.filter_map(TelegramId::new).any(|id| self.admin(id).is_ok()))
    }
}
