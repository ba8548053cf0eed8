//! A lane for each person: what one of them sends is handled in order, and nobody waits for anybody else.

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

/// Updates of one person that may wait. Who sends more than that at once is too much for the others.
const MAX_QUEUED_PER_CHAT: usize = 32;
/// How long whoever sent too much is passed over from then on, in seconds: what they sent at once is over by then.
const THROTTLE_SECS: i64 = 10;
/// How many taps of whoever sent too much are answered at the same time; the spinners of others end by themselves.
const MAX_THROTTLE_REPLIES: usize = 16;

/// Every lane that something waits on.
#[derive(Clone)]
pub(crate) struct ChatQueues {
    traffic: Arc<Mutex<QueueState>>,
    emptied: Arc<Notify>,
    answers: Arc<Semaphore>,
}

impl Default for ChatQueues {
    fn default() -> Self {
        Self {
            traffic: Arc::default(),
            emptied: Arc::default(),
            answers: Arc::new(Semaphore::new(MAX_THROTTLE_REPLIES)),
        }
    }
}

#[derive(Default)]
struct QueueState {
    waiting: HashMap<i64, VecDeque<QueuedUpdate>>,
    /// Who sent too much, and until when they are passed over.
    flooding: HashMap<i64, Moment>,
    /// Lanes whose first update has to come again, by its number: until it does, nothing of that person may overtake it.
    held: HashMap<i64, i64>,
}

struct QueuedUpdate {
    update_id: i64,
    ask: Incoming,
    /// Whether it certainly comes to us again, if it has to come again.
    returns: bool,
    done: oneshot::Sender<UpdateOutcome>,
}

/// What becomes of an update at the beginning of its lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Admission {
    /// It waits behind others.
    Waits,
    /// Nothing is before it: somebody has to walk the lane.
    First,
    /// It is passed over, and its person has to be told so.
    TooMuch,
    /// It is passed over, and its person knows.
    PassedOver,
    /// An earlier one has to come again first.
    Held,
}

impl QueueState {
    fn enter(&mut self, lane: i64, work: QueuedUpdate, now: Moment) -> (Admission, Option<QueuedUpdate>) {
        self.flooding.retain(|_, until| *until > now);
        // Whether they can be reached is not theirs to flood us with: Telegram says it.
        let is_theirs = !matches!(work.ask, Incoming::Reach { .. });
        let held = self.held.get(&lane).copied();
        if is_theirs && held != Some(work.update_id) && self.flooding.contains_key(&lane) {
            return (Admission::PassedOver, Some(work));
        }
        if held.is_some_and(|first| first != work.update_id) {
            return (Admission::Held, Some(work));
        }
        self.held.remove(&lane);
        let Some(queue) = self.waiting.get_mut(&lane) else {
            self.waiting.insert(lane, VecDeque::from([work]));
            return (Admission::First, None);
        };
        if is_theirs && queue.len() >= MAX_QUEUED_PER_CHAT {
            self.flooding.insert(lane, now.plus(THROTTLE_SECS));
            return (Admission::TooMuch, Some(work));
        }
        queue.push_back(work);
        (Admission::Waits, None)
    }
}

