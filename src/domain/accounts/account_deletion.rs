//! Deleting one's account: asked for, with a week to think again, then done.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{BadToken, Result};
use crate::model::accounts::account::AccountId;
use crate::model::time::Moment;
use crate::store::accounts::account_deletion::{Delete, Leave, RemindLeaving, Stay};

/// How long people may think again, in seconds.
pub const TO_THINK_AGAIN: i64 = 7 * 86_400;
/// Accounts that are looked for at a time.
const TOGETHER: i64 = 50;

impl Domain {
    /// Asks for the caller's account to be deleted; says when that will be. Their keys are off and their sessions over when this
    /// returns. Whoever signs in again until then may keep it.
    pub async fn leave(&self, caller: &SignedIn) -> Result<Moment> {
        self.was_recent(caller).await?;
        let (account, by, now) = (caller.account.id, caller.by(), self.now());
        let leave = Leave { account, at: now.plus(TO_THINK_AGAIN), by, now };
        let at = self.change(account, leave).await?.ok_or(BadToken::SessionEnded)?;
        tracing::info!(%account, %at, "a person asked for their account to be deleted");
        self.parts.notices.notify_one();
        Ok(at)
    }

    /// Keeps the caller's account after all; whether it was to be deleted.
    pub async fn stay(&self, caller: &SignedIn) -> Result<bool> {
        let (account, by, now) = (caller.account.id, caller.by(), self.now());
        self.change(account, Stay { account, by, now }).await
    }

    /// Reminds whoever has a day left, and deletes the accounts whose time is over, each in a write of its own; says how many.
    pub async fn delete_left(&self) -> Result<u64> {
        if self.parts.store.write(RemindLeaving { now: self.now() }).await? > 0 {
            self.parts.notices.notify_one();
        }
        let (mut last, mut deleted) = (AccountId(0), 0);
        loop {
            let left = self.parts.store.left(last, self.now(), TOGETHER).await?;
            let Some(end) = left.last() else { return Ok(deleted) };
            last = *end;
            for account in left {
                if self.change(account, Delete { account, now: self.now() }).await? {
                    deleted += 1;
                    tracing::info!(%account, "an account was deleted");
                }
            }
        }
    }
}
