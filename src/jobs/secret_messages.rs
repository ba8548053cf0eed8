//! Deletes messages that have shown a secret for long enough.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::domain::bot_state::secret_messages::SecretMessage;
use crate::gateway::telegram::TelegramError;
use crate::jobs::context::JobContext;
use crate::messages::plain;

/// How many are deleted one after the other.
const DELETE_BATCH: i64 = 16;
/// What stands where a secret stood, in every language.
const REDACTED_TEXT: &str = "🔑 ••••••";
/// How often it is looked for some.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

impl JobContext {
    /// Deletes what is due until `stop`, then finishes what is in hand.
    pub async fn delete_secret_messages(&self, stop: CancellationToken) {
        while tokio::time::timeout(POLL_INTERVAL, stop.cancelled()).await.is_err() {
            match self.domain.lease_secret_messages(DELETE_BATCH).await {
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
    async fn delete_one(&self, SecretMessage { chat_id, message_id, .. }: SecretMessage) {
        let message = i32::try_from(message_id).unwrap_or_default();
        let outcome = match self.telegram.delete(chat_id, message).await {
            Err(TelegramError::Refused(_)) => {
                self.telegram.edit(chat_id, message, &plain(REDACTED_TEXT.to_owned())).await
            }
            outcome => outcome,
        };
        match outcome {
            Ok(())
            | Err(
                TelegramError::Refused(_)
                | TelegramError::Unreachable
                | TelegramError::Unchanged
                | TelegramError::Moved(_),
            ) => {
                if let Err(fault) = self.domain.remove_secret_message(chat_id, message_id).await {
                    tracing::warn!(?fault, "could not note that a secret is no longer shown");
                }
            }
            Err(trouble) => tracing::warn!(%trouble, "a secret that was shown could not be deleted; tried again"),
        }
    }
}
