//! Takes broadcasts back: deletes what the domain has due, and says how it went.

use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio_util::sync::CancellationToken;

use crate::domain::broadcasts::pacing::Why;
use crate::domain::broadcasts::retraction::{Deleted, NextRetraction, Retraction};
use crate::gateway::telegram::Trouble;
use crate::jobs::context::JobContext;

/// The pause when there is nothing to delete, or after a fault of ours.
const PAUSE: Duration = Duration::from_secs(1);

impl JobContext {
    /// Deletes what is due until `stop`, then finishes what is in hand.
    pub(crate) async fn retract(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            let length = match self.domain.take_retraction().await {
                Ok(NextRetraction::Delete(retraction)) => {
                    self.delete_all(retraction, stop).await;
                    continue;
                }
                Ok(NextRetraction::Wait(length)) => length.min(PAUSE),
                Ok(NextRetraction::Nothing) => PAUSE,
                Err(fault) => {
                    tracing::warn!(?fault, "could not take messages in hand to delete them; trying again");
                    PAUSE
                }
            };
            let _ = tokio::time::timeout(length.max(Duration::from_millis(1)), stop.cancelled()).await;
        }
    }

    async fn delete_all(&self, mut retraction: Retraction, stop: &CancellationToken) {
        let mut under_way = FuturesUnordered::new();
        for (message, at) in std::mem::take(&mut retraction.messages) {
            if at > Instant::now() {
                let _ = tokio::time::timeout_at(tokio::time::Instant::from_std(at), stop.cancelled()).await;
            }
            if stop.is_cancelled() || self.domain.bulk_is_held() {
                break;
            }
            under_way.push(async move { (message, self.take_back(message.chat_id, message.message_id).await) });
        }
        while let Some((message, deleted)) = under_way.next().await {
            retraction.note(&message, deleted);
        }
        if let Err(fault) = self.domain.settle_retraction(retraction).await {
            tracing::warn!(?fault, "could not note that messages were deleted; it is tried once more");
        }
    }

    async fn take_back(&self, chat: i64, message: i64) -> Deleted {
        let why = match self.telegram.bulk().delete(chat, message).await {
            Ok(()) => return Deleted::Gone,
            Err(trouble @ (Trouble::Refused(_) | Trouble::Unreachable | Trouble::Moved(_) | Trouble::Unchanged)) => {
                return Deleted::Kept(trouble.to_string());
            }
            Err(Trouble::Wait(length)) => Why::Asked(length),
            Err(Trouble::Unauthorized) => Why::Unauthorized,
            Err(trouble @ (Trouble::Temporary(_) | Trouble::Uncertain(_) | Trouble::Conflict(_))) => {
                Why::Away(trouble.to_string())
            }
        };
        if let Err(fault) = self.domain.hold_bulk(why).await {
            tracing::warn!(?fault, "other instances could not be told to wait");
        }
        Deleted::NotYet
    }
}
