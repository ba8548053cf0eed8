//! Account activity. It is recorded where it happens and read here.

use crate::domain::accounts::profile::SignedIn;
use crate::domain::accounts::sign_in_failures::FailureOwner;
use crate::domain::error::{CredentialError, Error, Refusal, Result};
use crate::domain::{Domain, ListPage};
use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityEntry, SignInMethod};
use crate::model::session::RequestSource;
use crate::store::accounts::sign_in_failures::SignInFailure;
use crate::store::list_page::rows_for;

impl Domain {
    /// Returns a page of the caller's activity, newest entry first: at most `limit` entries, older than `before` if given.
    pub async fn activity(
        &self,
        caller: &SignedIn,
        before: Option<i64>,
        limit: usize,
    ) -> Result<ListPage<ActivityEntry>> {
        if let Err(error) = self.flush_sign_in_failures().await {
            tracing::warn!(?error, "activity: recording failed sign-ins failed");
        }
        let entries = self.inner.store.events(caller.account.id, before, rows_for(limit)).await?;
        Ok(ListPage::cut(entries, limit))
    }

    /// Counts a failed sign-in to an account.
    pub(in crate::domain) fn record_sign_in_failure(
        &self,
        account: AccountId,
        method: SignInMethod,
        reason: &str,
        source: &RequestSource,
    ) {
        let failure = SignInFailure { method, why: reason.to_owned(), source: source.clone(), now: self.now() };
        self.add_sign_in_failure(FailureOwner::Account(account), failure);
    }

    /// Counts a failed sign-in with an identity if its owner should know: a proof was reused or too old, or the account
    /// is suspended. Unproven attempts are not counted, because they say nothing about the owner.
    pub(in crate::domain) fn record_sign_in_outcome<T>(
        &self,
        outcome: &Result<T>,
        subject: &str,
        method: SignInMethod,
        source: &RequestSource,
    ) {
        let reason = match outcome {
            Err(Error::Refused(Refusal::InvalidCredential(CredentialError::LoginUsed))) => "login_used",
            Err(Error::Refused(Refusal::InvalidCredential(CredentialError::LoginStale))) => "login_stale",
            Err(Error::Refused(Refusal::Banned { .. })) => "account_suspended",
            _ => return,
        };
        let owner = FailureOwner::Identity { kind: method.identity_kind(), subject: subject.to_owned() };
        let failure = SignInFailure { method, why: reason.to_owned(), source: source.clone(), now: self.now() };
        self.add_sign_in_failure(owner, failure);
    }
}
