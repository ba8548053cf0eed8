//! Retraction: deletes the messages of a broadcast, one range of recipients at a time. An expired range is leased
//! again, because deleting a message twice is harmless.

use serde_json::json;
use sqlx::FromRow;

use crate::model::broadcasts::BroadcastId;
use crate::model::time::Moment;
use crate::store::broadcasts::cards;
use crate::store::broadcasts::leases::{LeasedPart, NewLease};
use crate::store::broadcasts::pacing::SendPace;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx, Write};

/// A message to delete.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct SentMessage {
    /// Position among the recipients.
    pub position: i64,
    /// Telegram id of the chat.
    pub chat_id: i64,
    /// Telegram id of the message within the chat.
    pub message_id: i64,
    /// Time of sending. Telegram deletes recent messages only.
    pub sent_at: Moment,
}

/// Outcome of a [`LeaseRetractionRange`].
#[derive(Clone, Debug)]
pub enum RetractionRange {
    /// Messages to delete.
    Messages(LeasedMessages),
    /// The pace does not permit deletions yet.
    NotYet,
    /// Nothing can be leased now.
    Nothing,
}

/// A leased range of messages.
#[derive(Clone, Debug)]
pub struct LeasedMessages {
    /// Id of the lease.
    pub lease: i64,
    /// Messages of the range.
    pub messages: Vec<SentMessage>,
    /// Time at which the first may be deleted, in microseconds. The others follow at the pace of the channel.
    pub first_at: i64,
}

impl Store {
    /// Returns the broadcasts being retracted.
    pub async fn retracting_broadcasts(&self) -> Result<Vec<BroadcastId>> {
        let ids: Vec<(BroadcastId,)> =
            self.db.all("select id from broadcast where state = 'retracting' order by id", &[]).await?;
        Ok(ids.into_iter().map(|(id,)| id).collect())
    }
}

/// Leases a range of recipients: an expired one, or else the next.
#[derive(Clone, Copy, Debug)]
pub struct LeaseRetractionRange {
    /// Id of the broadcast.
    pub id: BroadcastId,
    /// Maximum number of recipients.
    pub limit: i64,
    /// Pace of the channel, with the current time.
    pub pace: SendPace,
    /// Length of the lease, in milliseconds.
    pub lease_millis: i64,
}

impl Write for LeaseRetractionRange {
    type Out = RetractionRange;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<RetractionRange> {
        let sql = "update broadcast set retract_position = retract_position where id = $1 and state = 'retracting'
                   returning retract_position, recipients";
        let line: Option<(i64, i64)> = tx.first(sql, &[&self.id]).await?;
        let Some((next, recipients)) = line else { return Ok(RetractionRange::Nothing) };
        // Waits for deliveries that are still leased.
        let sql = "select 1 = 1 from broadcast_lease where broadcast_id = $1 and kind <> 'retract' limit 1";
        if tx.first::<(bool,)>(sql, &[&self.id]).await?.is_some() {
            return Ok(RetractionRange::Nothing);
        }
        if !self.pace.admits(tx).await? {
            return Ok(RetractionRange::NotYet);
        }
        let sql = "update broadcast_lease set expires_at = $3
                   where id = (select min(h.id) from broadcast_lease h
                               where h.broadcast_id = $1 and h.kind = 'retract' and h.expires_at < $2)
                   returning id, first_position, last_position";
        let dropped: Option<(i64, i64, i64)> =
            tx.first(sql, &[&self.id, &self.pace.now_millis(), &(self.pace.now_millis() + self.lease_millis)]).await?;
        let (lease, from, to) = match dropped {
            Some(dropped) => dropped,
            None if next > recipients => return Ok(RetractionRange::Nothing),
            None => {
                let to = recipients.min(next + self.limit - 1);
                tx.run("update broadcast set retract_position = $2 where id = $1", &[&self.id, &(to + 1)]).await?;
                (self.lease(next, to).add(tx).await?, next, to)
            }
        };
        let sql = "select position, chat_id, message_id, settled_at as sent_at from broadcast_recipient
                   where broadcast_id = $1 and position >= $2 and position <= $3 and state = 'sent'
                   order by position";
        let messages: Vec<SentMessage> = tx.all(sql, &[&self.id, &from, &to]).await?;
        let first_at = self.pace.reserve(i64::try_from(messages.len()).unwrap_or_default(), tx).await?;
        Ok(RetractionRange::Messages(LeasedMessages { lease, messages, first_at }))
    }
}

