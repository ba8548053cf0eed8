//! Takes broadcasts back: deletes what the domain has due, and says how it went.

use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio_util::sync::CancellationToken;

use crate::domain::broadcasts::pacing::PauseReason;
use crate::domain::broadcasts::retraction::{DeletionResult, NextRetraction, RetractionBatch};
use crate::gateway::telegram::TelegramError;
use crate::jobs::context::JobContext;

/// The pause when there is nothing to delete, or after a fault of ours.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

impl JobContext {
    /// Deletes what is due until `stop`, then finishes what is in hand.
    pub(crate) async fn retract(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            let length = match self.domain.lease_retraction().await {
                Ok(NextRetraction::Delete(retraction)) => {
                    self.delete_all(retraction, stop).await;
                    continue;
                }
                Ok(NextRetraction::Wait(length)) => length.min(RETRY_PAUSE),
                Ok(NextRetraction::Nothing) => RETRY_PAUSE,
                Err(fault) => {
                    tracing::warn!(?fault, "could not take messages in hand to delete them; trying again");
                    RETRY_PAUSE
                }
            };
            let _ = tokio::time::timeout(length.max(Duration::from_millis(1)), stop.cancelled()).await;
        }
    }

    async fn delete_all(&self, mut retraction: RetractionBatch, stop: &CancellationToken) {
        let mut under_way = FuturesUnordered::new();
        for (message, at) in std::mem::take(&mut retraction.messages) {
            if at > Instant::now() {
                let _ = tokio::time::timeout_at(tokio::time::Instant::from_std(at), stop.cancelled()).await;
            }
            if stop.is_cancelled() || self.domain.is_flood_waiting() {
                break;
            }
            under_way.push(async move { (message, self.delete_message(message.chat_id, message.message_id).await) });
        }
        while let Some((message, deleted)) = under_way.next().await {
            retraction.note(&message, deleted);
        }
        if let Err(fault) = self.domain.record_retraction(retraction).await {
            tracing::warn!(?fault, "could not note that messages were deleted; it is tried once more");
        }
    }

    async fn delete_message(&self, chat: i64, message: i64) -> DeletionResult {
        let why = match self.telegram.bulk().delete(chat, message).await {
            Ok(()) => return DeletionResult::Gone,
            Err(
                trouble @ (TelegramError::Refused(_)
                | TelegramError::Unreachable
                | TelegramError::Moved(_)
                | TelegramError::Unchanged),
            ) => {
                return DeletionResult::Kept(trouble.to_string());
            }
            Err(TelegramError::Wait(length)) => PauseReason::Asked(length),
            Err(TelegramError::Unauthorized) => PauseReason::Unauthorized,
            Err(trouble @ (TelegramError::Temporary(_) | TelegramError::Uncertain(_) | TelegramError::Conflict(_))) => {
                PauseReason::Away(trouble.to_string())
            }
        };
        if let Err(fault) = self.domain.set_flood_wait(why).await {
            tracing::warn!(?fault, "other instances could not be told to wait");
        }
        DeletionResult::NotYet
    }
}
