//! Per-person queues. Updates of one person are handled in order, and nobody waits for anybody else.

use std::collections::{HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use teloxide::types::Update;
use tokio::sync::{Notify, Semaphore, oneshot};

use crate::bot::Bot;
use crate::bot::incoming::Incoming;
use crate::bot::updates::dispatcher::UpdateOutcome;
use crate::messages::plain;
use crate::model::time::Moment;
use crate::telemetry;

/// Maximum number of waiting updates of one person. Anyone who exceeds it is throttled.
const MAX_QUEUED_PER_CHAT: usize = 32;
/// Time for which a person is throttled, in seconds. It outlasts a burst.
const THROTTLE_SECS: i64 = 10;
/// Maximum number of concurrent replies to throttled people. Spinners of unanswered taps end on their own in Telegram.
const MAX_THROTTLE_REPLIES: usize = 16;

/// All queues. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ChatQueues {
    state: Arc<Mutex<QueueState>>,
    all_empty: Arc<Notify>,
    throttle_replies: Arc<Semaphore>,
}

impl Default for ChatQueues {
    fn default() -> Self {
        Self {
            state: Arc::default(),
            all_empty: Arc::default(),
            throttle_replies: Arc::new(Semaphore::new(MAX_THROTTLE_REPLIES)),
        }
    }
}

#[derive(Default)]
struct QueueState {
    waiting: HashMap<i64, VecDeque<QueuedUpdate>>,
    /// Throttled people, and the end of their throttling.
    throttled: HashMap<i64, Moment>,
    /// Per person, the update that must be redelivered first. Until it arrives, no other update of that person may
    /// overtake it.
    held: HashMap<i64, i64>,
}

struct QueuedUpdate {
    update_id: i64,
    incoming: Incoming,
    redelivery: Redelivery,
    done: oneshot::Sender<UpdateOutcome>,
}

/// Source of an update that must be handled again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Redelivery {
    /// This instance requeues the update itself.
    Local,
    /// Telegram redelivers it, perhaps to another instance.
    Telegram,
}

/// Decision about an update that arrives at its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Admission {
    /// Queued behind others.
    Queued,
    /// The queue was empty, so a task must be started to drain it.
    First,
}

/// Reason that an update is not queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rejection {
    /// Skipped; throttling starts with it, so the person must be notified.
    NowThrottled,
    /// Skipped; the person has been notified already.
    Throttled,
    /// Rejected, because an earlier update must be redelivered first.
    Held,
}

/// An update that is not queued.
struct RejectedUpdate {
    rejection: Rejection,
    work: Box<QueuedUpdate>,
}

impl QueueState {
    /// Queues the update, or returns it with the reason that it is not queued.
    fn enter(&mut self, person: i64, work: QueuedUpdate, now: Moment) -> Result<Admission, RejectedUpdate> {
        self.throttled.retain(|_, until| *until > now);
        // Reachability changes come from Telegram, not from the person, and are not throttled.
        let is_by_person = !matches!(work.incoming, Incoming::Membership { .. });
        let first = self.held.get(&person).copied();
        if is_by_person && first != Some(work.update_id) && self.throttled.contains_key(&person) {
            return Err(RejectedUpdate { rejection: Rejection::Throttled, work: Box::new(work) });
        }
        if first.is_some_and(|first| first != work.update_id) {
            return Err(RejectedUpdate { rejection: Rejection::Held, work: Box::new(work) });
        }
        self.held.remove(&person);
        let Some(queue) = self.waiting.get_mut(&person) else {
            self.waiting.insert(person, VecDeque::from([work]));
            return Ok(Admission::First);
        };
        if is_by_person && queue.len() >= MAX_QUEUED_PER_CHAT {
            self.throttled.insert(person, now.plus(THROTTLE_SECS));
            return Err(RejectedUpdate { rejection: Rejection::NowThrottled, work: Box::new(work) });
        }
        queue.push_back(work);
        Ok(Admission::Queued)
    }
}

impl ChatQueues {
    /// Waits until every queue is empty.
    pub(crate) async fn finish(&self) {
        loop {
            let all_empty = self.all_empty.notified();
            if self.queue_state().waiting.is_empty() {
                return;
            }
            all_empty.await;
        }
    }

    /// Next update of a person. Closes the queue if there is none.
    fn next(&self, person: i64) -> Option<QueuedUpdate> {
        let mut state = self.queue_state();
        let next = state.waiting.get_mut(&person).and_then(VecDeque::pop_front);
        if next.is_none() {
            self.close(&mut state, person);
        }
        next
    }