impl LeaseRetractionRange {
    fn lease(&self, first: i64, last: i64) -> NewLease {
        let expires_at = self.pace.now_millis() + self.lease_millis;
        NewLease { broadcast: self.id, part: LeasedPart::Retract { first, last }, expires_at }
    }
}

/// A message that could not be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndeletedMessage {
    /// Position among the recipients.
    pub position: i64,
    /// Error text from Telegram or from this service.
    pub reason: String,
}

/// Records the results of a retraction range.
#[derive(Clone, Debug)]
pub struct RecordRetraction {
    /// Id of the broadcast.
    pub id: BroadcastId,
    /// Id of the lease.
    pub lease: i64,
    /// Positions of the deleted messages.
    pub gone: Vec<i64>,
    /// Messages that could not be deleted.
    pub not_deleted: Vec<UndeletedMessage>,
    /// Time of the retry of the rest, in Unix milliseconds; `None` if the range is done.
    pub again_at: Option<i64>,
}

impl Write for RecordRetraction {
    type Out = ();

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update broadcast set retract_position = retract_position where id = $1";
        tx.run(sql, &[&self.id]).await?;
        let gone = self.gone.iter().map(|n| json!({"b": self.id, "n": n, "s": "retracted"}));
        let not_deleted = self
            .not_deleted
            .iter()
            .map(|message| json!({"b": self.id, "n": message.position, "s": "not_deleted", "r": message.reason}));
        let sql = "update broadcast_recipient set state = j.value ->> 's', reason = j.value ->> 'r'
                   from json_each($1) j
                   where broadcast_recipient.broadcast_id = cast(j.value ->> 'b' as bigint)
                     and broadcast_recipient.position = cast(j.value ->> 'n' as bigint)
                     and broadcast_recipient.state = 'sent'
                   returning broadcast_recipient.state";
        let changed: Vec<(String,)> = tx.all(sql, &[&list(gone.chain(not_deleted))?]).await?;
        let of = |name: &str| changed.iter().filter(|(state,)| state == name).count();
        let count = |name| i64::try_from(of(name)).unwrap_or(i64::MAX);
        let sql = "update broadcast set retracted = retracted + $2, not_deleted = not_deleted + $3 where id = $1";
        tx.run(sql, &[&self.id, &count("retracted"), &count("not_deleted")]).await?;
        match self.again_at {
            Some(at) => tx.run("update broadcast_lease set expires_at = $2 where id = $1", &[&self.lease, &at]).await?,
            None => tx.run("delete from broadcast_lease where id = $1", &[&self.lease]).await?,
        };
        Ok(())
    }
}

/// Finishes a retraction once all ranges are done.
#[derive(Clone, Copy, Debug)]
pub struct FinishRetraction {
    /// Id of the broadcast.
    pub id: BroadcastId,
}

impl Write for FinishRetraction {
    type Out = bool;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update broadcast set retract_position = retract_position where id = $1";
        tx.run(sql, &[&self.id]).await?;
        let sql = "update broadcast set state = 'retracted'
                   where id = $1 and state = 'retracting' and retract_position > recipients
                     and not exists (select 1 from broadcast_lease h where h.broadcast_id = $1)";
        let ended = tx.run(sql, &[&self.id]).await? == 1;
        if ended {
            cards::wake(self.id, tx).await?;
        }
        Ok(ended)
    }
}
