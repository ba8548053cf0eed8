//! Secret messages: chat messages that show a secret, stored until they are deleted from the chat.

use sqlx::FromRow;

use crate::model::time::Moment;
use crate::store::{Result, Store, Tx, Write};

/// Lease of a deletion, in seconds. Longer than all timeouts and retries of the gateway.
const SECRET_MESSAGE_LEASE_SECS: i64 = 60;

/// A chat message that shows a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct SecretMessage {
    /// Telegram id of the chat.
    pub chat_id: i64,
    /// Telegram id of the message within the chat.
    pub message_id: i64,
    /// Time of sending.
    #[sqlx(rename = "sent_at")]
    pub shown_at: Moment,
}

impl Store {
    /// True if a message may be leased.
    pub async fn has_due_secret_messages(&self, now: Moment) -> Result<bool> {
        let sql = "select 1 = 1 from secret_message where delete_at <= $1 limit 1";
        Ok(self.db.first::<(bool,)>(sql, &[&now]).await?.is_some())
    }
}

/// Schedules the deletion of a message.
#[derive(Clone, Copy, Debug)]
pub struct AddSecretMessage {
    /// The message to delete.
    pub message: SecretMessage,
    /// Time of the deletion.
    pub due_at: Moment,
}

impl Write for AddSecretMessage {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into secret_message (chat_id, message_id, sent_at, delete_at) values ($1, $2, $3, $4)
                   on conflict (chat_id, message_id) do nothing";
        let SecretMessage { chat_id, message_id, shown_at } = self.message;
        tx.run(sql, &[&chat_id, &message_id, &shown_at, &self.due_at]).await?;
        Ok(())
    }
}

/// Leases due messages, the longest overdue first.
#[derive(Clone, Copy, Debug)]
pub struct LeaseSecretMessages {
    /// Maximum number of rows.
    pub limit: i64,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

impl Write for LeaseSecretMessages {
    type Out = Vec<SecretMessage>;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Vec<SecretMessage>> {
        // The repeated condition decides between two instances that chose the same rows: the later one finds them no
        // longer due.
        let sql = "update secret_message set delete_at = $2
                   where (chat_id, message_id) in (select s.chat_id, s.message_id from secret_message s
                                                   where s.delete_at <= $1 order by s.delete_at, s.chat_id, s.message_id limit $3)
                     and delete_at <= $1
                   returning chat_id, message_id, sent_at";
        tx.all(sql, &[&self.now, &self.now.plus(SECRET_MESSAGE_LEASE_SECS), &self.limit]).await
    }
}

/// Removes the record of a message that was deleted or can no longer be deleted.
#[derive(Clone, Copy, Debug)]
pub struct RemoveSecretMessage {
    /// Telegram id of the chat.
    pub chat_id: i64,
    /// Telegram id of the message within the chat.
    pub message_id: i64,
}

impl Write for RemoveSecretMessage {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "delete from secret_message where chat_id = $1 and message_id = $2";
        tx.run(sql, &[&self.chat_id, &self.message_id]).await?;
        Ok(())
    }
}
