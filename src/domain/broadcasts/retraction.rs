//! Retraction of a broadcast: sent messages are deleted while Telegram allows it.

use std::time::{Duration, Instant};

use crate::domain::Domain;
use crate::domain::broadcasts::pacing::SendSchedule;
use crate::domain::error::Result;
use crate::model::broadcasts::BroadcastId;
use crate::model::time::Moment;
use crate::store::broadcasts::pacing::SendChannel;
use crate::store::broadcasts::retraction::{
    FinishRetraction, LeaseRetractionRange, LeasedMessages, RecordRetraction, RetractionRange, SentMessage,
    UndeletedMessage,
};

/// Age after which Telegram no longer deletes a message, in seconds.
const TELEGRAM_DELETE_WINDOW_SECS: i64 = 48 * 3600;
/// Lifetime of a lease, in milliseconds.
const RETRACTION_LEASE_MILLIS: i64 = 60_000;

/// Batch of leased messages to delete.
#[derive(Debug)]
pub struct RetractionBatch {
    /// Messages, each with the earliest time to delete it.
    pub messages: Vec<(SentMessage, Instant)>,
    broadcast: BroadcastId,
    lease: i64,
    gone: Vec<i64>,
    not_deleted: Vec<UndeletedMessage>,
    /// Number of messages without a result yet.
    left: usize,
}

/// Next step of a retraction.
#[derive(Debug)]
pub enum NextRetraction {
    /// Delete these messages.
    Delete(RetractionBatch),
    /// Wait for this time.
    Wait(Duration),
    /// Wait to be woken.
    Nothing,
}

/// Result of deleting a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeletionResult {
    /// Deleted, or already gone.
    Gone,
    /// Cannot be deleted; carries the reason.
    NotDeleted(String),
    /// Not deleted yet; is retried.
    NotYet,
}

impl Domain {
    /// Leases messages to delete.
    pub async fn lease_retraction(&self) -> Result<NextRetraction> {
        let retracting = self.inner.store.retracting_broadcasts().await?;
        if retracting.is_empty() {
            return Ok(NextRetraction::Nothing);
        }
        let wait = self.flood_wait_remaining().await?;
        if !wait.is_zero() {
            return Ok(NextRetraction::Wait(wait));
        }
        for id in retracting {
            let (pace, limit) = (self.pace(SendChannel::Retract), self.batch_size(SendChannel::Retract));
            let lease = LeaseRetractionRange { id, limit, pace, lease_millis: RETRACTION_LEASE_MILLIS };
            match self.inner.store.write(lease).await? {
                RetractionRange::Messages(LeasedMessages { lease, messages, first_at }) => {
                    let mut batch = RetractionBatch::new(id, lease);
                    batch.schedule(messages, SendSchedule::new(&pace, first_at), self.now());
                    return Ok(NextRetraction::Delete(batch));
                }
                RetractionRange::NotYet => {
                    return Ok(NextRetraction::Wait(self.channel_wait(SendChannel::Retract).await?));
                }
                RetractionRange::Nothing => {
                    self.inner.store.write(FinishRetraction { id }).await?;
                }
            }
        }
        Ok(NextRetraction::Nothing)
    }

    /// Records the results of a batch. Messages without a result are leased again.
    pub async fn record_retraction(&self, retraction: RetractionBatch) -> Result<()> {
        let RetractionBatch { broadcast: id, lease, gone, not_deleted, left, .. } = retraction;
        let again_at = (left > 0).then(|| self.flood_wait_until_millis().max(self.millis() + 1000));
        Ok(self.inner.store.write(RecordRetraction { id, lease, gone, not_deleted, again_at }).await?)
    }
}

impl RetractionBatch {
    fn new(broadcast: BroadcastId, lease: i64) -> Self {
        let (messages, gone, not_deleted) = (Vec::new(), Vec::new(), Vec::new());
        Self { messages, broadcast, lease, gone, not_deleted, left: 0 }
    }

    /// Schedules the messages that are young enough to delete. The others have their result already.
    fn schedule(&mut self, messages: Vec<SentMessage>, mut schedule: SendSchedule, now: Moment) {
        for message in messages {
            if now.since(message.sent_at) >= TELEGRAM_DELETE_WINDOW_SECS {
                let reason = "older than 48 hours".to_owned();
                self.not_deleted.push(UndeletedMessage { position: message.position, reason });
            } else {
                self.messages.push((message, schedule.next_slot()));
            }
        }
        self.left = self.messages.len();
    }

    /// Records the result for a message.
    pub fn record(&mut self, message: &SentMessage, result: DeletionResult) {
        match result {
            DeletionResult::Gone => self.gone.push(message.position),
            DeletionResult::NotDeleted(reason) => {
                self.not_deleted.push(UndeletedMessage { position: message.position, reason });
            }
            DeletionResult::NotYet => return,
        }
        self.left = self.left.saturating_sub(1);
    }
}
