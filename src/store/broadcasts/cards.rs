//! Messages in admins' chats that show how a broadcast goes.

use sqlx::FromRow;

use crate::model::accounts::account::TelegramId;
use crate::model::broadcasts::BroadcastId;
use crate::store::{Result, Store, Tx, Write};

/// How long after an edit the next one may come, in milliseconds; by then whoever took a card in hand is thought dead.
const CARD_INTERVAL_MILLIS: i64 = 3000;

/// A message that shows how a broadcast goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct StatusCard {
    /// The chat.
    pub chat_id: i64,
    /// Telegram's number of the message in it.
    pub message_id: i64,
    /// Which broadcast.
    pub broadcast_id: BroadcastId,
}

impl Store {
    /// Whether a card may be edited.
    pub async fn has_due_cards(&self, millis: i64) -> Result<bool> {
        let sql = "select 1 = 1 from broadcast_card where due_at <= $1 limit 1";
        Ok(self.db.first::<(bool,)>(sql, &[&millis]).await?.is_some())
    }

    /// The language somebody chose, or that of their Telegram.
    pub async fn language_of(&self, person: TelegramId) -> Result<Option<String>> {
        let sql = "select coalesce(a.language, i.telegram_language)
                   from identity i join account a on a.id = i.account_id
                   where i.kind = 'telegram' and i.subject = $1";
        let found: Option<(Option<String>,)> = self.db.first(sql, &[&person.to_string()]).await?;
        Ok(found.and_then(|(language,)| language))
    }
}

/// Has a message show how a broadcast goes, from a pause on.
#[derive(Clone, Copy, Debug)]
pub struct AddCard {
    /// Which.
    pub card: StatusCard,
    /// When this is, in milliseconds.
    pub millis: i64,
}

impl Write for AddCard {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into broadcast_card (chat_id, message_id, broadcast_id, due_at) values ($1, $2, $3, $4)
                   on conflict (chat_id, message_id) do update set broadcast_id = excluded.broadcast_id, due_at = excluded.due_at";
        let StatusCard { chat_id, message_id, broadcast_id } = self.card;
        tx.run(sql, &[&chat_id, &message_id, &broadcast_id, &(self.millis + CARD_INTERVAL_MILLIS)]).await.map(drop)
    }
}

/// Takes cards in hand that may be edited: nobody else does within the pause.
#[derive(Clone, Copy, Debug)]
pub struct LeaseCards {
    /// How many at most.
    pub limit: i64,
    /// When this is, in milliseconds.
    pub millis: i64,
}

impl Write for LeaseCards {
    type Out = Vec<StatusCard>;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Vec<StatusCard>> {
        let sql = "update broadcast_card set due_at = $2
                   where (chat_id, message_id) in (select c.chat_id, c.message_id from broadcast_card c
                                                   where c.due_at <= $1 order by c.due_at, c.chat_id, c.message_id limit $3)
                     and due_at <= $1
                   returning chat_id, message_id, broadcast_id";
        tx.all(sql, &[&self.millis, &(self.millis + CARD_INTERVAL_MILLIS), &self.limit]).await
    }
}

/// Lets a card rest until something is done to its broadcast, if that is still as the card shows it and nobody has any of it in
/// hand.
#[derive(Clone, Debug)]
pub struct IdleCard {
    /// Which.
    pub card: StatusCard,
    /// The state that it shows.
    pub state: &'static str,
    /// How many are settled and deleted again, by what it shows.
    pub tally: i64,
}

/// Whether it rests.
impl Write for IdleCard {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update broadcast_card set due_at = null
                   where chat_id = $1 and message_id = $2
                     and exists (select 1 from broadcast b
                                 where b.id = broadcast_id and b.state = $3
                                   and b.sent + b.unreachable + b.failed + b.uncertain + b.opted_out + b.retracted
                                       + b.not_deleted = $4)
                     and not exists (select 1 from broadcast_lease h where h.broadcast_id = broadcast_card.broadcast_id)";
        let StatusCard { chat_id, message_id, .. } = self.card;
        Ok(tx.run(sql, &[&chat_id, &message_id, &self.state, &self.tally]).await? == 1)
    }
}

/// Forgets a card: it is gone, or replaced by another.
#[derive(Clone, Copy, Debug)]
pub struct RemoveCard {
    /// Which.
    pub card: StatusCard,
}

impl Write for RemoveCard {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "delete from broadcast_card where chat_id = $1 and message_id = $2";
        tx.run(sql, &[&self.card.chat_id, &self.card.message_id]).await.map(drop)
    }
}

/// Something was done to a broadcast: its cards are due, at once if they rested.
pub(super) async fn wake(id: BroadcastId, tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "update broadcast_card set due_at = 0 where broadcast_id = $1 and due_at is null";
    tx.run(sql, &[&id]).await.map(drop)
}
