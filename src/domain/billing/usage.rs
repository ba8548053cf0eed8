//! Usage: tokens charged by a gateway, and the ledger their owner sees.

use std::collections::{BTreeSet, HashMap};

use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Error, Fault, Refusal, Result};
use crate::domain::service_auth::ServiceCaller;
use crate::domain::{Domain, ListPage};
use crate::model::accounts::account::AccountId;
use crate::model::api_key::KeyId;
use crate::model::billing::ledger::{ChargeAmount, ChargeId, LedgerEntry};
use crate::store::billing::usage;
use crate::store::billing::usage::{ChargeOutcome, PostCharges};
use crate::store::list_page::rows_for;
use crate::telemetry;

/// Account to be charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payer {
    /// Owner of a key, revoked or not: the request was accepted while the key was valid.
    Key(KeyId),
    /// Account given by its id.
    User(AccountId),
}

/// Charge requested by a gateway.
#[derive(Clone, Debug)]
pub struct Charge {
    /// Account to be charged.
    pub payer: Payer,
    /// Number of tokens.
    pub price: ChargeAmount,
    /// Idempotency key; each is charged once.
    pub id: ChargeId,
}

/// Outcome of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeStatus {
    /// The tokens were taken now.
    Charged,
    /// The tokens were taken before, by the same request.
    AlreadyCharged,
    /// The balance is too low; nothing was taken.
    Insufficient,
    /// No such key or user exists; nothing was taken.
    Unknown,
    /// A different charge was made with this `request_id`; nothing was taken.
    Conflict,
}

/// A charge with its outcome.
#[derive(Clone, Debug)]
pub struct ChargeResult {
    /// The charge as requested.
    pub charge: Charge,
    /// Account charged; `None` if unknown.
    pub account: Option<AccountId>,
    /// Balance of the account, if tokens were taken or the balance is too low.
    pub balance: Option<i64>,
    /// Outcome of the charge.
    pub status: ChargeStatus,
}

/// Merges of an account that one call follows.
const MAX_MERGE_FOLLOWS: usize = 5;

impl Domain {
    /// Charges one request, once.
    pub async fn charge(&self, service: &ServiceCaller, charge: Charge) -> Result<ChargeResult> {
        let result = self.charge_all(service, vec![charge]).await?.pop().ok_or(Refusal::PayerNotFound)?;
        match result.status {
            ChargeStatus::Charged | ChargeStatus::AlreadyCharged => Ok(result),
            ChargeStatus::Insufficient => {
                let (balance, price) = (result.balance.unwrap_or_default(), result.charge.price.tokens());
                Err(Refusal::InsufficientBalance { balance, price }.into())
            }
            ChargeStatus::Unknown => Err(Refusal::PayerNotFound.into()),
            ChargeStatus::Conflict => {
                Err(Refusal::ChargeConflict { request_id: result.charge.id.as_str().to_owned() }.into())
            }
        }
    }

    /// Charges many requests. A failed charge does not affect the others; the results are in the order of `charges`.
    pub async fn charge_all(&self, _service: &ServiceCaller, charges: Vec<Charge>) -> Result<Vec<ChargeResult>> {
        let owners = self.owners_of(&charges).await?;
        let accounts: Vec<_> = charges.iter().map(|charge| account_of(charge.payer, &owners)).collect();
        let payable = charges.iter().zip(&accounts).filter_map(|(charge, account)| Some(posted(charge, (*account)?)));
        let mut outcomes = self.add_charges(payable.collect()).await?.into_iter();
        let settle = |(charge, account): (Charge, Option<AccountId>)| {
            let missing = (AccountId(0), ChargeOutcome::Missing);
            let outcome = account.map(|_| outcomes.next().unwrap_or(missing));
            settled(
                charge,
                outcome.map(|(account, _)| account),
                outcome.map_or(ChargeOutcome::Missing, |(_, outcome)| outcome),
            )
        };
        Ok(charges.into_iter().zip(accounts).map(settle).collect())
    }

    /// Writes charges and returns the accounts charged. If an account was merged meanwhile, the account it became part
    /// of is charged.
    async fn add_charges(&self, charges: Vec<usage::AccountCharge>) -> Result<Vec<(AccountId, ChargeOutcome)>> {
        let mut settled: Vec<(AccountId, ChargeOutcome)> =
            charges.iter().map(|charge| (charge.account, ChargeOutcome::Missing)).collect();
        let mut left: Vec<(usize, usage::AccountCharge)> = charges.into_iter().enumerate().collect();
        for _ in 0..MAX_MERGE_FOLLOWS {
            let charges = left.iter().map(|(_, charge)| charge.clone()).collect();
            let outcomes = self.post(PostCharges { charges, allowances: self.allowance_table() }).await?;
            let mut moved = Vec::new();
            for ((index, charge), outcome) in left.into_iter().zip(outcomes) {
                match outcome {
                    ChargeOutcome::Moved(to) => moved.push((index, usage::AccountCharge { account: to, ..charge })),
                    outcome => {
                        settled.get_mut(index).into_iter().for_each(|result| *result = (charge.account, outcome));
                    }
                }
            }
            if moved.is_empty() {
                return Ok(settled);
            }
            left = moved;
        }
        Err(Refusal::Busy.into())
    }

    /// Writes charges and schedules the new balances for gateways, even if the caller is cancelled.
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
        Ok(posted.await.map_err(|_| Fault::new("writing charges panicked")).map_err(Error::Failed)??)
    }

    /// Returns a page of the caller's ledger, newest entry first: at most `limit` entries, older than `before` if given.
    pub async fn ledger(&self, caller: &SignedIn, before: Option<i64>, limit: usize) -> Result<ListPage<LedgerEntry>> {
        let entries = self.inner.store.entries(caller.account.id, before, rows_for(limit)).await?;
        Ok(ListPage::cut(entries, limit))
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

fn posted(charge: &Charge, account: AccountId) -> usage::AccountCharge {
    let key = match charge.payer {
        Payer::Key(key) => Some(key),
        Payer::User(_) => None,
    };
    usage::AccountCharge { account, key, tokens: charge.price.tokens(), idempotency_key: charge.id.idempotency_key() }
}

fn settled(charge: Charge, account: Option<AccountId>, outcome: ChargeOutcome) -> ChargeResult {
    let (status, word, balance) = match outcome {
        ChargeOutcome::Done(balance) => (ChargeStatus::Charged, "charged", Some(balance)),
        ChargeOutcome::Before(balance) => (ChargeStatus::AlreadyCharged, "already_charged", Some(balance)),
        ChargeOutcome::Short(balance) => (ChargeStatus::Insufficient, "insufficient", Some(balance)),
        ChargeOutcome::Missing | ChargeOutcome::Moved(_) => (ChargeStatus::Unknown, "unknown", None),
        ChargeOutcome::Other => (ChargeStatus::Conflict, "conflict", None),
    };
    telemetry::metrics::usage_charges_total(word);
    let account = account.filter(|_| status != ChargeStatus::Unknown);
    ChargeResult { charge, account, balance, status }
}
