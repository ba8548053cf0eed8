//! The retraction job deletes the messages of retracted broadcasts and records the results.

use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio_util::sync::CancellationToken;

use crate::domain::broadcasts::pacing::PauseReason;
use crate::domain::broadcasts::retraction::{DeletionResult, NextRetraction, RetractionBatch};
use crate::gateway::telegram::TelegramError;
use crate::jobs::context::JobContext;

/// Pause when nothing is due, or after an error.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

impl JobContext {
    /// Deletes due messages until `stop`, then finishes those in flight.
    pub(crate) async fn retract(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            let pause = match self.domain.lease_retraction().await {
                Ok(NextRetraction::Delete(retraction)) => {
                    self.delete_all(retraction, stop).await;
                    continue;
                }
                Ok(NextRetraction::Wait(length)) => length.min(RETRY_PAUSE),
                Ok(NextRetraction::Nothing) => RETRY_PAUSE,
                Err(error) => {
                    tracing::warn!(?error, "retraction: leasing failed, retrying");
                    RETRY_PAUSE
                }
            };
            let _ = tokio::time::timeout(pause.max(Duration::from_millis(1)), stop.cancelled()).await;
        }
    }

    async fn delete_all(&self, mut retraction: RetractionBatch, stop: &CancellationToken) {
        let mut in_flight = FuturesUnordered::new();
        for (message, at) in std::mem::take(&mut retraction.messages) {
            if at > Instant::now() {
                let _ = tokio::time::timeout_at(tokio::time::Instant::from_std(at), stop.cancelled()).await;
            }
            if stop.is_cancelled() || self.domain.is_flood_waiting() {
                break;
            }
            in_flight.push(async move { (message, self.delete_message(message.chat_id, message.message_id).await) });
        }
        while let Some((message, result)) = in_flight.next().await {
            retraction.record(&message, result);
        }
        if let Err(error) = self.domain.record_retraction(retraction).await {
            tracing::warn!(?error, "retraction: results not recorded, deletion will be retried");
        }
    }

    async fn delete_message(&self, chat: i64, message: i64) -> DeletionResult {
        let reason = match self.telegram.bulk().delete(chat, message).await {
            Ok(()) => return DeletionResult::Gone,
            Err(
                error @ (TelegramError::Refused(_)
                | TelegramError::Unreachable(_)
                | TelegramError::Moved(_)
                | TelegramError::Unchanged
                | TelegramError::Gone),
            ) => {
                return DeletionResult::NotDeleted(error.to_string());
            }
            Err(TelegramError::Wait(length)) => PauseReason::RetryAfter(length),
            Err(TelegramError::Unauthorized) => PauseReason::Unauthorized,
            Err(error @ (TelegramError::Temporary(_) | TelegramError::Uncertain(_) | TelegramError::Conflict(_))) => {
                PauseReason::Unavailable(error.to_string())
            }
        };
        if let Err(error) = self.domain.set_flood_wait(reason).await {
            tracing::warn!(?error, "flood wait: not shared with other instances");
        }
        DeletionResult::NotYet
    }
}
