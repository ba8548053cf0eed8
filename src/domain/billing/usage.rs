//! Tokens that are used up: charged by a gateway, looked at by their owner.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Error, Fault, Refusal, Result};
use crate::domain::service_auth::Service;
use crate::model::accounts::account::AccountId;
use crate::model::api_key::KeyId;
use crate::model::billing::ledger::{ChargeId, Entry, Price};
use crate::store::billing::ledger;
use crate::store::billing::ledger::{Charged, PostCharges};
use crate::telemetry;

/// Who is to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payer {
    /// The owner of a key, revoked or not: the request was let in before.
    Key(KeyId),
    /// A person.
    User(AccountId),
}

/// What a gateway wants charged.
#[derive(Clone, Debug)]
pub struct Charge {
    /// Who is to pay.
    pub payer: Payer,
    /// How much.
    pub price: Price,
    /// What for; the same is charged once.
    pub id: ChargeId,
}

/// What became of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The tokens were taken, just now.
    Charged,
    /// They were taken before, by the same request.
    AlreadyCharged,
    /// The balance is too short: nothing was taken.
    Insufficient,
    /// There is no such key or user: nothing was taken.
    Unknown,
    /// Something else was charged under this `request_id`: nothing was taken.
    Conflict,
}

/// A charge, and what became of it.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The charge.
    pub charge: Charge,
    /// Whom it concerns; nobody if unknown.
    pub account: Option<AccountId>,
    /// Their balance; only said when something was taken or the balance is short.
    pub balance: Option<i64>,
    /// What became of it.
    pub status: Status,
}

/// A part of someone's ledger, the newest entry first.
#[derive(Clone, Debug)]
pub struct Entries {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Whether there are older ones.
    pub more: bool,
}

/// How often an account may turn out to be merged into another one, in one call.
const MOVES: usize = 5;

impl Domain {
    /// Charges for one request, once.
    pub async fn charge(&self, service: &Service, charge: Charge) -> Result<Settled> {
        let settled = self.charge_all(service, vec![charge]).await?.pop().ok_or(Refusal::NobodyToCharge)?;
        match settled.status {
            Status::Charged | Status::AlreadyCharged => Ok(settled),
            Status::Insufficient => {
                let (balance, price) = (settled.balance.unwrap_or_default(), settled.charge.price.tokens());
                Err(Refusal::InsufficientBalance { balance, price }.into())
            }
            Status::Unknown => Err(Refusal::NobodyToCharge.into()),
            Status::Conflict => {
                Err(Refusal::ChargedOtherwise { request_id: settled.charge.id.as_str().to_owned() }.into())
            }
        }
    }

    /// Charges for many requests at once. What cannot be charged spoils nothing else; the answer is in the same order.
    pub async fn charge_all(&self, _service: &Service, charges: Vec<Charge>) -> Result<Vec<Settled>> {
        let owners = self.owners_of(&charges).await?;
        let accounts: Vec<_> = charges.iter().map(|charge| account_of(charge.payer, &owners)).collect();
        let known = charges.iter().zip(&accounts).filter_map(|(charge, account)| Some(posted(charge, (*account)?)));
        let mut outcomes = self.post_all(known.collect()).await?.into_iter();
        let settle = |(charge, account): (Charge, Option<AccountId>)| {
            let missing = (AccountId(0), Charged::Missing);
            let outcome = account.map(|_| outcomes.next().unwrap_or(missing));
            settled(charge, outcome.map(|(account, _)| account), outcome.map_or(Charged::Missing, |(_, what)| what))
        };
        Ok(charges.into_iter().zip(accounts).map(settle).collect())
    }

    /// Writes charges, and says whom each concerned in the end: what an account owed that was merged meanwhile, the one it was
    /// merged into owes.
    async fn post_all(&self, charges: Vec<ledger::Charge>) -> Result<Vec<(AccountId, Charged)>> {
        let mut settled: Vec<(AccountId, Charged)> =
            charges.iter().map(|charge| (charge.account, Charged::Missing)).collect();
        let mut left: Vec<(usize, ledger::Charge)> = charges.into_iter().enumerate().collect();
        for _ in 0..MOVES {
            let charges = left.iter().map(|(_, charge)| charge.clone()).collect();
            let outcomes = self.post(PostCharges { charges, dues: self.dues() }).await?;
            let mut moved = Vec::new();
            for ((index, charge), outcome) in left.into_iter().zip(outcomes) {
                match outcome {
                    Charged::Moved(to) => moved.push((index, ledger::Charge { account: to, ..charge })),
                    outcome => settled.get_mut(index).into_iter().for_each(|it| *it = (charge.account, outcome)),
                }
            }
            if moved.is_empty() {
                return Ok(settled);
            }
            left = moved;
        }
        Err(Refusal::Busy.into())
    }

    /// Writes charges; gateways are told the new balances, even if whoever charged has gone away.
    async fn post(&self, post: PostCharges) -> Result<Vec<Charged>> {
        let domain = self.clone();
        let posted = tokio::spawn(async move {
            let accounts: BTreeSet<AccountId> = post.charges.iter().map(|charge| charge.account).collect();
            let outcome = domain.parts.store.write(post).await;
            for account in accounts {
                domain.balance_changed(account);
            }
            outcome
        });
        Ok(posted.await.map_err(|_| Fault::new("a charge panicked")).map_err(Error::Failed)??)
    }

    /// The caller's ledger: at most `limit` entries, those before `before` if that is said.
    pub async fn ledger(&self, caller: &SignedIn, before: Option<i64>, limit: usize) -> Result<Entries> {
        let one_more = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
        let mut entries = self.parts.store.entries(caller.account.id, before, one_more).await?;
        let more = entries.len() > limit;
        entries.truncate(limit);
        Ok(Entries { entries, more })
    }

    async fn owners_of(&self, charges: &[Charge]) -> Result<HashMap<KeyId, AccountId>> {
        let key = |charge: &Charge| match charge.payer {
            Payer::Key(key) => Some(key),
            Payer::User(_) => None,
        };
        let keys: BTreeSet<KeyId> = charges.iter().filter_map(key).collect();
        Ok(self.parts.store.owners_of(&keys.into_iter().collect::<Vec<_>>()).await?)
    }
}

fn account_of(payer: Payer, owners: &HashMap<KeyId, AccountId>) -> Option<AccountId> {
    match payer {
        Payer::Key(key) => owners.get(&key).copied(),
        Payer::User(account) => Some(account),
    }
}

fn posted(charge: &Charge, account: AccountId) -> ledger::Charge {
    let key = match charge.payer {
        Payer::Key(key) => Some(key),
        Payer::User(_) => None,
    };
    ledger::Charge { account, key, tokens: charge.price.tokens(), once_key: charge.id.once_key() }
}

fn settled(charge: Charge, account: Option<AccountId>, outcome: Charged) -> Settled {
    let (status, word, balance) = match outcome {
        Charged::Done(balance) => (Status::Charged, "charged", Some(balance)),
        Charged::Before(balance) => (Status::AlreadyCharged, "already_charged", Some(balance)),
        Charged::Short(balance) => (Status::Insufficient, "insufficient", Some(balance)),
        Charged::Missing | Charged::Moved(_) => (Status::Unknown, "unknown", None),
        Charged::Other => (Status::Conflict, "conflict", None),
    };
    telemetry::charged(word);
    let account = account.filter(|_| status != Status::Unknown);
    Settled { charge, account, balance, status }
}
