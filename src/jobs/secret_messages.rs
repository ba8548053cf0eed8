//! Deletes messages that have shown a secret for long enough.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::domain::bot_state::secret_messages::Shown;
use crate::gateway::telegram::Trouble;
use crate::jobs::context::JobContext;
use crate::messages::plain;

/// How many are deleted one after the other.
const TOGETHER: i64 = 16;
/// What stands where a secret stood, in every language.
const BLANK: &str = "🔑 ••••••";
/// How often it is looked for some.
const LOOK: Duration = Duration::from_secs(1);

impl JobContext {
    /// Deletes what is due until `stop`, then finishes what is in hand.
    pub async fn delete_shown(&self, stop: CancellationToken) {
        while tokio::time::timeout(LOOK, stop.cancelled()).await.is_err() {
            match self.domain.due_shown(TOGETHER).await {
                Ok(due) => {
                    for shown in due {
                        self.delete_one(shown).await;
                    }
                }
                Err(fault) => tracing::warn!(?fault, "could not look for secrets that were shown; looking again"),
            }
        }
    }

    /// What cannot be deleted now is tried again when its lease is over. After two days Telegram deletes nothing any more, but lets
    /// us write something else over it; what it lets us do neither to is gone already.
    async fn delete_one(&self, Shown { chat_id, message_id, .. }: Shown) {
        let message = i32::try_from(message_id).unwrap_or_default();
        let outcome = match self.telegram.delete(chat_id, message).await {
            Err(Trouble::Refused(_)) => self.telegram.edit(chat_id, message, &plain(BLANK.to_owned())).await,
            outcome => outcome,
        };
        match outcome {
            Ok(()) | Err(Trouble::Refused(_) | Trouble::Unreachable | Trouble::Unchanged | Trouble::Moved(_)) => {
                if let Err(fault) = self.domain.forget_shown(chat_id, message_id).await {
                    tracing::warn!(?fault, "could not note that a secret is no longer shown");
                }
            }
            Err(trouble) => tracing::warn!(%trouble, "a secret that was shown could not be deleted; tried again"),
        }
    }
}