    /// Requeues everything in a person's queue: the first update must be redelivered, and the others must not
    /// overtake it.
    fn requeue(&self, person: i64, first: i64, redelivery: Redelivery) {
        let mut state = self.queue_state();
        if redelivery == Redelivery::Local {
            state.held.insert(person, first);
        }
        for QueuedUpdate { done, .. } in self.close(&mut state, person) {
            let _ = done.send(UpdateOutcome::Redeliver);
        }
    }

    fn close(&self, state: &mut QueueState, person: i64) -> VecDeque<QueuedUpdate> {
        let rest = state.waiting.remove(&person).unwrap_or_default();
        if state.waiting.is_empty() {
            self.all_empty.notify_waiters();
        }
        rest
    }

    fn queue_state(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bot {
    /// Enqueues an update from the webhook. If it must be redelivered, Telegram does so, in order, perhaps to another
    /// instance.
    pub(crate) fn enqueue_pushed(&self, update: &Update) -> oneshot::Receiver<UpdateOutcome> {
        self.enqueue(update, Redelivery::Telegram)
    }

    /// Enqueues a polled update. If it must be redelivered, this instance requeues it, in order.
    pub(crate) fn enqueue_polled(&self, update: &Update) -> oneshot::Receiver<UpdateOutcome> {
        self.enqueue(update, Redelivery::Local)
    }

    /// Enqueues an update. The receiver yields the outcome.
    fn enqueue(&self, update: &Update, redelivery: Redelivery) -> oneshot::Receiver<UpdateOutcome> {
        let (done, outcome) = oneshot::channel();
        let Some(incoming) = Incoming::of(update, self.context.connection.bot().as_deref()) else {
            telemetry::metrics::bot_updates_total("ignored");
            let _ = done.send(UpdateOutcome::Done);
            return outcome;
        };
        let person = incoming.context().person.get();
        let work = QueuedUpdate { update_id: i64::from(update.id.0), incoming, redelivery, done };
        let admission = self.chat_queues.queue_state().enter(person, work, self.context.domain.now());
        match admission {
            Ok(Admission::Queued) => {}
            Ok(Admission::First) => drop(tokio::spawn(self.clone().drain_queue(person))),
            Err(RejectedUpdate { rejection: Rejection::Held, work }) => drop(work.done.send(UpdateOutcome::Redeliver)),
            Err(RejectedUpdate { rejection, work }) => {
                telemetry::metrics::bot_updates_total("throttled");
                self.throttle(work.incoming, rejection);
                let _ = work.done.send(UpdateOutcome::Done);
            }
        }
        outcome
    }

    /// Notifies a throttled person once. Answers each of their taps, up to [`MAX_THROTTLE_REPLIES`] concurrently.
    fn throttle(&self, incoming: Incoming, rejection: Rejection) {
        let Ok(permit) = Arc::clone(&self.chat_queues.throttle_replies).try_acquire_owned() else { return };
        let is_private = matches!(incoming, Incoming::Private { .. });
        let bot = Arc::clone(&self.context);
        tokio::spawn(async move {
            let (context, localizer) = (incoming.context(), bot.stranger(&incoming));
            if rejection == Rejection::NowThrottled && is_private {
                tracing::info!(update_id = context.update_id, "update: person throttled");
                bot.send_plain(context, &plain(localizer.text("bot-throttled"))).await;
            } else if let Some(tap) = &context.tap {
                let _ = bot.telegram.answer(tap, Some(&localizer.text("bot-throttled-tap"))).await;
            }
            drop(permit);
        });
    }

    async fn drain_queue(self, person: i64) {
        while let Some(QueuedUpdate { update_id, incoming, redelivery, done }) = self.chat_queues.next(person) {
            let (context, stranger) = (incoming.context().clone(), self.context.stranger(&incoming));
            let result = AssertUnwindSafe(self.context.handle_once(update_id, incoming)).catch_unwind().await;
            if result.is_err() {
                tracing::error!(update_id, "update: handler panicked, abandoned");
                telemetry::metrics::bot_updates_total("panicked");
                let _ = AssertUnwindSafe(self.context.abandon(&context, &stranger)).catch_unwind().await;
            }
            let outcome = result.unwrap_or(UpdateOutcome::Done);
            if outcome == UpdateOutcome::Redeliver {
                self.chat_queues.requeue(person, update_id, redelivery);
                let _ = done.send(outcome);
                return;
            }
            let _ = done.send(outcome);
        }
    }
}
