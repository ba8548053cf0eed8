//! Retraction: deletes the messages of a broadcast, one range of recipients at a time. An expired range is leased
//! again, because deleting a message twice is harmless.

use serde_json::json;
use sqlx::FromRow;

use crate::model::broadcasts::BroadcastId;
use crate::model::time::Moment;
use crate::store::broadcasts::cards;
use crate::store::broadcasts::leases::add_lease;
use crate::store::broadcasts::pacing::SendPace;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx, Write};

/// A message to delete.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct SentMessage {
    /// Position among the recipients.
    #[sqlx(rename = "position")]
    pub n: i64,
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
    /// Id of the lease, its messages, and the time at which the first may be deleted, in microseconds.
    Messages(i64, Vec<SentMessage>, i64),
    /// The pace does not permit deletions yet.
    NotYet,
    /// Nothing can be leased now.
    Nothing,
}

impl Store {
    /// Returns the broadcasts being retracted.
    pub async fn retracting(&self) -> Result<Vec<BroadcastId>> {
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
    pub most: i64,
    /// Pace of the channel.
    pub pace: SendPace,
    /// Expiry of the lease, in Unix milliseconds.
    pub lease_until: i64,
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
            tx.first(sql, &[&self.id, &(self.pace.now / 1000), &self.lease_until]).await?;
        let (hand, from, to) = match dropped {
            Some(dropped) => dropped,
            None if next > recipients => return Ok(RetractionRange::Nothing),
            None => {
                let to = recipients.min(next + self.most - 1);
                tx.run("update broadcast set retract_position = $2 where id = $1", &[&self.id, &(to + 1)]).await?;
                (add_lease(self.id, ("retract", next, to), self.lease_until, tx).await?, next, to)
            }
        };
        let sql = "select position, chat_id, message_id, settled_at as sent_at from broadcast_recipient
                   where broadcast_id = $1 and position >= $2 and position <= $3 and state = 'sent'
                   order by position";
        let messages: Vec<SentMessage> = tx.all(sql, &[&self.id, &from, &to]).await?;
        let first_at = self.pace.reserve(i64::try_from(messages.len()).unwrap_or_default(), tx).await?;
        Ok(RetractionRange::Messages(hand, messages, first_at))
    }
}

/// Records the results of a retraction range.
#[derive(Clone, Debug)]
pub struct RecordRetraction {
    /// Id of the broadcast.
    pub id: BroadcastId,
    /// Id of the lease.
    pub hand: i64,
    /// Positions of the deleted messages.
    pub gone: Vec<i64>,
    /// Positions of messages that could not be deleted, with the reason.
    pub not_deleted: Vec<(i64, String)>,
    /// Time of the retry of the rest, in Unix milliseconds; `None` if the range is done.
    pub again_at: Option<i64>,
    /// Current time, from the caller's clock.
    pub now: Moment,
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
        let not_deleted =
            self.not_deleted.iter().map(|(n, why)| json!({"b": self.id, "n": n, "s": "not_deleted", "r": why}));
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
            Some(at) => tx.run("update broadcast_lease set expires_at = $2 where id = $1", &[&self.hand, &at]).await?,
            None => tx.run("delete from broadcast_lease where id = $1", &[&self.hand]).await?,
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
