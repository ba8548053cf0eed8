//! Secrets that stand in a chat: not for long.
//!
//! The message's number is known only once Telegram has taken it. Whoever dies in the moment between that and
//! [`Domain::record_secret_message`] leaves a message that only its reader can delete.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::store::bot_state::secret_messages::{AddSecretMessage, LeaseSecretMessages, RemoveSecretMessage};

pub use crate::store::bot_state::secret_messages::SecretMessage;

/// How long a secret may stand in a chat, in seconds.
const SECRET_VISIBLE_SECS: i64 = 300;
/// How long it is tried to take a secret out of a chat, in seconds.
const RETRY_FOR_SECS: i64 = 7 * 86_400;

impl Domain {
    /// Notes that a message shows a secret, so that it is deleted in time, whatever becomes of this process.
    pub async fn record_secret_message(&self, chat_id: i64, message_id: i64) -> Result<()> {
        let now = self.now();
        let message = SecretMessage { chat_id, message_id, shown_at: now };
        Ok(self.inner.store.write(AddSecretMessage { message, due_at: now.plus(SECRET_VISIBLE_SECS) }).await?)
    }

    /// Takes in hand what is to be deleted now, at most that many. What could not be deleted for a week is given up.
    pub async fn lease_secret_messages(&self, limit: i64) -> Result<Vec<SecretMessage>> {
        let now = self.now();
        if !self.inner.store.has_due_secret_messages(now).await? {
            return Ok(Vec::new());
        }
        let taken = self.inner.store.write(LeaseSecretMessages { limit, now }).await?;
        let (late, due): (Vec<_>, Vec<_>) =
            taken.into_iter().partition(|shown| now.since(shown.shown_at) >= RETRY_FOR_SECS);
        for SecretMessage { chat_id, message_id, .. } in late {
            tracing::warn!(chat_id, message_id, "a message with a secret could not be deleted for a week, and stays");
            self.remove_secret_message(chat_id, message_id).await?;
        }
        Ok(due)
    }

    /// A message with a secret is gone.
    pub async fn remove_secret_message(&self, chat_id: i64, message_id: i64) -> Result<()> {
        Ok(self.inner.store.write(RemoveSecretMessage { chat_id, message_id }).await?)
    }
}
