//! Tokens that are used up: charged by a gateway, looked at by their owner.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Error, Fault, Refusal, Result};
use crate::domain::service_auth::ServiceCaller;
use crate::model::accounts::account::AccountId;
use crate::model::api_key::KeyId;
use crate::model::billing::ledger::{ChargeAmount, ChargeId, LedgerEntry};
use crate::store::billing::ledger;
use crate::store::billing::ledger::{ChargeOutcome, PostCharges};
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
    pub price: ChargeAmount,
    /// What for; the same is charged once.
    pub id: ChargeId,
}

/// What became of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChargeStatus {
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
pub struct ChargeResult {
    /// The charge.
    pub charge: Charge,
    /// Whom it concerns; nobody if unknown.
    pub account: Option<AccountId>,
    /// Their balance; only said when something was taken or the balance is short.
    pub balance: Option<i64>,
    /// What became of it.
    pub status: ChargeStatus,
}

/// A part of someone's ledger, the newest entry first.
#[derive(Clone, Debug)]
pub struct LedgerPage {
    /// The entries.
    pub entries: Vec<LedgerEntry>,
    /// Whether there are older ones.
    pub more: bool,
}

/// How often an account may turn out to be merged into another one, in one call.
const MAX_MERGE_FOLLOWS: usize = 5;

impl Domain {
    /// Charges for one request, once.
    pub async fn charge(&self, service: &ServiceCaller, charge: Charge) -> Result<ChargeResult> {
        let settled = self.charge_all(service, vec![charge]).await?.pop().ok_or(Refusal::PayerNotFound)?;
        match settled.status {
            ChargeStatus::Charged | ChargeStatus::AlreadyCharged => Ok(settled),
            ChargeStatus::Insufficient => {
                let (balance, price) = (settled.balance.unwrap_or_default(), settled.charge.price.tokens());
                Err(Refusal::InsufficientBalance { balance, price }.into())
            }
            ChargeStatus::Unknown => Err(Refusal::PayerNotFound.into()),
            ChargeStatus::Conflict => {
                Err(Refusal::ChargeConflict { request_id: settled.charge.id.as_str().to_owned() }.into())
            }
        }
    }

    /// Charges for many requests at once. What cannot be charged spoils nothing else; the answer is in the same order.
    pub async fn charge_all(&self, _service: &ServiceCaller, charges: Vec<Charge>) -> Result<Vec<ChargeResult>> {
        let owners = self.owners_of(&charges).await?;
        let accounts: Vec<_> = charges.iter().map(|charge| account_of(charge.payer, &owners)).collect();
        let known = charges.iter().zip(&accounts).filter_map(|(charge, account)| Some(posted(charge, (*account)?)));
        let mut outcomes = self.add_charges(known.collect()).await?.into_iter();
        let settle = |(charge, account): (Charge, Option<AccountId>)| {
            let missing = (AccountId(0), ChargeOutcome::Missing);
            let outcome = account.map(|_| outcomes.next().unwrap_or(missing));
            settled(
                charge,
                outcome.map(|(account, _)| account),
                outcome.map_or(ChargeOutcome::Missing, |(_, what)| what),
            )
        };
        Ok(charges.into_iter().zip(accounts).map(settle).collect())
    }

    /// Writes charges, and says whom each concerned in the end: what an account owed that was merged meanwhile, the one it was
    /// merged into owes.
    async fn add_charges(&self, charges: Vec<ledger::AccountCharge>) -> Result<Vec<(AccountId, ChargeOutcome)>> {
        let mut settled: Vec<(AccountId, ChargeOutcome)> =
            charges.iter().map(|charge| (charge.account, ChargeOutcome::Missing)).collect();
        let mut left: Vec<(usize, ledger::AccountCharge)> = charges.into_iter().enumerate().collect();
        for _ in 0..MAX_MERGE_FOLLOWS {
            let charges = left.iter().map(|(_, charge)| charge.clone()).collect();
            let outcomes = self.post(PostCharges { charges, dues: self.allowance_table() }).await?;
            let mut moved = Vec::new();
            for ((index, charge), outcome) in left.into_iter().zip(outcomes) {
                match outcome {
                    ChargeOutcome::Moved(to) => moved.push((index, ledger::AccountCharge { account: to, ..charge })),
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
    async fn post(&self, post: PostCharges) -> Result<Vec<ChargeOutcome>> {
        let domain = self.clone();
        let posted = tokio::spawn(async move {
            let accounts: BTreeSet<AccountId> = post.charges.iter().map(|charge| charge.account).collect();
            let outcome = domain.inner.store.write(post).await;
            for account in accounts {
                domain.balance_changed(account);
            }
            outcome
        });
        Ok(posted.await.map_err(|_| Fault::new("a charge panicked")).map_err(Error::Failed)??)
    }

    /// The caller's ledger: at most `limit` entries, those before `before` if that is said.
    pub async fn ledger(&self, caller: &SignedIn, before: Option<i64>, limit: usize) -> Result<LedgerPage> {
        let one_more = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
        let mut entries = self.inner.store.entries(caller.account.id, before, one_more).await?;
        let more = entries.len() > limit;
        entries.truncate(limit);
        Ok(LedgerPage { entries, more })
    }

    async fn owners_of(&self, charges: &[Charge]) -> Result<HashMap<KeyId, AccountId>> {
        let key = |charge: &Charge| match charge.payer {
            Payer::Key(key) => Some(key),
            Payer::User(_) => None,
        };
        let keys: BTreeSet<KeyId> = charges.iter().filter_map(key).collect();
        Ok(self.inner.store.owners_of(&keys.into_iter().collect::<Vec<_>>()).await?)
    }
}

fn account_of(payer: Payer, owners: &HashMap<KeyId, AccountId>) -> Option<AccountId> {
    match payer {
        Payer::Key(key) => owners.get(&key).copied(),
        Payer::User(account) => Some(account),
    }
}

fn posted(charge: &Charge, account: AccountId) -> ledger::AccountCharge {
    let key = match charge.payer {
        Payer::Key(key) => Some(key),
        Payer::User(_) => None,
    };
    ledger::AccountCharge { account, key, tokens: charge.price.tokens(), idempotency_key: charge.id.idempotency_key() }
}

fn settled(charge: Charge, account: Option<AccountId>, outcome: ChargeOutcome) -> ChargeResult {
    let (status, word, balance) = match outcome {
        ChargeOutcome::Done(balance) => (ChargeStatus::Charged, "charged", Some(balance)),
        ChargeOutcome::Before(balance) => (ChargeStatus::AlreadyCharged, "already_charged", Some(balance)),
        ChargeOutcome::Short(balance) => (ChargeStatus::Insufficient, "insufficient", Some(balance)),
        ChargeOutcome::Missing | ChargeOutcome::Moved(_) => (ChargeStatus::Unknown, "unknown", None),
        ChargeOutcome::Other => (ChargeStatus::Conflict, "conflict", None),
    };
    telemetry::charged(word);
    let account = account.filter(|_| status != ChargeStatus::Unknown);
    ChargeResult { charge, account, balance, status }
}
