//! Delivery results. Recipients without a result when their lease expires become uncertain and are never sent to again.

use serde_json::json;

use crate::model::broadcasts::BroadcastId;
use crate::model::time::Moment;
use crate::store::broadcasts::cards;
use crate::store::engine::db::list;
use crate::store::{Tx, Write};

/// Number of refusals without any success that pauses a broadcast: the message itself is probably invalid.
const MAX_CONSECUTIVE_REFUSALS: i64 = 20;

/// Result of a delivery to one recipient.
#[derive(Clone, Debug)]
pub struct RecipientResult {
    /// Position among the recipients.
    pub position: i64,
    /// New id of the chat, if it was migrated.
    pub chat_id: Option<i64>,
    /// Outcome of the delivery.
    pub outcome: DeliveryOutcome,
}

/// Outcome of a delivery to one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// Sent; Telegram id of the message.
    Sent(i64),
    /// The person is unreachable; reason.
    Unreachable(String),
    /// Telegram refused the message; reason.
    Failed(String),
    /// The message may or may not have been sent; reason.
    Uncertain(String),
    /// The person opted out of the category.
    Unwanted,
    /// Not sent. Retried from that time, in Unix milliseconds.
    Again(i64, AttemptCount),
}

/// Effect of a retry on the number of attempts, which is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptCount {
    /// The attempt failed and counts.
    Counted,
    /// Nothing was attempted, because of a pause.
    Uncounted,
}

impl DeliveryOutcome {
    /// State as stored and counted.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Sent(_) => "sent",
            Self::Unreachable(_) => "unreachable",
            Self::Failed(_) => "failed",
            Self::Uncertain(_) => "uncertain",
            Self::Unwanted => "opted_out",
            Self::Again(..) => "waiting",
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Self::Unreachable(why) | Self::Failed(why) | Self::Uncertain(why) => Some(why),
            Self::Sent(_) | Self::Unwanted | Self::Again(..) => None,
        }
    }
}

/// Records the results of a leased batch.
#[derive(Clone, Debug)]
pub struct RecordDeliveries {
    /// Id of the broadcast.
    pub id: BroadcastId,
    /// Id of the lease.
    pub lease: i64,
    /// Results of all recipients of the batch.
    pub rows: Vec<RecipientResult>,
    /// Current time in Unix milliseconds.
    pub millis: i64,
}

/// Outcome of a [`RecordDeliveries`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveriesRecorded {
    /// The results were recorded.
    Recorded,
    /// The results were recorded, and they were the last of the broadcast.
    Finished,
    /// The lease had expired: its recipients are already uncertain.
    TooLate,
}

impl Write for RecordDeliveries {
    type Out = DeliveriesRecorded;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<DeliveriesRecorded> {
        lock(self.id, tx).await?;
        let is_leased = tx.run("delete from broadcast_lease where id = $1", &[&self.lease]).await? == 1;
        if !is_leased {
            return Ok(DeliveriesRecorded::TooLate);
        }
        let now = Moment::of_millis(self.millis);
        // The broadcast id is part of the join: SQLite would otherwise scan all recipients for each row.
        let sql = "update broadcast_recipient
                   set state = j.value ->> 's', message_id = cast(j.value ->> 'm' as bigint),
                     chat_id = coalesce(cast(j.value ->> 'c' as bigint), chat_id),
                     attempts = attempts + coalesce(cast(j.value ->> 'a' as bigint), 0),
                     due_at = cast(j.value ->> 'd' as bigint), reason = j.value ->> 'r', lease_id = null, settled_at = $2
                   from json_each($1) j
                   where broadcast_recipient.broadcast_id = cast(j.value ->> 'b' as bigint)
                     and broadcast_recipient.position = cast(j.value ->> 'n' as bigint)";
        tx.run(sql, &[&list(self.rows.iter().map(|settled| row(self.id, settled)))?, &now]).await?;
        self.count(tx).await?;
        self.mark_unreachable(now, tx).await?;
        let is_finished = finish(self.id, now, tx).await?;
        cards::wake(self.id, tx).await?;
        Ok(if is_finished { DeliveriesRecorded::Finished } else { DeliveriesRecorded::Recorded })
    }
}

fn row(id: BroadcastId, settled: &RecipientResult) -> serde_json::Value {
    let mut row = vec![("b", json!(id)), ("n", json!(settled.position)), ("s", json!(settled.outcome.as_str()))];
    row.extend(settled.chat_id.map(|chat| ("c", json!(chat))));
    match &settled.outcome {
        DeliveryOutcome::Sent(message) => row.push(("m", json!(message))),
        DeliveryOutcome::Again(due, count) => {
            row.extend([("d", json!(due)), ("a", json!(i64::from(*count == AttemptCount::Counted)))]);
        }
        outcome => row.push(("r", json!(outcome.reason()))),
    }
    row.into_iter().collect()
}

