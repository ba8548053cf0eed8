//! Answers that Telegram did not take when they were due: kept among the notices, and said later.

use crate::model::accounts::account::AccountId;
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::{Tx, Write};

/// Keeps an answer to be said from a time on, in place of the one with the same key that nobody said yet.
#[derive(Clone, Debug)]
pub struct DeferReply {
    /// Whom it is for.
    pub account: AccountId,
    /// The answer.
    pub reply: Notice,
    /// What it takes the place of.
    pub idempotency_key: String,
    /// When it may be said.
    pub due_at: Moment,
    /// When this is.
    pub now: Moment,
}

impl Write for DeferReply {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        // One more attempt: whoever has the former answer in hand has no say about this one.
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