impl ChatQueues {
    /// Waits until every lane is empty.
    pub(crate) async fn finish(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.queue_state().waiting.is_empty() {
                return;
            }
            emptied.await;
        }
    }

    /// The next piece of work on a lane; closes the lane when there is none.
    fn next(&self, lane: i64) -> Option<QueuedUpdate> {
        let mut traffic = self.queue_state();
        let next = traffic.waiting.get_mut(&lane).and_then(VecDeque::pop_front);
        if next.is_none() {
            self.close(&mut traffic, lane);
        }
        next
    }

    /// Gives back whatever waits on a lane: its first update has to come again, and the others must not overtake it.
    fn requeue(&self, lane: i64, (first, returns): (i64, bool)) {
        let mut traffic = self.queue_state();
        if returns {
            traffic.held.insert(lane, first);
        }
        for QueuedUpdate { done, .. } in self.close(&mut traffic, lane) {
            let _ = done.send(UpdateOutcome::Again);
        }
    }

    fn close(&self, traffic: &mut QueueState, lane: i64) -> VecDeque<QueuedUpdate> {
        let left = traffic.waiting.remove(&lane).unwrap_or_default();
        if traffic.waiting.is_empty() {
            self.emptied.notify_waiters();
        }
        left
    }

    fn queue_state(&self) -> MutexGuard<'_, QueueState> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bot {
    /// Takes an update that Telegram pushed: when it has to come again, perhaps to another instance, Telegram keeps the order.
    pub(crate) fn enqueue_pushed(&self, update: &Update) -> oneshot::Receiver<UpdateOutcome> {
        self.enter(update, false)
    }

    /// Takes an update that we asked for: when it has to come again, we take it again ourselves, and keep the order.
    pub(crate) fn enqueue_polled(&self, update: &Update) -> oneshot::Receiver<UpdateOutcome> {
        self.enter(update, true)
    }

    /// The receiver tells what came of it.
    fn enter(&self, update: &Update, returns: bool) -> oneshot::Receiver<UpdateOutcome> {
        let (done, outcome) = oneshot::channel();
        let Some(ask) = Incoming::of(update, self.context.link.bot().as_deref()) else {
            telemetry::update("ignored");
            let _ = done.send(UpdateOutcome::Done);
            return outcome;
        };
        let lane = ask.context().person.get();
        let work = QueuedUpdate { update_id: i64::from(update.id.0), ask, returns, done };
        let now = self.context.domain.now();
        let (way, turned_away) = self.chat_queues.queue_state().enter(lane, work, now);
        if way == Admission::First {
            tokio::spawn(self.clone().drain_queue(lane));
        }
        if let Some(QueuedUpdate { ask, done, .. }) = turned_away {
            if way == Admission::Held {
                let _ = done.send(UpdateOutcome::Again);
                return outcome;
            }
            telemetry::update("throttled");
            self.throttle(ask, way == Admission::TooMuch);
            let _ = done.send(UpdateOutcome::Done);
        }
        outcome
    }

    /// Says so to whoever sent too much, once; a tap is answered each time, as far as that is not too much either.
    fn throttle(&self, ask: Incoming, is_news: bool) {
        let Ok(permit) = Arc::clone(&self.chat_queues.answers).try_acquire_owned() else { return };
        let is_private = matches!(ask, Incoming::Private { .. });
        let bot = Arc::clone(&self.context);
        tokio::spawn(async move {
            let (context, localizer) = (ask.context(), bot.stranger(&ask));
            if is_news && is_private {
                tracing::info!(
                    update = context.update_id,
                    "a person sends too much at once, and is passed over for a while"
                );
                bot.send_plain(context, &plain(localizer.text("bot-throttled"))).await;
            } else if let Some(tap) = &context.tap {
                let _ = bot.telegram.answer(tap, Some(&localizer.text("bot-throttled-tap"))).await;
            }
            drop(permit);
        });
    }

    async fn drain_queue(self, lane: i64) {
        while let Some(QueuedUpdate { update_id, ask, returns, done }) = self.chat_queues.next(lane) {
            let (context, stranger) = (ask.context().clone(), self.context.stranger(&ask));
            let handled = AssertUnwindSafe(self.context.handle_once(update_id, ask)).catch_unwind().await;
            if handled.is_err() {
                tracing::error!(update_id, "a handler panicked; this update is given up");
                telemetry::update("panicked");
                let _ = AssertUnwindSafe(self.context.abandon(&context, &stranger)).catch_unwind().await;
            }
            let outcome = handled.unwrap_or(UpdateOutcome::Done);
            if outcome == UpdateOutcome::Again {
                self.chat_queues.requeue(lane, (update_id, returns));
                let _ = done.send(outcome);
                return;
            }
            let _ = done.send(outcome);
        }
    }
}
