//! Taking back: what was sent is deleted, as long as Telegram lets us.

use std::time::{Duration, Instant};

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::broadcasts::BroadcastId;
use crate::store::broadcasts::pacing::SendChannel;
use crate::store::broadcasts::retraction::{
    FinishRetraction, LeaseRetractionRange, RecordRetraction, RetractionRange, SentMessage,
};

/// After that long Telegram deletes nothing any more, in seconds.
const TELEGRAM_DELETE_WINDOW_SECS: i64 = 48 * 3600;
/// How long a stretch may take before whoever took it counts as dead, in milliseconds.
const RETRACTION_LEASE_MILLIS: i64 = 60_000;

/// Messages in hand that are to be deleted.
#[derive(Debug)]
pub struct RetractionBatch {
    /// They, each with the time before which it is not to be deleted.
    pub messages: Vec<(SentMessage, Instant)>,
    broadcast: BroadcastId,
    hand: i64,
    gone: Vec<i64>,
    not_deleted: Vec<(i64, String)>,
    /// Of how many nothing can be said yet.
    left: usize,
}

/// What there is to take back.
#[derive(Debug)]
pub enum NextRetraction {
    /// These.
    Delete(RetractionBatch),
    /// To wait that long.
    Wait(Duration),
    /// Nothing.
    Nothing,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeletionResult {
    /// It is gone.
    Gone,
    /// It stays.
    Kept(String),
    /// It is there for now.
    NotYet,
}

impl Domain {
    /// Takes messages in hand that are to be deleted.
    pub async fn lease_retraction(&self) -> Result<NextRetraction> {
        let retracting = self.inner.store.retracting().await?;
        if retracting.is_empty() {
            return Ok(NextRetraction::Nothing);
        }
        let held = self.flood_wait_remaining().await?;
        if !held.is_zero() {
            return Ok(NextRetraction::Wait(held));
        }
        for id in retracting {
            let (pace, most) = self.pace(SendChannel::Retract);
            let take = LeaseRetractionRange { id, most, pace, lease_until: self.millis() + RETRACTION_LEASE_MILLIS };
            match self.inner.store.write(take).await? {
                RetractionRange::Messages(hand, messages, first_at) => {
                    return Ok(NextRetraction::Delete(self.retraction(
                        (id, hand),
                        messages,
                        (first_at - pace.now, pace.interval),
                    )));
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

    /// Those that can be deleted, each with its time.
    fn retraction(
        &self,
        (broadcast, hand): (BroadcastId, i64),
        all: Vec<SentMessage>,
        (until_first, interval): (i64, i64),
    ) -> RetractionBatch {
        let now = self.now();
        let (late, due): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|message| now.since(message.sent_at) >= TELEGRAM_DELETE_WINDOW_SECS);
        let not_deleted = late.into_iter().map(|message| (message.n, "older than 48 hours".to_owned())).collect();
        let (taken, mut until) = (Instant::now(), until_first);
        let timed = due.into_iter().map(|message| {
            let at = taken + Duration::from_micros(u64::try_from(until).unwrap_or_default());
            until += interval;
            (message, at)
        });
        let messages: Vec<_> = timed.collect();
        RetractionBatch { left: messages.len(), messages, broadcast, hand, gone: Vec::new(), not_deleted }
    }

    /// Says what became of the messages in hand; those of which nothing was said are taken in hand again.
    pub async fn record_retraction(&self, retraction: RetractionBatch) -> Result<()> {
        let RetractionBatch { broadcast: id, hand, gone, not_deleted, left, .. } = retraction;
        let again_at = (left > 0).then(|| self.flood_wait_until_millis().max(self.millis() + 1000));
        Ok(self.inner.store.write(RecordRetraction { id, hand, gone, not_deleted, again_at, now: self.now() }).await?)
    }
}

impl RetractionBatch {
    /// Notes what became of a message.
    pub fn note(&mut self, message: &SentMessage, deleted: DeletionResult) {
        match deleted {
            DeletionResult::Gone => self.gone.push(message.n),
            DeletionResult::Kept(why) => self.not_deleted.push((message.n, why)),
            DeletionResult::NotYet => return,
        }
        self.left = self.left.saturating_sub(1);
    }
}
