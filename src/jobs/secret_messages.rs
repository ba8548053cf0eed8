//! The secret message job deletes chat messages that have shown a secret for five minutes.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::domain::bot_state::secret_messages::SecretMessage;
use crate::gateway::telegram::TelegramError;
use crate::jobs::context::JobContext;
use crate::jobs::has_passed;
use crate::messages::plain;

/// Maximum number of messages leased together; they are deleted one after the other.
const DELETE_BATCH: i64 = 16;
/// Replacement, in every language, for a message that can no longer be deleted.
const REDACTED_TEXT: &str = "🔑 ••••••";
/// Interval at which due messages are looked up.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

impl JobContext {
    /// Deletes due messages until `stop`, then finishes those in flight.
    pub async fn delete_secret_messages(&self, stop: CancellationToken) {
        while has_passed(POLL_INTERVAL, &stop).await {
            self.delete_due().await;
        }
    }

    async fn delete_due(&self) {
        match self.domain.lease_secret_messages(DELETE_BATCH).await {
            Ok(due) => {
                for message in due {
                    self.delete_one(message).await;
                }
            }
            Err(error) => tracing::warn!(?error, "secret message: leasing failed, retrying"),
        }
    }

    /// Deletes one message. A temporary failure is retried when the lease expires.
    ///
    /// Telegram refuses to delete messages older than two days, but still lets the bot edit them, so the secret is
    /// overwritten. If it refuses both, the message no longer exists.
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
                | TelegramError::Unreachable(_)
                | TelegramError::Unchanged
                | TelegramError::Gone
                | TelegramError::Moved(_),
            ) => {
                if let Err(error) = self.domain.remove_secret_message(chat_id, message_id).await {
                    tracing::warn!(?error, "secret message: removal not recorded, will be retried");
                }
            }
            Err(error) => tracing::warn!(%error, "secret message: deletion failed, will be retried"),
        }
    }
}
