//! Account activity. It is recorded where it happens and read here.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{CredentialError, Error, Refusal, Result};
use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityEntry, SignInMethod};
use crate::model::session::RequestSource;
use crate::store::accounts::activity::RecordSignInFailure;

/// Page of activity, latest entry first.
#[derive(Clone, Debug)]
pub struct ActivityList {
    /// Entries of the page.
    pub lines: Vec<ActivityEntry>,
    /// True if older entries exist.
    pub more: bool,
}

impl Domain {
    /// Returns a page of the caller's activity: at most `limit` entries, older than `before` if given.
    pub async fn activity(&self, caller: &SignedIn, before: Option<i64>, limit: usize) -> Result<ActivityList> {
        let one_more = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
        let mut lines = self.inner.store.events(caller.account.id, before, one_more).await?;
        let more = lines.len() > limit;
        lines.truncate(limit);
        Ok(ActivityList { lines, more })
    }

    /// Records a failed sign-in to an account. A failure to record it does not change the answer to the request.
    pub(in crate::domain) async fn record_sign_in_failure(
        &self,
        account: AccountId,
        method: SignInMethod,
        reason: &str,
        origin: &RequestSource,
    ) {
        let (why, origin) = (reason.to_owned(), origin.clone());
        let failure = RecordSignInFailure { account, method, why, origin, now: self.now() };
        if let Err(fault) = self.inner.store.write(failure).await {
            tracing::warn!(%account, error = ?fault, "activity: recording a failed sign-in failed");
        }
    }

    /// Records a failed sign-in with an identity if its owner should know: a proof was reused or too old, or the
    /// account is suspended. Unproven attempts are not recorded, because they say nothing about the owner.
    pub(in crate::domain) async fn record_sign_in_outcome<T>(
        &self,
        outcome: &Result<T>,
        subject: &str,
        method: SignInMethod,
        origin: &RequestSource,
    ) {
        let reason = match outcome {
            Err(Error::Refused(Refusal::InvalidCredential(CredentialError::LoginUsed))) => "login_used",
            Err(Error::Refused(Refusal::InvalidCredential(CredentialError::LoginStale))) => "login_stale",
            Err(Error::Refused(Refusal::Banned)) => "account_suspended",
            _ => return,
        };
        match self.inner.store.identity_owner(method.identity_kind(), subject).await {
            Ok(Some(account)) => self.record_sign_in_failure(account, method, reason, origin).await,
            Ok(None) => {}
            Err(fault) => tracing::warn!(error = ?fault, "activity: recording a failed sign-in failed"),
        }
    }
}
