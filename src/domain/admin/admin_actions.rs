//! Admins act on other people's accounts: each act is asked about once, done once, and written down.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, PersonRef};
use crate::domain::error::{Refusal, Result};
use crate::model::accounts::account::{Account, AccountId, TelegramId};
use crate::model::admin_action::{Act, ActId};
use crate::model::crypto::rng;
use crate::store::admin::admin_actions::{AskAct, DropAct, Order, PENDING, Perform, Performed};

/// An act that waits for its admin's yes.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its number.
    pub id: ActId,
    /// What is to be done.
    pub act: Act,
    /// To whom, as they are now.
    pub person: Account,
}

/// What came of an admin's yes.
#[derive(Clone, Debug)]
pub enum Answered {
    /// It is done.
    Done(Box<Acted>),
    /// The act on that account was done or taken back before, so many seconds ago.
    Before(AccountId, i64),
    /// It waited too long, or is not that admin's.
    TooLate,
}

/// An act that was done.
#[derive(Clone, Debug)]
pub struct Acted {
    /// What was done.
    pub act: Act,
    /// To whom, as they were.
    pub before: Account,
    /// As they are now.
    pub after: Account,
}

impl Domain {
    /// Remembers what an admin wants to do, until they say yes. `once` names the ask: made again, it is the same act.
    pub async fn ask_act(&self, admin: &Admin, person: &PersonRef, act: Act, once: &str) -> Result<Asked> {
        let asks = admin.who().ok_or(Refusal::NotAdmin)?;
        let person = self.find_person(admin, person).await?;
        let act = self.checked(act, &person).await?;
        let once_key = format!("{asks}:{once}");
        let ask = AskAct { admin: asks, account: person.id, act: act.clone(), once_key, now: self.now() };
        Ok(Asked { id: self.parts.store.write(ask).await?, act, person })
    }

    /// The admin says yes.
    pub async fn perform_asked(&self, admin: &Admin, id: ActId) -> Result<Answered> {
        let asks = admin.who().ok_or(Refusal::NotAdmin)?;
        let Some(pending) = self.parts.store.pending_act(id, asks).await? else { return Ok(Answered::TooLate) };
        if let Some(at) = pending.settled_at {
            return Ok(Answered::Before(pending.account_id, self.now().since(at)));
        }
        let act = Act::from_json(&pending.act).filter(|_| self.now().since(pending.created_at) < PENDING);
        let Some(act) = act else { return Ok(Answered::TooLate) };
        let acted = self.perform(Order::Said(id, asks), pending.account_id, act).await?;
        Ok(acted.map_or(Answered::Before(pending.account_id, 0), |acted| Answered::Done(Box::new(acted))))
    }

    /// The admin says no. Whether the act was still waiting.
    pub async fn drop_asked(&self, admin: &Admin, id: ActId) -> Result<bool> {
        let asks = admin.who().ok_or(Refusal::NotAdmin)?;
        Ok(self.parts.store.write(DropAct { id, admin: asks, now: self.now() }).await?)
    }

    /// Does something to a person's account at once.
    pub async fn act(&self, admin: &Admin, person: &PersonRef, act: Act) -> Result<Account> {
        let person = self.find_person(admin, person).await?;
        let act = self.checked(act, &person).await?;
        let once_key = format!("once:{}", URL_SAFE_NO_PAD.encode(rng::bytes::<16>(self.chance())));
        let acted = self.perform(Order::AtOnce(admin.who(), once_key), person.id, act).await?;
        Ok(acted.ok_or(Refusal::AlreadyDone)?.after)
    }

    async fn perform(&self, order: Order, account: AccountId, act: Act) -> Result<Option<Acted>> {
        let by = match &order {
            Order::Said(_, admin) => Some(*admin),
            Order::AtOnce(admin, _) => *admin,
        };
        let perform = Perform { order, account, act: act.clone(), dues: self.dues() };
        match self.change(account, perform).await? {
            Performed::Done(before, after) => {
                tracing::info!(%account, ?act, ?by, "an admin acted");
                Ok(Some(Acted { act, before: *before, after: *after }))
            }
            Performed::Settled => Ok(None),
            Performed::NoPerson => Err(Refusal::NoSuchPerson.into()),
        }
    }

    /// The act, if it can be done to that person.
    async fn checked(&self, act: Act, person: &Account) -> Result<Act> {
        match act {
            Act::Plan { plan, days } => {
                let plan = self.plans().get(&plan).ok_or(Refusal::NoSuchPlan)?.id.clone();
                Ok(Act::Plan { plan, days })
            }
            Act::Ban if self.is_admin(person.id).await? => {
                Err(Refusal::field("user", "is an admin: take them off NEURALBOX_ADMINS first").into())
            }
            Act::Grant { tokens: 0, .. } => Err(Refusal::field("tokens", "must be more than none").into()),
            Act::Grant { tokens, reason } => {
                let reason: String = reason.trim().chars().filter(|c| !c.is_control()).take(200).collect();
                Ok(Act::Grant { tokens, reason: if reason.is_empty() { "grant".to_owned() } else { reason } })
            }
            act @ (Act::Ban | Act::Unban) => Ok(act),
        }
    }

    /// Whether someone who may do all this themselves signs in to that account.
    pub(in crate::domain) async fn is_admin(&self, account: AccountId) -> Result<bool> {
        let ways = self.parts.store.identities(account).await?;
        let telegram = ways.iter().filter(|way| way.kind == "telegram").filter_map(|way| way.subject.parse().ok());
        Ok(telegram.filter_map(TelegramId::new).any(|id| self.admin(id).is_ok()))
    }
}
