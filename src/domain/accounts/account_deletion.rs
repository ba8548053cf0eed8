//! Deleting one's account: asked for, with a week to think again, then done.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{CredentialError, Result};
use crate::model::accounts::account::AccountId;
use crate::model::time::Moment;
use crate::store::accounts::account_deletion::{CancelDeletion, DeleteAccount, RemindOfDeletion, ScheduleDeletion};

/// How long people may think again, in seconds.
pub const DELETION_DELAY_SECS: i64 = 7 * 86_400;
/// Accounts that are looked for at a time.
const ACCOUNTS_PER_WRITE: i64 = 50;

impl Domain {
    /// Asks for the caller's account to be deleted; says when that will be. Their keys are off and their sessions over when this
    /// returns. Whoever signs in again until then may keep it.
    pub async fn leave(&self, caller: &SignedIn) -> Result<Moment> {
        self.was_recent_sign_in(caller).await?;
        let (account, by, now) = (caller.account.id, caller.by(), self.now());
        let leave = ScheduleDeletion { account, at: now.plus(DELETION_DELAY_SECS), by, now };
        let at = self.write_and_invalidate(account, leave).await?.ok_or(CredentialError::SessionEnded)?;
        tracing::info!(%account, %at, "a person asked for their account to be deleted");
        self.inner.notices.notify_one();
        Ok(at)
    }

    /// Keeps the caller's account after all; whether it was to be deleted.
    pub async fn cancel_deletion(&self, caller: &SignedIn) -> Result<bool> {
        let (account, by, now) = (caller.account.id, caller.by(), self.now());
        self.write_and_invalidate(account, CancelDeletion { account, by, now }).await
    }

    /// Reminds whoever has a day left, and deletes the accounts whose time is over, each in a write of its own; says how many.
    pub async fn delete_scheduled(&self) -> Result<u64> {
        if self.inner.store.write(RemindOfDeletion { now: self.now() }).await? > 0 {
            self.inner.notices.notify_one();
        }
        let (mut last, mut deleted) = (AccountId(0), 0);
        loop {
            let left = self.inner.store.left(last, self.now(), ACCOUNTS_PER_WRITE).await?;
            let Some(end) = left.last() else { return Ok(deleted) };
            last = *end;
            for account in left {
                if self.write_and_invalidate(account, DeleteAccount { account, now: self.now() }).await? {
                    deleted += 1;
                    tracing::info!(%account, "an account was deleted");
                }
            }
        }
    }
}
