//! Send rate of all instances together. One row per channel decides.

use sqlx::FromRow;

use crate::store::{Result, Store, Tx, Write};

/// A channel with its own send rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendChannel {
    /// Broadcasts at the free rate.
    Bulk,
    /// Broadcasts paid with Stars.
    Paid,
    /// Deletions of messages.
    Retract,
}

impl SendChannel {
    /// Name of the channel, as stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bulk => "bulk",
            Self::Paid => "paid",
            Self::Retract => "retract",
        }
    }
}

/// Send rate of a channel. All times in microseconds.
#[derive(Clone, Copy, Debug)]
pub struct SendPace {
    /// The channel to send on.
    pub channel: SendChannel,
    /// Interval between two messages.
    pub interval: i64,
    /// Longest time before sending at which a message may be leased.
    pub ahead: i64,
    /// Current time.
    pub now: i64,
}

/// The current or last flood wait.
#[derive(Clone, Debug, FromRow)]
pub struct FloodWaitRow {
    /// End of the wait, in microseconds.
    pub flood_wait_until: i64,
    /// Reason in English, shown to admins.
    pub flood_wait_reason: String,
}

impl Store {
    /// Returns the current or last flood wait.
    pub async fn flood_wait(&self) -> Result<Option<FloodWaitRow>> {
        let sql = "select flood_wait_until, flood_wait_reason from send_pace
                   where channel = 'bulk' and flood_wait_reason is not null";
        Ok(self.db.first(sql, &[]).await?)
    }

    /// Returns the time at which a channel may be used next, in microseconds.
    pub async fn channel_next_at(&self, channel: SendChannel) -> Result<i64> {
        let sql = "select case when flood_wait_until > next_at then flood_wait_until else next_at end
                   from send_pace where channel = $1";
        let (at,) = self.db.one(sql, &[&channel.as_str()]).await?;
        Ok(at)
    }
}

impl SendPace {
    /// Current time in Unix milliseconds.
    pub(super) const fn now_millis(&self) -> i64 {
        self.now / 1000
    }

    /// Returns true if messages may be leased now. Locks the row of the channel.
    pub(super) async fn admits(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update send_pace set next_at = case when next_at > $2 then next_at else $2 end
                   where channel = $1 and flood_wait_until <= $2 and next_at <= $2 + $3";
        Ok(tx.run(sql, &[&self.channel.as_str(), &self.now, &self.ahead]).await? == 1)
    }

    /// Reserves time for `messages` messages and returns the time of the first.
    pub(super) async fn reserve(&self, messages: i64, tx: &mut Tx) -> sqlx::Result<i64> {
        let sql = "update send_pace set next_at = next_at + $2 where channel = $1 returning next_at";
        let length = messages * self.interval;
        let (free_at,): (i64,) = tx.one(sql, &[&self.channel.as_str(), &length]).await?;
        Ok(free_at - length)
    }
}

/// Sets a flood wait on all channels, unless a longer one is set.
#[derive(Clone, Debug)]
pub struct SetFloodWait {
    /// End of the wait, in microseconds.
    pub until: i64,
    /// Reason in English, shown to admins.
    pub reason: String,
}

impl Write for SetFloodWait {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update send_pace set flood_wait_until = $1, flood_wait_reason = $2 where flood_wait_until < $1";
        tx.run(sql, &[&self.until, &self.reason]).await.map(drop)
    }
}
