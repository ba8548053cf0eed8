//! Secrets that stand in a chat: not for long.
//!
//! The message's number is known only once Telegram has taken it. Whoever dies in the moment between that and
//! [`Domain::note_shown`] leaves a message that only its reader can delete.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::store::bot_state::secret_messages::{ForgetShown, NoteShown, TakeShown};

pub use crate::store::bot_state::secret_messages::Shown;

/// How long a secret may stand in a chat, in seconds.
const SHOWN_FOR: i64 = 300;
/// How long it is tried to take a secret out of a chat, in seconds.
const PERSISTENCE: i64 = 7 * 86_400;

impl Domain {
    /// Notes that a message shows a secret, so that it is deleted in time, whatever becomes of this process.
    pub async fn note_shown(&self, chat_id: i64, message_id: i64) -> Result<()> {
        let now = self.now();
        let message = Shown { chat_id, message_id, shown_at: now };
        Ok(self.parts.store.write(NoteShown { message, due_at: now.plus(SHOWN_FOR) }).await?)
    }

    /// Takes in hand what is to be deleted now, at most that many. What could not be deleted for a week is given up.
    pub async fn due_shown(&self, limit: i64) -> Result<Vec<Shown>> {
        let now = self.now();
        if !self.parts.store.has_due_shown(now).await? {
            return Ok(Vec::new());
        }
        let taken = self.parts.store.write(TakeShown { limit, now }).await?;
        let (late, due): (Vec<_>, Vec<_>) =
            taken.into_iter().partition(|shown| now.since(shown.shown_at) >= PERSISTENCE);
        for Shown { chat_id, message_id, .. } in late {
            tracing::warn!(chat_id, message_id, "a message with a secret could not be deleted for a week, and stays");
            self.forget_shown(chat_id, message_id).await?;
        }
        Ok(due)
    }

    /// A message with a secret is gone.
    pub async fn forget_shown(&self, chat_id: i64, message_id: i64) -> Result<()> {
        Ok(self.parts.store.write(ForgetShown { chat_id, message_id }).await?)
    }
}