impl RecordDeliveries {
    async fn count(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let of = |state| {
            let count = self.rows.iter().filter(|row| row.outcome.as_str() == state).count();
            i64::try_from(count).unwrap_or(i64::MAX)
        };
        let counts = ["sent", "unreachable", "failed", "uncertain", "opted_out"].map(of);
        add_counts(self.id, counts, self.millis, tx).await?;
        if counts.get(2).is_some_and(|failed| *failed > 0) {
            let why = self
                .rows
                .iter()
                .rev()
                .find_map(|row| row.outcome.reason().filter(|_| row.outcome.as_str() == "failed"));
            let sql = "update broadcast set state = 'paused', last_error = $2
                       where id = $1 and state = 'sending' and sent = 0 and failed >= $3";
            tx.run(sql, &[&self.id, &why, &MAX_CONSECUTIVE_REFUSALS]).await?;
        }
        Ok(())
    }

    /// Marks unreachable people, which excludes them from sending until they return.
    async fn mark_unreachable(&self, now: Moment, tx: &mut Tx) -> sqlx::Result<()> {
        let gone = self.rows.iter().filter(|row| matches!(row.outcome, DeliveryOutcome::Unreachable(_)));
        let gone: Vec<_> = gone.map(|row| json!({ "n": row.position })).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let sql = "update identity set unreachable_at = $3
                   where kind = 'telegram' and unreachable_at is null and subject in
                     (select cast(r.chat_id as text) from json_each($1) j cross join broadcast_recipient r
                      where r.broadcast_id = $2 and r.position = cast(j.value ->> 'n' as bigint))";
        tx.run(sql, &[&list(gone)?, &self.id, &now]).await.map(drop)
    }
}

async fn lock(id: BroadcastId, tx: &mut Tx) -> sqlx::Result<()> {
    tx.run("update broadcast set next_position = next_position where id = $1", &[&id]).await.map(drop)
}

/// Adds to the counters, and samples the send rate every five seconds.
async fn add_counts(id: BroadcastId, counts: [i64; 5], millis: i64, tx: &mut Tx) -> sqlx::Result<()> {
    let [sent, unreachable, failed, uncertain, opted_out] = counts;
    let sql = "update broadcast set sent = sent + $2, unreachable = unreachable + $3, failed = failed + $4,
                 uncertain = uncertain + $5, opted_out = opted_out + $6,
                 rate = case when $7 - rate_sample_at > 20000 then 0
                             when $7 - rate_sample_at >= 5000
                             then (sent + unreachable + failed + uncertain + opted_out + $8 - rate_sample_settled) * 1000000
                                    / ($7 - rate_sample_at)
                             else rate end,
                 rate_sample_settled = case when $7 - rate_sample_at >= 5000
                                            then sent + unreachable + failed + uncertain + opted_out + $8
                                            else rate_sample_settled end,
                 rate_sample_at = case when $7 - rate_sample_at >= 5000 then $7 else rate_sample_at end,
                 progress_at = case when $8 > 0 then $7 else progress_at end,
                 stalled = stalled and $8 = 0
               where id = $1";
    let all: i64 = counts.iter().sum();
    tx.run(sql, &[&id, &sent, &unreachable, &failed, &uncertain, &opted_out, &millis, &all]).await.map(drop)
}

/// Finishes a broadcast once all recipients have a result. Returns true if it did.
pub(super) async fn finish(id: BroadcastId, now: Moment, tx: &mut Tx) -> sqlx::Result<bool> {
    let sql = "update broadcast set state = 'done', finished_at = $2
               where id = $1 and state = 'sending' and fan_out_done
                 and sent + unreachable + failed + uncertain + opted_out = recipients";
    Ok(tx.run(sql, &[&id, &now]).await? == 1)
}

/// Expires a lease: its recipients without a result become uncertain.
#[derive(Clone, Copy, Debug)]
pub struct ExpireLease {
    /// Id of the broadcast.
    pub id: BroadcastId,
    /// Id of the lease.
    pub lease: i64,
    /// Current time in Unix milliseconds.
    pub millis: i64,
}

/// Output: the number of recipients that became uncertain.
impl Write for ExpireLease {
    type Out = u64;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        lock(self.id, tx).await?;
        let sql = "delete from broadcast_lease where id = $1 and expires_at < $2
                   returning kind, first_position, last_position";
        let lost: Option<(String, i64, i64)> = tx.first(sql, &[&self.lease, &self.millis]).await?;
        let Some((kind, from, to)) = lost else { return Ok(0) };
        let (now, why) = (Moment::of_millis(self.millis), "the sender stopped before the result was recorded");
        let uncertain = if kind == "fresh" {
            let sql = "update broadcast_recipient set state = 'uncertain', reason = $4, settled_at = $5
                       where broadcast_id = $1 and position >= $2 and position <= $3 and state = 'pending'";
            tx.run(sql, &[&self.id, &from, &to, &why, &now]).await?
        } else {
            let sql =
                "update broadcast_recipient set state = 'uncertain', reason = $2, settled_at = $3, lease_id = null
                       where lease_id = $1 and state = 'sending'";
            tx.run(sql, &[&self.lease, &why, &now]).await?
        };
        let count = i64::try_from(uncertain).unwrap_or(i64::MAX);
        add_counts(self.id, [0, 0, 0, count, 0], self.millis, tx).await?;
        finish(self.id, now, tx).await?;
        cards::wake(self.id, tx).await?;
        Ok(uncertain)
    }
}
