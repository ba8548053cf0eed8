//! Secret messages: chat messages that show a secret and are deleted after five minutes.
//!
//! The message id is known only once Telegram has accepted the message. If the process dies before
//! [`Domain::record_secret_message`], only the reader can delete the message.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::store::bot_state::secret_messages::{AddSecretMessage, RemoveSecretMessage};

pub use crate::store::bot_state::secret_messages::SecretMessage;

/// Time for which a secret stays in a chat, in seconds.
const SECRET_VISIBLE_SECS: i64 = 300;
/// Time for which deletion is retried, in seconds.
const RETRY_FOR_SECS: i64 = 7 * 86_400;

impl Domain {
    /// Records that a message shows a secret, so that it is deleted in time even after a restart.
    pub async fn record_secret_message(&self, chat_id: i64, message_id: i64) -> Result<()> {
        let now = self.now();
        let message = SecretMessage { chat_id, message_id, sent_at: now };
        Ok(self.inner.store.write(AddSecretMessage { message, due_at: now.plus(SECRET_VISIBLE_SECS) }).await?)
    }

    /// Leases the messages due for deletion, at most `limit`. Gives up those that could not be deleted for a week.
    pub async fn lease_secret_messages(&self, limit: i64) -> Result<Vec<SecretMessage>> {
        let now = self.now();
        let taken = self.inner.store.lease_secret_messages(limit, now).await?;
        let (late, due): (Vec<_>, Vec<_>) =
            taken.into_iter().partition(|message| now.since(message.sent_at) >= RETRY_FOR_SECS);
        for SecretMessage { chat_id, message_id, .. } in late {
            tracing::warn!(chat_id, message_id, "secret message: could not be deleted for a week, abandoned");
            self.remove_secret_message(chat_id, message_id).await?;
        }
        Ok(due)
    }

    /// Forgets a message that was deleted. Returns true if it was recorded.
    pub async fn remove_secret_message(&self, chat_id: i64, message_id: i64) -> Result<bool> {
        Ok(self.inner.store.write(RemoveSecretMessage { chat_id, message_id }).await?)
    }
}
