//! How fast all instances together send in bulk. One row a lane decides.

use crate::store::{Result, Store, Tx, Write};

/// Who shares a pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendChannel {
    /// Broadcasts.
    Bulk,
    /// Broadcasts that Stars are paid for.
    Paid,
    /// Deletions.
    Retract,
}

impl SendChannel {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bulk => "bulk",
            Self::Paid => "paid",
            Self::Retract => "retract",
        }
    }
}

/// How fast, and how far ahead. Times in microseconds.
#[derive(Clone, Copy, Debug)]
pub struct SendPace {
    /// Whose.
    pub lane: SendChannel,
    /// The time between two messages.
    pub interval: i64,
    /// How long before its time a message may be taken in hand.
    pub ahead: i64,
    /// When this is.
    pub now: i64,
}

impl Store {
    /// Until when nothing is sent in bulk, in microseconds, and why.
    pub async fn flood_wait(&self) -> Result<Option<(i64, String)>> {
        let sql = "select flood_wait_until, flood_wait_reason from send_pace
                   where channel = 'bulk' and flood_wait_reason is not null";
        Ok(self.db.first(sql, &[]).await?)
    }

    /// When a lane may be used (again), in microseconds.
    pub async fn channel_next_at(&self, lane: SendChannel) -> Result<i64> {
        let sql = "select case when flood_wait_until > next_at then flood_wait_until else next_at end
                   from send_pace where channel = $1";
        let (at,) = self.db.one(sql, &[&lane.as_str()]).await?;
        Ok(at)
    }
}

impl SendPace {
    /// Whether something may be taken in hand now. Takes the lock of the lane.
    pub(super) async fn admits(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update send_pace set next_at = case when next_at > $2 then next_at else $2 end
                   where channel = $1 and flood_wait_until <= $2 and next_at <= $2 + $3";
        Ok(tx.run(sql, &[&self.lane.as_str(), &self.now, &self.ahead]).await? == 1)
    }

    /// Takes the next times of so many messages: the first of them.
    pub(super) async fn reserve(&self, messages: i64, tx: &mut Tx) -> sqlx::Result<i64> {
        let sql = "update send_pace set next_at = next_at + $2 where channel = $1 returning next_at";
        let length = messages * self.interval;
        let (free_at,): (i64,) = tx.one(sql, &[&self.lane.as_str(), &length]).await?;
        Ok(free_at - length)
    }
}

/// Holds everything back that is sent in bulk.
#[derive(Clone, Debug)]
pub struct SetFloodWait {
    /// Until when, in microseconds.
    pub until: i64,
    /// Why, in English, for admins.
    pub why: String,
}

impl Write for SetFloodWait {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update send_pace set flood_wait_until = $1, flood_wait_reason = $2 where flood_wait_until < $1";
        tx.run(sql, &[&self.until, &self.why]).await.map(drop)
    }
}
