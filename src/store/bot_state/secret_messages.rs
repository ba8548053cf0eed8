//! Secret messages: chat messages that show a secret, stored until they are deleted from the chat.

use sqlx::FromRow;

use crate::model::time::Moment;
use crate::store::engine::lease_queue::{LeaseQueue, has_due, lease_due};
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
    pub sent_at: Moment,
}

static SECRET_MESSAGES: LeaseQueue<SecretMessage> = LeaseQueue::new(
    SECRET_MESSAGE_LEASE_SECS,
    has_due!("secret_message", "delete_at"),
    lease_due!("secret_message", "chat_id, message_id", "delete_at", "chat_id, message_id, sent_at"),
);

impl Store {
    /// Leases messages to delete, the longest overdue first.
    pub async fn lease_secret_messages(&self, limit: i64, now: Moment) -> Result<Vec<SecretMessage>> {
        self.lease(&SECRET_MESSAGES, limit, now.0).await
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
        let SecretMessage { chat_id, message_id, sent_at } = self.message;
        tx.run(sql, &[&chat_id, &message_id, &sent_at, &self.due_at]).await?;
        Ok(())
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

/// Output: true if the message was recorded.
impl Write for RemoveSecretMessage {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "delete from secret_message where chat_id = $1 and message_id = $2";
        Ok(tx.run(sql, &[&self.chat_id, &self.message_id]).await? == 1)
    }
}
