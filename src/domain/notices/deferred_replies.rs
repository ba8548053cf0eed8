//! Deferred replies: answers that Telegram did not accept. They are sent later as notices.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::Result;
use crate::model::notices::notice::Notice;
use crate::store::notices::deferred_replies::DeferReply;

/// Importance of a deferred reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeferPolicy {
    /// Screen the person looks at; only the latest is sent.
    Screen,
    /// Outcome of an action, sent whatever follows it. The update id distinguishes it from others.
    Outcome(i64),
}

impl Domain {
    /// Stores a reply to be sent after `delay_secs`. A reply with a secret must never be stored.
    pub async fn defer_reply(
        &self,
        caller: &SignedIn,
        reply: Notice,
        policy: DeferPolicy,
        delay_secs: i64,
    ) -> Result<()> {
        let (account, now) = (caller.account.id, self.now());
        let idempotency_key = match policy {
            DeferPolicy::Screen => format!("reply:{account}"),
            DeferPolicy::Outcome(update) => format!("outcome:{account}:{update}"),
        };
        let keep = DeferReply { account, reply, idempotency_key, due_at: now.plus(delay_secs), now };
        Ok(self.inner.store.write(keep).await?)
    }
}
