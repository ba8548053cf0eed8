//! Notices to the admins about what one of them started.

use serde_json::json;

use crate::model::accounts::account::TelegramId;
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::{Tx, Write};

/// A notice to several admins. Those who never wrote to the bot have no chat and get none.
pub(in crate::store) struct AdminNotice<'a> {
    pub(in crate::store) admins: &'a [TelegramId],
    pub(in crate::store) notice: Notice,
    /// Makes a repetition a no-op.
    pub(in crate::store) idempotency_key: String,
    pub(in crate::store) now: Moment,
}

impl AdminNotice<'_> {
    /// Queues the notice.
    pub(in crate::store) async fn add(&self, tx: &mut Tx) -> sqlx::Result<()> {
        if self.admins.is_empty() {
            return Ok(());
        }
        // `cross join`: SQLite keeps that join order.
        let sql = "insert into notice (account_id, category, content, idempotency_key, created_at, due_at, chat_id)
                   select i.account_id, $2, $3, $4 || ':' || i.subject, $5, $5, cast(i.subject as bigint)
                   from json_each($1) j cross join identity i
                   where i.kind = 'telegram' and i.subject = j.value ->> 'id'
                   on conflict (idempotency_key) do nothing";
        let admins = list(self.admins.iter().map(|admin| json!({"id": admin.to_string()})))?;
        let (category, content) = (self.notice.category().as_str(), self.notice.to_json());
        tx.run(sql, &[&admins, &category, &content, &self.idempotency_key, &self.now]).await.map(drop)
    }
}

/// Queues a notice to one admin, unless one with the same key was queued before.
#[derive(Clone, Debug)]
pub struct NotifyAdmin {
    /// Telegram id of the admin.
    pub admin: TelegramId,
    /// The notice.
    pub notice: Notice,
    /// Makes a repetition a no-op.
    pub idempotency_key: String,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

impl Write for NotifyAdmin {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let (notice, idempotency_key, now) = (self.notice.clone(), self.idempotency_key.clone(), self.now);
        AdminNotice { admins: &[self.admin], notice, idempotency_key, now }.add(tx).await
    }
}
