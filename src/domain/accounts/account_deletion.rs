//! Account deletion: scheduled, seven days to cancel, then carried out.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{CredentialError, Result};
use crate::model::accounts::account::AccountId;
use crate::model::time::Moment;
use crate::store::accounts::account_deletion::{CancelDeletion, DeleteAccount, RemindOfDeletion, ScheduleDeletion};

/// Time in which a deletion can be cancelled, in seconds.
pub const DELETION_DELAY_SECS: i64 = 7 * 86_400;
/// Accounts read by one query.
const ACCOUNTS_PER_WRITE: i64 = 50;

impl Domain {
    /// Schedules the deletion of the caller's account and returns its time. On return the keys are off and the sessions
    /// ended. Signing in again before that time allows the person to cancel.
    pub async fn schedule_deletion(&self, caller: &SignedIn) -> Result<Moment> {
        self.require_recent_sign_in(caller)?;
        let (account, by, now) = (caller.account.id, caller.by(), self.now());
        let asked_in_chat = caller.chat();
        let leave = ScheduleDeletion { account, at: now.plus(DELETION_DELAY_SECS), by, asked_in_chat, now };
        let at = self.write_and_invalidate(account, leave).await?.ok_or(CredentialError::SessionEnded)?;
        tracing::info!(%account, %at, "account deletion: scheduled");
        self.inner.notices.notify_one();
        self.inner.mails.notify_one();
        Ok(at)
    }

    /// Cancels the deletion of the caller's account. Returns true if one was scheduled.
    pub async fn cancel_deletion(&self, caller: &SignedIn) -> Result<bool> {
        let (account, by, now) = (caller.account.id, caller.by(), self.now());
        self.write_and_invalidate(account, CancelDeletion { account, by, now }).await
    }

    /// Reminds people one day ahead, and deletes the accounts that are due, each in its own write. Returns the number
    /// deleted.
    pub async fn delete_scheduled(&self) -> Result<u64> {
        if self.inner.store.write(RemindOfDeletion { now: self.now() }).await? > 0 {
            self.inner.notices.notify_one();
        }
        let (mut last, mut deleted) = (AccountId(0), 0);
        loop {
            let left = self.inner.store.due_deletions(last, self.now(), ACCOUNTS_PER_WRITE).await?;
            let Some(end) = left.last() else { return Ok(deleted) };
            last = *end;
            for account in left {
                if self.write_and_invalidate(account, DeleteAccount { account, now: self.now() }).await? {
                    deleted += 1;
                    tracing::info!(%account, "account deletion: done");
                }
            }
        }
    }
}
