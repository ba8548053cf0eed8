//! Dialogue: the question the bot waits to be answered by a person.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::TelegramId;
use crate::store::bot_state::dialogue::{RecordQuestionMessage, SetDialogue};

pub use crate::store::bot_state::dialogue::OpenQuestion;

impl Domain {
    /// Returns the question the bot waits to be answered by a person.
    pub async fn question(&self, person: TelegramId) -> Result<Option<OpenQuestion>> {
        Ok(self.inner.store.dialogue(person, self.now()).await?)
    }

    /// Stores the question asked of a person. It expires after `seconds`.
    pub async fn set_dialogue(&self, person: TelegramId, question: &str, seconds: i64) -> Result<()> {
        self.set_question(person, OpenQuestion { step: question.to_owned(), message_id: None }, seconds).await
    }

    /// Like [`Self::set_dialogue`], for a question whose message is known.
    pub async fn set_question(&self, person: TelegramId, question: OpenQuestion, seconds: i64) -> Result<()> {
        let step = Some((question, self.now().plus(seconds)));
        Ok(self.inner.store.write(SetDialogue { person, step }).await?)
    }

    /// Records the message that asks the question, so that the answer can replace it.
    pub async fn record_question_message(&self, person: TelegramId, message_id: i64) -> Result<()> {
        Ok(self.inner.store.write(RecordQuestionMessage { person, message_id }).await?)
    }

    /// Stops waiting for an answer. Returns the question that was open.
    pub async fn clear_dialogue(&self, person: TelegramId) -> Result<Option<OpenQuestion>> {
        let question = self.question(person).await?;
        if question.is_some() {
            self.inner.store.write(SetDialogue { person, step: None }).await?;
        }
        Ok(question)
    }
}
