//! Says what people have to be told: takes what the domain has due, and says how it went.

use std::time::Duration;

use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::domain::notices::notice_queue::{DueNotice, NoticeDelivery};
use crate::gateway::telegram::TelegramError;
use crate::jobs::context::JobContext;
use crate::messages::localizer::Localizer;
use crate::messages::notices::warnings;

/// How many are said side by side, at most [`BATCH_INTERVAL`] apart: far below Telegram's limit, because replies come first.
const MAX_CONCURRENT_SENDS: i64 = 16;
/// The pause after as many as can be said side by side.
const BATCH_INTERVAL: Duration = Duration::from_secs(1);

impl JobContext {
    /// Says what is due until `stop`, then finishes what is in hand.
    pub async fn deliver_notices(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let pause = self.deliver_due().await;
            if let Some(pause) = pause {
                let _ = tokio::time::timeout(pause, stop.cancelled()).await;
                continue;
            }
            tokio::select! {
                () = self.domain.wait_for_notices() => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Says what is due; how long to pause before looking again, if there may be more or Telegram asks to wait.
    async fn deliver_due(&self) -> Option<Duration> {
        // Telegram asks for patience once, for all that nobody waits for.
        if let Ok(held) = self.domain.flood_wait_remaining().await
            && !held.is_zero()
        {
            return Some(held.min(BATCH_INTERVAL));
        }
        let due = match self.domain.lease_notices(MAX_CONCURRENT_SENDS).await {
            Ok(due) => due,
            Err(fault) => {
                tracing::warn!(?fault, "could not look for notices; looking again");
                return Some(BATCH_INTERVAL);
            }
        };
        let asked = join_all(due.iter().map(|due| self.deliver(due))).await.into_iter().flatten().max();
        let full = i64::try_from(due.len()).is_ok_and(|said| said >= MAX_CONCURRENT_SENDS);
        asked.or(full.then_some(BATCH_INTERVAL))
    }

    /// Says one; how long Telegram asks to wait, if it does.
    async fn deliver(&self, due: &DueNotice) -> Option<Duration> {
        let localizer = Localizer::new(std::sync::Arc::clone(&self.texts), due.chosen, due.speaks);
        let screen = warnings::notice(&localizer, &due.notice, self.domain.public_url());
        let chat = due.person.get();
        let outcome = if due.softly {
            self.telegram.send_silently(chat, &screen).await
        } else {
            self.telegram.send(chat, &screen).await
        };
        let (told, pause) = match &outcome {
            Ok(_) => (NoticeDelivery::Yes, None),
            Err(TelegramError::Wait(length)) => (NoticeDelivery::NotNow(length.as_secs()), Some(*length)),
            // Whether an uncertain one arrived nobody knows; told twice is better than never.
            Err(
                TelegramError::Temporary(_)
                | TelegramError::Uncertain(_)
                | TelegramError::Conflict(_)
                | TelegramError::Unauthorized,
            ) => (NoticeDelivery::NotNow(0), None),
            Err(TelegramError::Unreachable) => (NoticeDelivery::Unreachable, None),
            Err(TelegramError::Refused(_) | TelegramError::Moved(_) | TelegramError::Unchanged) => {
                (NoticeDelivery::Never, None)
            }
        };
        if let Err(trouble) = outcome {
            tracing::warn!(person = %due.person, %trouble, "could not say a notice");
        }
        if let Err(fault) = self.domain.record_notice_result(due, told).await {
            tracing::warn!(?fault, ?told, "could not mark a notice; it may be said once more");
        }
        pause
    }
}
