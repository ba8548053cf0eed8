//! Dialogue: the question the bot waits to be answered by a person.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::TelegramId;
use crate::store::bot_state::dialogue::SetDialogue;

impl Domain {
    /// Returns the question the bot waits to be answered by a person.
    pub async fn question(&self, person: TelegramId) -> Result<Option<String>> {
        Ok(self.inner.store.dialogue(person, self.now()).await?)
    }

    /// Stores the question asked of a person. It expires after `seconds`.
    pub async fn set_dialogue(&self, person: TelegramId, question: &str, seconds: i64) -> Result<()> {
        let step = Some((question.to_owned(), self.now().plus(seconds)));
        Ok(self.inner.store.write(SetDialogue { person, step }).await?)
    }

    /// Stops waiting for an answer.
    pub async fn clear_dialogue(&self, person: TelegramId) -> Result<()> {
        if self.question(person).await?.is_none() {
            return Ok(());
        }
        Ok(self.inner.store.write(SetDialogue { person, step: None }).await?)
    }
}
