//! Delivery of broadcasts. A batch of recipients is leased, the bot sends to each, and the results are recorded.

use std::time::{Duration, Instant};

use crate::domain::Domain;
use crate::domain::broadcasts::pacing::SendSchedule;
use crate::domain::error::Result;
use crate::model::broadcasts::{BroadcastContent, BroadcastId, SendSpeed};
use crate::model::text::language::Language;
use crate::store::broadcasts::leases::{LeaseOutcome, LeaseRecipients, LeasedBatch, SendingBroadcast};
use crate::store::broadcasts::pacing::SendChannel;
use crate::store::broadcasts::results::{
    AttemptCount, DeliveriesRecorded, ExpireLease, RecipientResult, RecordDeliveries,
};
use crate::telemetry;

pub use crate::store::broadcasts::results::DeliveryOutcome;

/// Lifetime of a lease, in milliseconds: longer than any timeout of the gateway.
const BATCH_LEASE_MILLIS: i64 = 15_000;
/// Age of a lease after which nothing more is sent. Messages in flight then must be recorded before the lease expires.
const BATCH_SEND_WINDOW: Duration = Duration::from_secs(4);
/// Interval at which an instance checks for work unprompted.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Shortest time between two messages to a chat, in milliseconds.
const CHAT_INTERVAL_MILLIS: i64 = 2000;
/// Attempts for a recipient with temporary errors.
const MAX_ATTEMPTS: i64 = 30;
/// Longest wait before the next attempt, in milliseconds.
const MAX_BACKOFF_MILLIS: i64 = 600_000;

/// Batch of leased recipients.
#[derive(Debug)]
pub struct RecipientBatch {
    /// Broadcast to send.
    pub broadcast: BroadcastId,
    /// Rate, free or paid with Telegram Stars.
    pub speed: SendSpeed,
    /// Recipients to send to.
    pub recipients: Vec<Recipient>,
    id: i64,
    leased_at: Instant,
    results: Vec<RecipientResult>,
}

/// Recipient of a broadcast.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Chat id of the recipient.
    pub chat: i64,
    /// Language of the message.
    pub language: Language,
    /// Earliest time to send.
    pub at: Instant,
    position: i64,
    attempts: i64,
}

/// Next step of the delivery.
#[derive(Debug)]
pub enum NextDelivery {
    /// Send to these recipients.
    Deliver(RecipientBatch),
    /// Wait for this time.
    Wait(Duration),
    /// Wait to be woken.
    Nothing,
}

/// Result of sending to a recipient.
#[derive(Clone, Debug)]
pub enum DeliveryResult {
    /// Final outcome.
    Finally(DeliveryOutcome),
    /// Certainly not sent, because sending is paused or stops. Is retried as soon as it resumes.
    NotYet,
    /// Certainly not sent, because the chat got a message just before. Is retried after two seconds.
    TooSoon,
    /// Certainly not sent, because of a temporary error. Is retried with a growing delay.
    NotNow(String),
}

impl Domain {
    /// Returns when a broadcast may have work to do: immediately if woken on this instance, otherwise after
    /// `POLL_INTERVAL`.
    pub async fn wait_for_broadcasts(&self) {
        let _ = tokio::time::timeout(POLL_INTERVAL, self.inner.broadcasts.notified()).await;
    }

    /// Wakes all tasks that wait for broadcast work, including one that is about to wait.
    pub(super) fn wake_delivery(&self) {
        self.inner.broadcasts.notify_waiters();
        self.inner.broadcasts.notify_one();
    }

    /// Leases a batch of recipients of the broadcast that started first.
    pub async fn lease_recipients(&self) -> Result<NextDelivery> {
        let sending = self.inner.store.sending_broadcasts().await?;
        if sending.is_empty() {
            return Ok(NextDelivery::Nothing);
        }
        let wait = self.flood_wait_remaining().await?;
        if !wait.is_zero() {
            return Ok(NextDelivery::Wait(wait));
        }
        let mut wait: Option<Duration> = None;
        for broadcast in sending {
            let channel = if broadcast.paid { SendChannel::Paid } else { SendChannel::Bulk };
            let (pace, limit) = (self.pace(channel), self.batch_size(channel));
            let lease = LeaseRecipients { id: broadcast.id, limit, pace, lease_millis: BATCH_LEASE_MILLIS };
            match self.inner.store.write(lease).await? {
                LeaseOutcome::Leased(lease) => {
                    let schedule = SendSchedule::new(&pace, lease.first_at);
                    return Ok(NextDelivery::Deliver(RecipientBatch::new(&broadcast, lease, schedule)));
                }
                LeaseOutcome::NotYet => {
                    let channel_wait = self.channel_wait(channel).await?;
                    wait = Some(wait.map_or(channel_wait, |wait| wait.min(channel_wait)));
                }
                LeaseOutcome::NoneDue => {}
            }
        }
        Ok(wait.map_or(NextDelivery::Nothing, NextDelivery::Wait))
    }

