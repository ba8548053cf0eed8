//! Answers that Telegram did not take: said later, through the stored notices.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::Result;
use crate::model::notices::notice::Notice;
use crate::store::notices::deferred_replies::DeferReply;

/// How much a late answer matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeferPolicy {
    /// It is what the person looks at: the latest one counts.
    Screen,
    /// It tells what became of something of theirs, and is said whatever comes after it; the number of the update tells it from
    /// others.
    Outcome(i64),
}

impl Domain {
    /// Keeps an answer, never one with a secret, to be said in that many seconds.
    pub async fn defer_reply(
        &self,
        caller: &SignedIn,
        reply: Notice,
        (weight, seconds): (DeferPolicy, i64),
    ) -> Result<()> {
        let (account, now) = (caller.account.id, self.now());
        let idempotency_key = match weight {
            DeferPolicy::Screen => format!("reply:{account}"),
            DeferPolicy::Outcome(update) => format!("outcome:{account}:{update}"),
        };
        let keep = DeferReply { account, reply, idempotency_key, due_at: now.plus(seconds), now };
        Ok(self.inner.store.write(keep).await?)
    }
}
