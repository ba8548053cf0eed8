//! Bot updates, in flight and done. Each is claimed before it is handled.

use crate::model::time::Moment;
use crate::store::{Tx, Write, WriteLane};

/// Lease of an update, in seconds. Another instance may claim it afterwards.
pub const UPDATE_LEASE_SECS: i64 = 15;

/// Claims an update for handling.
#[derive(Clone, Debug)]
pub struct ClaimUpdate {
    /// Telegram id of the update.
    pub update_id: i64,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Outcome of a [`ClaimUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// The caller handles the update.
    Ours,
    /// The update has already been handled.
    Done,
    /// Another instance or an earlier delivery is handling it, or it is not the next of its queue.
    NotYet,
}

impl Write for ClaimUpdate {
    type Out = ClaimOutcome;

    const LANE: WriteLane = WriteLane::Reserved;

    fn order(&self) -> i64 {
        self.update_id
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<ClaimOutcome> {
        // Another instance may have parked the earlier updates of the same queue.
        let sql = "insert into bot_update (update_id, done, claimed_at)
                   select cast($1 as bigint), false, cast($2 as bigint)
                   where not exists (select 1 from parked_update later
                                     join parked_update earlier on earlier.queue_id = later.queue_id
                                     where later.update_id = $1 and earlier.update_id < $1)
                   on conflict (update_id) do update set claimed_at = $2
                   where not bot_update.done and bot_update.claimed_at <= $3
                   returning update_id";
        let dead = self.now.minus(UPDATE_LEASE_SECS);
        if tx.first::<(i64,)>(sql, &[&self.update_id, &self.now, &dead]).await?.is_some() {
            return Ok(ClaimOutcome::Ours);
        }
        let sql = "select done from bot_update where update_id = $1";
        let earlier: Option<(bool,)> = tx.first(sql, &[&self.update_id]).await?;
        if earlier != Some((true,)) {
            return Ok(ClaimOutcome::NotYet);
        }
        unpark(self.update_id, tx).await?;
        Ok(ClaimOutcome::Done)
    }
}

/// Extends the lease of an in-flight update.
#[derive(Clone, Debug)]
pub struct ExtendUpdateLease {
    /// Telegram id of the update.
    pub update_id: i64,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

impl Write for ExtendUpdateLease {
    type Out = ();

    fn order(&self) -> i64 {
        self.update_id
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update bot_update set claimed_at = $2 where update_id = $1 and not done";
        tx.run(sql, &[&self.update_id, &self.now]).await?;
        Ok(())
    }
}

/// Marks an update as handled and removes it from the parked ones, or releases it so that it is handled again.
#[derive(Clone, Debug)]
pub struct FinishUpdate {
    /// Telegram id of the update.
    pub update_id: i64,
    /// Result to record.
    pub disposition: UpdateDisposition,
}

/// Result of handling an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateDisposition {
    /// Handled.
    Done,
    /// Not handled: it may be claimed again.
    Requeued,
}

impl Write for FinishUpdate {
    type Out = ();

    const LANE: WriteLane = WriteLane::Reserved;

    fn order(&self) -> i64 {
        self.update_id
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        match self.disposition {
            UpdateDisposition::Done => {
                tx.run("update bot_update set done = true where update_id = $1", &[&self.update_id]).await?;
                unpark(self.update_id, tx).await
            }
            UpdateDisposition::Requeued => {
                let sql = "delete from bot_update where update_id = $1 and not done";
                tx.run(sql, &[&self.update_id]).await.map(drop)
            }
        }
    }
}

/// Removes the stored update once it is handled.
async fn unpark(update_id: i64, tx: &mut Tx) -> sqlx::Result<()> {
    tx.run("delete from parked_update where update_id = $1", &[&update_id]).await.map(drop)
}
