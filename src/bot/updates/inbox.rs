//! Inbox. Updates are stored in one write, then they may be confirmed to Telegram, and then they are handled.
//!
//! Telegram slows down for a receiver that leaves updates unconfirmed while it handles them: a repeated `getUpdates`
//! returns a single update, and a webhook occupies its connection. So one slow chat would delay every other.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::bot::Bot;
use crate::bot::incoming::Incoming;
use crate::bot::incoming::payments::CheckoutQuestion;
use crate::bot::incoming::raw::received::ReceivedUpdate;
use crate::bot::updates::chat_queue::{Admission, QueueStart, QueuedUpdate};
use crate::domain;
use crate::domain::bot_state::updates::{ParkedUpdate, UpdateDisposition};
use crate::telemetry;

/// Pause before storing or loading is retried.
const RETRY_INTERVAL: Duration = Duration::from_millis(200);
/// Interval at which updates of killed instances are looked up.
const TAKEOVER_INTERVAL: Duration = Duration::from_secs(5);

/// Maximum number of updates that one instance has stored and not handled. Beyond it Telegram holds the rest.
pub(super) const MAX_OPEN_UPDATES: usize = 10_000;

/// An admitted update with its stored form.
struct AdmittedUpdate {
    update_id: i64,
    incoming: Incoming,
    stored: ParkedUpdate,
}

/// Updates that are admitted to their queues and not stored yet.
#[derive(Default)]
pub(super) struct Intake {
    admitted: Vec<AdmittedUpdate>,
    /// Updates that this instance is storing or handling already.
    pub(super) known: Vec<i64>,
}

impl Bot {
    /// Parses updates and admits them to their queues.
    pub(super) fn open_intake(&self, updates: Vec<Value>) -> Intake {
        let mut intake = Intake::default();
        for update in updates {
            let Some(update) = ReceivedUpdate::from_telegram(update) else {
                tracing::warn!("update: unreadable, skipped");
                continue;
            };
            update.report_unknown_parts();
            if let Some(question) = CheckoutQuestion::of(&update) {
                self.answer_checkout(question);
                continue;
            }
            match self.admit(&update) {
                Some(Ok(update)) => intake.admitted.push(update),
                Some(Err(Admission::Known)) => intake.known.push(update.update_id),
                Some(Err(_)) | None => {}
            }
        }
        intake
    }

    /// Stores the updates in one write and queues them. After an error nothing is stored or queued.
    pub(super) async fn take_in(&self, intake: Intake) -> domain::Result<Vec<oneshot::Receiver<()>>> {
        if let Err(error) = self.store(&intake).await {
            self.cancel(&intake);
            return Err(error);
        }
        Ok(self.queue_all(intake))
    }

    /// Stores and queues the updates, retrying until it succeeds. Returns false if `stop` came first: nothing is
    /// stored then.
    pub(super) async fn take_in_surely(&self, intake: Intake, stop: &CancellationToken) -> bool {
        while let Err(error) = self.store(&intake).await {
            tracing::warn!(?error, "updates: not stored, retrying");
            if tokio::time::timeout(RETRY_INTERVAL, stop.cancelled()).await.is_ok() {
                self.cancel(&intake);
                return false;
            }
        }
        self.queue_all(intake);
        true
    }

    async fn store(&self, intake: &Intake) -> domain::Result<()> {
        let stored: Vec<_> = intake.admitted.iter().map(|update| update.stored.clone()).collect();
        if stored.is_empty() { Ok(()) } else { self.context.domain.park_updates(stored).await }
    }

    fn cancel(&self, intake: &Intake) {
        intake.admitted.iter().for_each(|update| self.chat_queues.cancel(update.update_id, &update.incoming));
    }

    fn queue_all(&self, intake: Intake) -> Vec<oneshot::Receiver<()>> {
        intake.admitted.into_iter().map(|update| self.queue(update.update_id, update.incoming)).collect()
    }

    /// Admits an update, or says why not; `None` if the bot ignores it.
    fn admit(&self, update: &ReceivedUpdate) -> Option<Result<AdmittedUpdate, Admission>> {
        let Some(incoming) = Incoming::of(update, self.context.connection.bot().as_deref()) else {
            telemetry::metrics::bot_updates_total("ignored");
            return None;
        };
        let update_id = update.update_id;
        match self.chat_queues.admit(update_id, &incoming, self.context.domain.now()) {
            Admission::Admitted => {
                let queue_id = incoming.context().person.get();
                let stored = ParkedUpdate { update_id, queue_id, body: update.to_stored() };
                Some(Ok(AdmittedUpdate { update_id, incoming, stored }))
            }
            Admission::Known => Some(Err(Admission::Known)),
            admission => {
                self.throttle(incoming, admission);
                Some(Err(admission))
            }
        }
    }

    fn queue(&self, update_id: i64, incoming: Incoming) -> oneshot::Receiver<()> {
        let (done, handled) = oneshot::channel();
        let person = incoming.context().person.get();
        if self.chat_queues.push(QueuedUpdate { update_id, incoming, done }) == QueueStart::Needed {
            tokio::spawn(self.clone().drain_queue(person));
        }
        handled
    }

    /// Queues every stored update. New updates are requested only afterwards, so each person's stay in order.
    pub(in crate::bot) async fn resume_parked(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            match self.context.domain.parked_updates().await {
                Ok(parked) => return self.resume(parked).await,
                Err(error) => tracing::warn!(?error, "parked updates: loading failed, retrying"),
            }
            let _ = tokio::time::timeout(RETRY_INTERVAL, stop.cancelled()).await;
        }
    }

    /// Takes over the updates of instances that died, until `stop`.
    pub(in crate::bot) async fn take_over_parked(&self, stop: &CancellationToken) {
        while tokio::time::timeout(TAKEOVER_INTERVAL, stop.cancelled()).await.is_err() {
            match self.context.domain.overdue_updates().await {
                Ok(parked) => self.resume(parked).await,
                Err(error) => tracing::debug!(?error, "parked updates: loading failed, retrying"),
            }
        }
    }

    async fn resume(&self, parked: Vec<ParkedUpdate>) {
        for ParkedUpdate { update_id, body, .. } in parked {
            let update = ReceivedUpdate::from_store(&body);
            let incoming = update.and_then(|update| Incoming::of(&update, self.context.connection.bot().as_deref()));
            let Some(incoming) = incoming else {
                tracing::warn!(update_id, "parked update: unreadable, skipped");
                self.context.finish(update_id, UpdateDisposition::Done).await;
                continue;
            };
            if self.chat_queues.resume(update_id, &incoming) == Admission::Admitted {
                drop(self.queue(update_id, incoming));
            }
        }
    }
}
