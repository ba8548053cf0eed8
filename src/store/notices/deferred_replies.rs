//! Deferred replies: answers that Telegram did not take, queued among the notices.

use crate::model::accounts::account::AccountId;
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::{Tx, Write};

/// Queues an answer for later. Replaces the queued answer with the same key.
#[derive(Clone, Debug)]
pub struct DeferReply {
    /// Recipient of the answer.
    pub account: AccountId,
    /// The answer.
    pub reply: Notice,
    /// Identifies the answer to replace.
    pub idempotency_key: String,
    /// Time from which it may be sent.
    pub due_at: Moment,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

impl Write for DeferReply {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        // A new attempt number revokes the lease of the former answer.
        let sql = "insert into notice (account_id, category, content, idempotency_key, created_at, due_at)
                   values ($1, $2, $3, $4, $5, $6)
                   on conflict (idempotency_key) do update
                   set content = excluded.content, created_at = excluded.created_at, due_at = excluded.due_at,
                     attempts = notice.attempts + 1, sent_at = null, abandoned_at = null, awaits_reachability = false";
        let Self { account, reply, idempotency_key, due_at, now } = self;
        let (category, content) = (reply.category().as_str(), reply.to_json());
        tx.run(sql, &[account, &category, &content, idempotency_key, now, due_at]).await?;
        Ok(())
    }
}
