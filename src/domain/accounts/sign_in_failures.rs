//! Failed sign-ins, counted in memory and written in batches, so that a flood of failures causes no flood of writes.
//!
//! They are written every few seconds, before their account's activity is read, and when the service stops. A crash
//! loses the failures of the last seconds.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::AccountId;
use crate::model::time::Moment;
use crate::store::accounts::sign_in_failures::{
    MAX_FAILURES_PER_DAY, RecordSignInFailures, SignInFailure, SignInFailures,
};

/// Largest number of accounts with failures that are not written yet, about 30 MB. Failures of others are not recorded.
const MAX_PENDING: usize = 10_000;
/// Accounts per write.
const ACCOUNTS_PER_WRITE: usize = 100;

/// Account that failures belong to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::domain) enum FailureOwner {
    /// The account itself.
    Account(AccountId),
    /// Owner of an identity, looked up when the failures are written.
    Identity {
        /// Kind of the identity.
        kind: &'static str,
        /// Id within that kind.
        subject: String,
    },
}

/// Failures of one account on one day.
#[derive(Clone, Debug)]
struct DayFailures {
    first: Vec<SignInFailure>,
    more: i64,
    last_at: Moment,
}

type FailuresByOwner = HashMap<(FailureOwner, Moment), DayFailures>;

/// Failures that are not written yet.
#[derive(Debug, Default)]
pub(in crate::domain) struct PendingFailures {
    failures: Mutex<FailuresByOwner>,
    /// Held while failures are written, so that a reader waits for them.
    writing: tokio::sync::Mutex<()>,
}

impl PendingFailures {
    fn add(&self, owner: FailureOwner, failure: SignInFailure) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (owner, failure.now.midnight());
        if failures.len() >= MAX_PENDING && !failures.contains_key(&key) {
            return;
        }
        let empty = DayFailures { first: Vec::new(), more: 0, last_at: failure.now };
        let day = failures.entry(key).or_insert(empty);
        day.last_at = failure.now;
        if i64::try_from(day.first.len()).is_ok_and(|count| count < MAX_FAILURES_PER_DAY) {
            day.first.push(failure);
        } else {
            day.more = day.more.saturating_add(1);
        }
    }

    fn contains(&self, key: &(FailureOwner, Moment)) -> bool {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).contains_key(key)
    }

    fn take(&self) -> FailuresByOwner {
        std::mem::take(&mut *self.failures.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Domain {
    /// Counts a failed sign-in, to be written later.
    pub(in crate::domain) fn add_sign_in_failure(&self, owner: FailureOwner, failure: SignInFailure) {
        self.inner.sign_in_failures.add(owner, failure);
    }

    /// Writes the failed sign-ins counted so far if the person who signs in now has some: activity is in order of its
    /// entries.
    pub(in crate::domain) async fn flush_failures_before_sign_in(&self, owner: FailureOwner) {
        let key = (owner, self.now().midnight());
        if !self.inner.sign_in_failures.contains(&key) {
            return;
        }
        if let Err(error) = self.flush_sign_in_failures().await {
            tracing::warn!(?error, "activity: recording failed sign-ins failed");
        }
    }

    /// Writes the failed sign-ins counted so far. If the database fails, they are lost.
    pub async fn flush_sign_in_failures(&self) -> Result<()> {
        let _writing = self.inner.sign_in_failures.writing.lock().await;
        let mut accounts = Vec::new();
        for ((owner, day), DayFailures { first, more, last_at }) in self.inner.sign_in_failures.take() {
            let account = match owner {
                FailureOwner::Account(account) => Some(account),
                FailureOwner::Identity { kind, subject } => self.inner.store.identity_owner(kind, &subject).await?,
            };
            accounts.extend(account.map(|account| SignInFailures { account, day, first, more, last_at }));
        }
        while !accounts.is_empty() {
            let rest = accounts.split_off(accounts.len().min(ACCOUNTS_PER_WRITE));
            self.inner.store.write(RecordSignInFailures::new(accounts)).await?;
            accounts = rest;
        }
        Ok(())
    }
}
