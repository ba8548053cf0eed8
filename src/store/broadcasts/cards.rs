//! Status cards: live messages in admins' chats that show the progress of a broadcast.

use sqlx::FromRow;

use crate::model::accounts::account::TelegramId;
use crate::model::broadcasts::BroadcastId;
use crate::store::engine::lease_queue::{LeaseQueue, has_due, lease_due};
use crate::store::{Result, Store, Tx, Write};

/// Minimum interval between edits of a card, in milliseconds. Also its lease: a card may be leased again afterwards.
const CARD_INTERVAL_MILLIS: i64 = 3000;

/// A status message of a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct StatusCard {
    /// Telegram id of the chat.
    pub chat_id: i64,
    /// Telegram id of the message within the chat.
    pub message_id: i64,
    /// The broadcast it shows.
    pub broadcast_id: BroadcastId,
    /// Topic of the message, as `message_thread_id`.
    pub thread_id: Option<i64>,
}

static CARDS: LeaseQueue<StatusCard> = LeaseQueue::new(
    CARD_INTERVAL_MILLIS,
    has_due!("broadcast_card", "due_at"),
    lease_due!("broadcast_card", "chat_id, message_id", "due_at", "chat_id, message_id, broadcast_id, thread_id"),
);

impl Store {
    /// Leases cards that are due for an edit. No other instance edits them during the minimum interval.
    pub async fn lease_cards(&self, limit: i64, millis: i64) -> Result<Vec<StatusCard>> {
        self.lease(&CARDS, limit, millis).await
    }

    /// Returns how a person reads a card; `None` if they never wrote to the bot.
    pub async fn card_reader(&self, person: TelegramId) -> Result<Option<CardReader>> {
        let sql = "select coalesce(a.language, i.telegram_language) as language,
                     coalesce(q.utc_offset_minutes, 0) as utc_offset_minutes
                   from identity i join account a on a.id = i.account_id
                     left join quiet_hours q on q.account_id = a.id
                   where i.kind = 'telegram' and i.subject = $1";
        Ok(self.db.first(sql, &[&person.to_string()]).await?)
    }
}

/// How the admin of a chat reads a card.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromRow)]
pub struct CardReader {
    /// Language that they chose, or else that of their Telegram app.
    pub language: Option<String>,
    /// UTC offset of their clock, in minutes.
    pub utc_offset_minutes: i64,
}

/// Registers a message as a status card. Its first edit is due after the minimum interval.
#[derive(Clone, Copy, Debug)]
pub struct AddCard {
    /// The message and its broadcast.
    pub card: StatusCard,
    /// Current time in Unix milliseconds.
    pub millis: i64,
}

impl Write for AddCard {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        add(self.card, self.millis, tx).await
    }
}

/// Puts a new message in the place of a card whose message is gone.
#[derive(Clone, Copy, Debug)]
pub struct ReplaceCard {
    /// The card whose message is gone.
    pub gone: StatusCard,
    /// The new message.
    pub card: StatusCard,
    /// Current time in Unix milliseconds.
    pub millis: i64,
}

impl Write for ReplaceCard {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        RemoveCard { card: self.gone }.run(tx).await?;
        add(self.card, self.millis, tx).await
    }
}

async fn add(card: StatusCard, millis: i64, tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "insert into broadcast_card (chat_id, message_id, broadcast_id, thread_id, due_at)
               values ($1, $2, $3, $4, $5)
               on conflict (chat_id, message_id) do update
               set broadcast_id = excluded.broadcast_id, thread_id = excluded.thread_id, due_at = excluded.due_at";
    let StatusCard { chat_id, message_id, broadcast_id, thread_id } = card;
    let due_at = millis + CARD_INTERVAL_MILLIS;
    tx.run(sql, &[&chat_id, &message_id, &broadcast_id, &thread_id, &due_at]).await.map(drop)
}

/// Suspends edits of a card until its broadcast changes, if the card is current and no recipients are leased.
#[derive(Clone, Debug)]
pub struct IdleCard {
    /// The card to suspend.
    pub card: StatusCard,
    /// State of the broadcast that the card shows.
    pub state: &'static str,
    /// Number of settled and retracted recipients that the card shows.
    pub tally: i64,
}

/// Output: true if the card was suspended.
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

/// Removes a card that was deleted or replaced.
#[derive(Clone, Copy, Debug)]
pub struct RemoveCard {
    /// The card to remove.
    pub card: StatusCard,
}

impl Write for RemoveCard {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "delete from broadcast_card where chat_id = $1 and message_id = $2";
        tx.run(sql, &[&self.card.chat_id, &self.card.message_id]).await.map(drop)
    }
}

/// Makes suspended cards of a broadcast due immediately.
pub(super) async fn wake(id: BroadcastId, tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "update broadcast_card set due_at = 0 where broadcast_id = $1 and due_at is null";
    tx.run(sql, &[&id]).await.map(drop)
}

/// Makes all cards of a broadcast due immediately, also those edited just before.
pub(super) async fn hasten(id: BroadcastId, tx: &mut Tx) -> sqlx::Result<()> {
    tx.run("update broadcast_card set due_at = 0 where broadcast_id = $1", &[&id]).await.map(drop)
}
