//! What happened to one's account: written down where it happens, read here.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{CredentialError, Error, Refusal, Result};
use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityEntry, SignInMethod};
use crate::model::session::RequestSource;
use crate::store::accounts::activity::RecordSignInFailure;

/// A part of what happened, the latest first.
#[derive(Clone, Debug)]
pub struct ActivityList {
    /// The lines.
    pub lines: Vec<ActivityEntry>,
    /// Whether there are older ones.
    pub more: bool,
}

impl Domain {
    /// What happened to the caller's account: at most `limit` lines, those before the line `before` if that is said.
    pub async fn events(&self, caller: &SignedIn, before: Option<i64>, limit: usize) -> Result<ActivityList> {
        let one_more = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
        let mut lines = self.inner.store.events(caller.account.id, before, one_more).await?;
        let more = lines.len() > limit;
        lines.truncate(limit);
        Ok(ActivityList { lines, more })
    }

    /// Writes down that somebody could not sign in to an account. What stands in the way of that is no reason to answer
    /// anything else.
    pub(in crate::domain) async fn record_sign_in_failure(
        &self,
        account: AccountId,
        (door, why): (SignInMethod, &str),
        origin: &RequestSource,
    ) {
        let note = RecordSignInFailure { account, door, why: why.to_owned(), origin: origin.clone(), now: self.now() };
        if let Err(fault) = self.inner.store.write(note).await {
            tracing::warn!(%account, ?fault, "a failed sign-in could not be written down");
        }
    }

    /// The same for a sign-in by a way, of a kind and with an id there, if it failed for what its owner should know: a proof of
    /// theirs was used again or too late, or the account is shut. What nobody vouched for says nothing of anyone.
    pub(in crate::domain) async fn record_sign_in_outcome<T>(
        &self,
        outcome: &Result<T>,
        (kind, subject): (&str, &str),
        (door, origin): (SignInMethod, &RequestSource),
    ) {
        let why = match outcome {
            Err(Error::Refused(Refusal::InvalidCredential(CredentialError::LoginUsed))) => "login_used",
            Err(Error::Refused(Refusal::InvalidCredential(CredentialError::LoginStale))) => "login_stale",
            Err(Error::Refused(Refusal::Banned)) => "account_suspended",
            _ => return,
        };
        match self.inner.store.identity_owner(kind, subject).await {
            Ok(Some(account)) => self.record_sign_in_failure(account, (door, why), origin).await,
            Ok(None) => {}
            Err(fault) => tracing::warn!(?fault, "a failed sign-in could not be written down"),
        }
    }
}
