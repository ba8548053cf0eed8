//! Handling of one person's queued updates, one after another, and answers to throttled people.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;

use crate::bot::Bot;
use crate::bot::incoming::Incoming;
use crate::bot::updates::chat_queue::{Admission, QueuedUpdate};
use crate::bot::updates::dispatcher::UpdateOutcome;
use crate::messages::with_menu;
use crate::telemetry;

/// Pause before an update is handled again, because an immediate retry would fail again.
const REQUEUE_INTERVAL: Duration = Duration::from_millis(200);

impl Bot {
    /// Handles a person's updates until their queue is empty.
    pub(super) async fn drain_queue(self, person: i64) {
        while let Some(update) = self.chat_queues.next(person) {
            let QueuedUpdate { update_id, incoming, done } = update;
            match self.handle_caught(update_id, incoming.clone()).await {
                UpdateOutcome::Done => {
                    self.chat_queues.end(update_id);
                    let _ = done.send(());
                }
                UpdateOutcome::Requeue => {
                    self.chat_queues.requeue(QueuedUpdate { update_id, incoming, done });
                    if tokio::time::timeout(REQUEUE_INTERVAL, self.chat_queues.closing.cancelled()).await.is_ok() {
                        return self.chat_queues.abandon(person);
                    }
                }
            }
        }
    }

    /// Handles an update. A panic ends that update only.
    async fn handle_caught(&self, update_id: i64, incoming: Incoming) -> UpdateOutcome {
        let (context, stranger) = (incoming.context().clone(), self.context.stranger(&incoming));
        let result = AssertUnwindSafe(self.context.handle_once(&self.tree, update_id, incoming)).catch_unwind().await;
        if result.is_err() {
            tracing::error!(update_id, "update: handler panicked, abandoned");
            telemetry::metrics::bot_updates_total("panicked");
            let _ = AssertUnwindSafe(self.context.abandon(&context, &stranger)).catch_unwind().await;
        }
        result.unwrap_or(UpdateOutcome::Done)
    }

    /// Notifies a throttled person once. Answers each of their taps, a few concurrently.
    pub(super) fn throttle(&self, incoming: Incoming, admission: Admission) {
        telemetry::metrics::bot_updates_total("throttled");
        let Ok(permit) = Arc::clone(&self.chat_queues.throttle_replies).try_acquire_owned() else { return };
        let is_private = matches!(incoming, Incoming::Private { .. });
        let bot = Arc::clone(&self.context);
        tokio::spawn(async move {
            let (context, localizer) = (incoming.context(), bot.stranger(&incoming));
            if admission == Admission::NowThrottled && is_private {
                tracing::info!(update_id = context.update_id, "update: person throttled");
                bot.send_plain(context, &with_menu(&localizer, localizer.text("bot-throttled"))).await;
            } else if let Some(tap) = &context.tap {
                let _ = bot.telegram.answer(tap, Some(&localizer.text("bot-throttled-tap"))).await;
            }
            drop(permit);
        });
    }
}
