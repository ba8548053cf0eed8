//! The program's own notes: which updates it has handled, what it asked whom, whether its database answers.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::account::TelegramId;
use crate::store::updates::{SetDialogue, SettleUpdate, TakeUpdate};

pub use crate::store::updates::{Settle, Taken};

impl Domain {
    /// Takes an update of the bot in hand, unless it was handled before.
    pub async fn take_update(&self, update_id: i64) -> Result<Taken> {
        Ok(self.parts.store.write(TakeUpdate { update_id, now: self.now() }).await?)
    }

    /// Marks an update as handled, or gives it back so that its next delivery is.
    pub async fn settle_update(&self, update_id: i64, how: Settle) -> Result<()> {
        Ok(self.parts.store.write(SettleUpdate { update_id, how }).await?)
    }

    /// What that person was last asked in chat, while the answer is waited for.
    pub async fn question(&self, person: TelegramId) -> Result<Option<String>> {
        Ok(self.parts.store.dialogue(person, self.now()).await?)
    }

    /// Remembers that a person was asked something, and waits `seconds` for the answer.
    pub async fn remember_question(&self, person: TelegramId, question: &str, seconds: i64) -> Result<()> {
        let step = Some((question.to_owned(), self.now().plus(seconds)));
        Ok(self.parts.store.write(SetDialogue { person, step }).await?)
    }

    /// Waits for no answer of that person any more.
    pub async fn forget_question(&self, person: TelegramId) -> Result<()> {
        if self.question(person).await?.is_none() {
            return Ok(());
        }
        Ok(self.parts.store.write(SetDialogue { person, step: None }).await?)
    }

    /// Whether the database answers.
    pub async fn check_database(&self) -> Result<()> {
        Ok(self.parts.store.ping().await?)
    }

    /// Finishes the writes in hand and lets the database go.
    pub async fn close(&self) {
        self.parts.store.close().await;
    }
}