    /// Records the results of a batch. If this fails, all its recipients become uncertain once the lease expires.
    pub async fn record_deliveries(&self, batch: &RecipientBatch) -> Result<()> {
        let (id, rows) = (batch.broadcast, batch.results.clone());
        if rows.iter().any(|row| matches!(row.outcome, DeliveryOutcome::Sent(_))) {
            self.clear_send_failures();
        }
        let settle = RecordDeliveries { id, lease: batch.id, rows, millis: self.millis() };
        let recorded = self.inner.store.write(settle).await?;
        if recorded == DeliveriesRecorded::TooLate {
            tracing::warn!(broadcast = %id, "broadcast: results recorded twice or too late, recipients uncertain");
            return Ok(());
        }
        batch.results.iter().for_each(|row| telemetry::metrics::broadcast_deliveries_total(row.outcome.as_str(), 1));
        if recorded == DeliveriesRecorded::Finished {
            self.report_end(id).await;
        }
        Ok(())
    }

    /// Marks the recipients of expired leases as uncertain.
    pub async fn expire_leases(&self) -> Result<()> {
        let millis = self.millis();
        for expired in self.inner.store.expired_leases(millis).await? {
            let id = expired.broadcast_id;
            let uncertain = self.inner.store.write(ExpireLease { id, lease: expired.id, millis }).await?;
            telemetry::metrics::broadcast_deliveries_total("uncertain", uncertain);
            tracing::warn!(broadcast = %id, count = uncertain, "broadcast: lease expired, recipients marked uncertain");
        }
        Ok(())
    }

    /// Returns the content of a broadcast; `None` if only a newer version can read it.
    pub async fn content_to_deliver(&self, id: BroadcastId) -> Result<Option<BroadcastContent>> {
        let line = self.inner.store.broadcast(id).await?;
        Ok(line.and_then(|line| BroadcastContent::from_json(&line.content)))
    }
}

impl RecipientBatch {
    /// Schedules the leased recipients. Those who blocked the bot or opted out get their result without a message.
    fn new(broadcast: &SendingBroadcast, lease: LeasedBatch, mut schedule: SendSchedule) -> Self {
        let (mut recipients, mut results) = (Vec::with_capacity(lease.rows.len()), Vec::new());
        for row in lease.rows {
            if row.unreachable || row.opted_out {
                let reason = "blocked the bot before the message was sent";
                let outcome = if row.opted_out {
                    DeliveryOutcome::Unwanted
                } else {
                    DeliveryOutcome::Unreachable(reason.to_owned())
                };
                results.push(RecipientResult { position: row.position, chat_id: None, outcome });
                continue;
            }
            let tag = |tag: &Option<String>| tag.as_deref().and_then(Language::from_tag);
            let language = tag(&row.language).or_else(|| tag(&row.telegram_language)).unwrap_or_default();
            let at = schedule.next_slot();
            recipients.push(Recipient {
                chat: row.chat_id,
                language,
                at,
                position: row.position,
                attempts: row.attempts,
            });
        }
        let speed = if broadcast.paid { SendSpeed::Paid } else { SendSpeed::Free };
        Self { broadcast: broadcast.id, speed, recipients, id: lease.id, leased_at: schedule.leased_at(), results }
    }

    /// Returns true while the lease allows results to be recorded.
    #[must_use]
    pub fn is_leased(&self) -> bool {
        i64::try_from(self.leased_at.elapsed().as_millis()).is_ok_and(|age| age < BATCH_LEASE_MILLIS)
    }

    /// Returns true while the lease leaves time to send.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.leased_at.elapsed() < BATCH_SEND_WINDOW
    }

    /// Records the result for a recipient. `chat` is the new id if the chat has moved.
    pub fn record(&mut self, domain: &Domain, recipient: &Recipient, result: DeliveryResult, chat: Option<i64>) {
        let outcome = match result {
            DeliveryResult::Finally(outcome) => outcome,
            DeliveryResult::NotYet => {
                DeliveryOutcome::Again(domain.flood_wait_until_millis().max(domain.millis()), AttemptCount::Uncounted)
            }
            DeliveryResult::TooSoon => {
                DeliveryOutcome::Again(domain.millis() + CHAT_INTERVAL_MILLIS, AttemptCount::Uncounted)
            }
            DeliveryResult::NotNow(why) if recipient.attempts >= MAX_ATTEMPTS => DeliveryOutcome::Failed(why),
            DeliveryResult::NotNow(_) => {
                DeliveryOutcome::Again(domain.millis() + wait(recipient.attempts), AttemptCount::Counted)
            }
        };
        self.results.push(RecipientResult { position: recipient.position, chat_id: chat, outcome });
    }
}

/// Doubles the wait with each attempt: 1 s, 2 s, 4 s … 10 min, in milliseconds.
fn wait(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(0, 20)).unwrap_or_default();
    (1000 << doublings).min(MAX_BACKOFF_MILLIS)
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn each_wait_is_longer() {
        assert_eq!([0, 1, 2, 9, 10, 30].map(wait), [1000, 2000, 4000, 512_000, 600_000, 600_000]);
    }
}
