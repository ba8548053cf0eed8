//! Dialogue: the question to a person that the bot waits for.

use crate::model::accounts::account::TelegramId;
use crate::model::time::Moment;
use crate::store::{Result, Store, Tx, Write};

impl Store {
    /// Returns the question that the bot waits for, unless it has expired.
    pub async fn dialogue(&self, person: TelegramId, now: Moment) -> Result<Option<String>> {
        let sql = "select step from dialogue where telegram_id = $1 and expires_at > $2";
        let step: Option<(String,)> = self.db.first(sql, &[&person, &now]).await?;
        Ok(step.map(|(step,)| step))
    }
}

/// Stores or clears the question that the bot waits for.
#[derive(Clone, Debug)]
pub struct SetDialogue {
    /// The person asked.
    pub person: TelegramId,
    /// The question and its expiry; `None` to clear it.
    pub step: Option<(String, Moment)>,
}

impl Write for SetDialogue {
    type Out = ();

    fn order(&self) -> i64 {
        self.person.get()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        match &self.step {
            Some((step, expires_at)) => {
                let sql = "insert into dialogue (telegram_id, step, expires_at) values ($1, $2, $3)
                           on conflict (telegram_id) do update set step = excluded.step, expires_at = excluded.expires_at";
                tx.run(sql, &[&self.person, step, expires_at]).await?
            }
            None => tx.run("delete from dialogue where telegram_id = $1", &[&self.person]).await?,
        };
        Ok(())
    }
}
