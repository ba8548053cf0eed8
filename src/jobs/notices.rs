//! The notice job sends due notices in chat and records the results.

use std::time::Duration;

use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::domain::notices::notice_queue::{DueNotice, NoticeDelivery};
use crate::gateway::telegram::{Destination, OutgoingMessage, TelegramError};
use crate::jobs::context::JobContext;
use crate::messages::localizer::Localizer;
use crate::messages::notices::warnings;
use crate::model::notices::notice::Notice;

/// Maximum number of notices sent concurrently.
///
/// Together with [`BATCH_INTERVAL`] it keeps notices far below Telegram's limit, so that replies come first.
const MAX_CONCURRENT_SENDS: i64 = 16;
/// Pause after a full batch.
const BATCH_INTERVAL: Duration = Duration::from_secs(1);

impl JobContext {
    /// Sends due notices until `stop`, then finishes those in flight.
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

    /// Sends one batch. Returns the pause before the next one if more may be due or Telegram asks to wait.
    async fn deliver_due(&self) -> Option<Duration> {
        // A flood wait applies to everything nobody is waiting for, not just to the sender that caused it.
        if let Ok(flood_wait) = self.domain.flood_wait_remaining().await
            && !flood_wait.is_zero()
        {
            return Some(flood_wait.min(BATCH_INTERVAL));
        }
        let due = match self.domain.lease_notices(MAX_CONCURRENT_SENDS).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(?error, "notice: leasing failed, retrying");
                return Some(BATCH_INTERVAL);
            }
        };
        let flood_wait = join_all(due.iter().map(|due| self.deliver(due))).await.into_iter().flatten().max();
        let is_full = i64::try_from(due.len()).is_ok_and(|count| count >= MAX_CONCURRENT_SENDS);
        flood_wait.or(is_full.then_some(BATCH_INTERVAL))
    }

    /// Sends one notice. Returns the flood wait if Telegram asks for one.
    async fn deliver(&self, due: &DueNotice) -> Option<Duration> {
        let localizer = Localizer::new(std::sync::Arc::clone(&self.texts), due.chosen, due.telegram_language)
            .by_clock(due.utc_offset);
        let screen = warnings::notice(&localizer, &due.notice, &self.domain);
        // Only an answer belongs to a topic: the one of its question.
        let to = Destination { chat: due.person.get(), thread: due.notice.thread() };
        let outcome = match due.notice {
            Notice::SignInApproved { message, .. } => self.replace_approving(due, message, &screen).await,
            _ if due.is_silent => self.telegram.send_silently(to, &screen).await.map(drop),
            _ => self.telegram.send(to, &screen).await.map(drop),
        };
        let (delivery, pause) = match &outcome {
            Ok(()) => (NoticeDelivery::Yes, None),
            Err(TelegramError::Wait(length)) => (NoticeDelivery::NotNow(length.as_secs()), Some(*length)),
            // An uncertain notice may have arrived; sending it twice is better than losing it.
            Err(
                TelegramError::Temporary(_)
                | TelegramError::Uncertain(_)
                | TelegramError::Conflict(_)
                | TelegramError::Unauthorized,
            ) => (NoticeDelivery::NotNow(0), None),
            Err(TelegramError::Unreachable(_)) => (NoticeDelivery::Unreachable, None),
            Err(
                TelegramError::Refused(_) | TelegramError::Moved(_) | TelegramError::Unchanged | TelegramError::Gone,
            ) => (NoticeDelivery::Never, None),
        };
        if let Err(error) = outcome {
            tracing::warn!(person = %due.person, %error, "notice: sending failed");
        }
        if let Err(error) = self.domain.record_notice_result(due, delivery).await {
            tracing::warn!(?error, ?delivery, "notice: result not recorded, may be sent twice");
        }
        pause
    }

    /// Replaces the message by which the person approved a sign-in. Without that message it is sent as a new one, because
    /// a sign-in must not pass unseen.
    async fn replace_approving(
        &self,
        due: &DueNotice,
        message: i64,
        screen: &OutgoingMessage,
    ) -> Result<(), TelegramError> {
        let message = i32::try_from(message).unwrap_or_default();
        match self.telegram.edit(due.person.get(), message, screen).await {
            Err(TelegramError::Refused(_) | TelegramError::Gone) => {
                self.telegram.send(Destination::chat(due.person.get()), screen).await.map(drop)
            }
            outcome => outcome,
        }
    }
}
