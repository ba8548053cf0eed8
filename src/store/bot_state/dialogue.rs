//! Dialogue: the question to a person that the bot waits for.

use sqlx::FromRow;

use crate::model::accounts::account::TelegramId;
use crate::model::time::Moment;
use crate::store::{Result, Store, Tx, Write};

/// A question that waits for a typed answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromRow)]
pub struct OpenQuestion {
    /// The question in its stored form.
    pub step: String,
    /// Message that asks it; `None` until Telegram has accepted the message.
    pub message_id: Option<i64>,
}

impl Store {
    /// Returns the question that the bot waits for, unless it has expired.
    pub async fn dialogue(&self, person: TelegramId, now: Moment) -> Result<Option<OpenQuestion>> {
        let sql = "select step, message_id from dialogue where telegram_id = $1 and expires_at > $2";
        Ok(self.db.first(sql, &[&person, &now]).await?)
    }
}

/// Stores or clears the question that the bot waits for.
#[derive(Clone, Debug)]
pub struct SetDialogue {
    /// The person asked.
    pub person: TelegramId,
    /// The question and its expiry; `None` to clear it.
    pub step: Option<(OpenQuestion, Moment)>,
}

impl Write for SetDialogue {
    type Out = ();

    fn order(&self) -> i64 {
        self.person.get()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        match &self.step {
            Some((OpenQuestion { step, message_id }, expires_at)) => {
                let sql = "insert into dialogue (telegram_id, step, message_id, expires_at) values ($1, $2, $3, $4)
                           on conflict (telegram_id) do update
                           set step = excluded.step, message_id = excluded.message_id, expires_at = excluded.expires_at";
                tx.run(sql, &[&self.person, step, message_id, expires_at]).await?
            }
            None => tx.run("delete from dialogue where telegram_id = $1", &[&self.person]).await?,
        };
        Ok(())
    }
}

/// Records the message that asks the question. Without a question it has no effect.
#[derive(Clone, Copy, Debug)]
pub struct RecordQuestionMessage {
    /// The person asked.
    pub person: TelegramId,
    /// The message in the person's chat.
    pub message_id: i64,
}

impl Write for RecordQuestionMessage {
    type Out = ();

    fn order(&self) -> i64 {
        self.person.get()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update dialogue set message_id = $2 where telegram_id = $1";
        tx.run(sql, &[&self.person, &self.message_id]).await.map(drop)
    }
}
