//! Taking back: the messages of a broadcast are deleted, a stretch of recipients at a time. A stretch that somebody dropped is
//! taken up by another: a message can be deleted twice.

use serde_json::json;
use sqlx::FromRow;

use crate::model::broadcasts::BroadcastId;
use crate::model::time::Moment;
use crate::store::broadcasts::cards;
use crate::store::broadcasts::leases::add_lease;
use crate::store::broadcasts::pacing::SendPace;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx, Write};

/// A message that is to be deleted.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct SentMessage {
    /// Its recipient's number.
    #[sqlx(rename = "position")]
    pub n: i64,
    /// The chat.
    pub chat_id: i64,
    /// Telegram's number of it there.
    pub message_id: i64,
    /// When it was sent.
    pub sent_at: Moment,
}

/// What came of taking.
#[derive(Clone, Debug)]
pub enum RetractionRange {
    /// These messages are in hand, under that number; the first may be deleted at that time, in microseconds.
    Messages(i64, Vec<SentMessage>, i64),
    /// The pace does not admit it yet.
    NotYet,
    /// There is nothing to be taken now.
    Nothing,
}

impl Store {
    /// The broadcasts whose messages are being deleted.
    pub async fn retracting(&self) -> Result<Vec<BroadcastId>> {
        let ids: Vec<(BroadcastId,)> =
            self.db.all("select id from broadcast where state = 'retracting' order by id", &[]).await?;
        Ok(ids.into_iter().map(|(id,)| id).collect())
    }
}

/// Takes a stretch in hand: one that was dropped, else the next.
#[derive(Clone, Copy, Debug)]
pub struct LeaseRetractionRange {
    /// Whose.
    pub id: BroadcastId,
    /// How many recipients.
    pub most: i64,
    /// How fast.
    pub pace: SendPace,
    /// Until when it is in hand, in milliseconds.
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
        // What is still being sent is waited for.
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

/// Says what became of a stretch.
#[derive(Clone, Debug)]
pub struct RecordRetraction {
    /// Whose.
    pub id: BroadcastId,
    /// Which.
    pub hand: i64,
    /// Recipients whose messages are gone.
    pub gone: Vec<i64>,
    /// Recipients whose messages stay, and why.
    pub not_deleted: Vec<(i64, String)>,
    /// When the rest is to be tried again, in milliseconds; there is no rest if unset.
    pub again_at: Option<i64>,
    /// When this is.
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

/// Ends taking back, if all is looked at.
#[derive(Clone, Copy, Debug)]
pub struct FinishRetraction {
    /// Which.
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
