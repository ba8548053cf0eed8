//! Per-person queues. Updates of one person are handled in order, and no person waits for another.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

use crate::bot::incoming::Incoming;
use crate::model::time::Moment;

/// Maximum number of waiting updates of one person. Anyone who exceeds it is throttled.
const MAX_QUEUED_PER_CHAT: usize = 32;
/// Time for which a person is throttled, in seconds. It outlasts a burst.
const THROTTLE_SECS: i64 = 10;
/// Maximum number of concurrent replies to throttled people. Spinners of unanswered taps end on their own in Telegram.
const MAX_THROTTLE_REPLIES: usize = 16;

/// All queues. Cheap to clone.
#[derive(Clone)]
pub(in crate::bot) struct ChatQueues {
    state: Arc<Mutex<QueueState>>,
    /// Notified when updates have left the queues.
    shrunk: Arc<Notify>,
    pub(super) throttle_replies: Arc<Semaphore>,
    /// Cancelled while the bot stops: an update that must be handled again stays stored for the next start.
    pub(super) closing: CancellationToken,
}

impl Default for ChatQueues {
    fn default() -> Self {
        Self {
            state: Arc::default(),
            shrunk: Arc::default(),
            throttle_replies: Arc::new(Semaphore::new(MAX_THROTTLE_REPLIES)),
            closing: CancellationToken::new(),
        }
    }
}

#[derive(Default)]
struct QueueState {
    queues: HashMap<i64, ChatQueue>,
    /// Updates in a queue, being handled, or admitted and being stored.
    open: HashSet<i64>,
    /// Throttled people, and the end of their throttling.
    throttled: HashMap<i64, Moment>,
}

/// Queue of one person.
#[derive(Default)]
struct ChatQueue {
    /// By `update_id`: an update that an earlier run stored may join after a later one.
    waiting: BTreeMap<i64, QueuedUpdate>,
    /// Number of admitted updates that are being stored.
    admitted: usize,
    /// True while a task drains it.
    is_drained: bool,
}

/// An update in its queue.
pub(super) struct QueuedUpdate {
    pub(super) update_id: i64,
    pub(super) incoming: Incoming,
    /// Notified when the update is handled.
    pub(super) done: oneshot::Sender<()>,
}

/// Decision about an update that arrives at its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It may be stored and queued.
    Admitted,
    /// It is known already.
    Known,
    /// Skipped; throttling starts with it, so the person must be notified.
    NowThrottled,
    /// Skipped; the person has been notified already.
    Throttled,
}

/// Effect of queueing an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QueueStart {
    /// A task drains the queue already.
    Running,
    /// A task must be started.
    Needed,
}

impl QueueState {
    fn admit(&mut self, update_id: i64, incoming: &Incoming, now: Moment) -> Admission {
        self.throttled.retain(|_, until| *until > now);
        if self.open.contains(&update_id) {
            return Admission::Known;
        }
        let person = incoming.context().person.get();
        // Reachability changes and payments come from Telegram, not from the person, and are not throttled. Nor does a key
        // wait.
        let is_limited = !matches!(
            incoming,
            Incoming::Membership { .. } | Incoming::Payment { .. } | Incoming::PastedInGroup { .. }
        );
        if is_limited && self.throttled.contains_key(&person) {
            return Admission::Throttled;
        }
        let queue = self.queues.entry(person).or_default();
        if is_limited && queue.waiting.len() + queue.admitted >= MAX_QUEUED_PER_CHAT {
            self.throttled.insert(person, now.plus(THROTTLE_SECS));
            return Admission::NowThrottled;
        }
        queue.admitted += 1;
        self.open.insert(update_id);
        Admission::Admitted
    }

    /// Removes the queue if nothing belongs to it any more.
    fn remove_if_empty(&mut self, person: i64) {
        let is_empty = |queue: &ChatQueue| queue.waiting.is_empty() && queue.admitted == 0 && !queue.is_drained;
        if self.queues.get(&person).is_some_and(is_empty) {
            self.queues.remove(&person);
        }
    }
}

impl ChatQueues {
    /// Decides about an update. After [`Admission::Admitted`] either [`ChatQueues::push`] or [`ChatQueues::cancel`]
    /// must follow.
    pub(super) fn admit(&self, update_id: i64, incoming: &Incoming, now: Moment) -> Admission {
        self.state().admit(update_id, incoming, now)
    }

    /// Admits an update that is stored already, without throttling.
    pub(super) fn resume(&self, update_id: i64, incoming: &Incoming) -> Admission {
        let mut state = self.state();
        if !state.open.insert(update_id) {
            return Admission::Known;
        }
        state.queues.entry(incoming.context().person.get()).or_default().admitted += 1;
        Admission::Admitted
    }

    /// Queues an admitted update.
    pub(super) fn push(&self, update: QueuedUpdate) -> QueueStart {
        let mut state = self.state();
        let queue = state.queues.entry(update.incoming.context().person.get()).or_default();
        queue.admitted = queue.admitted.saturating_sub(1);
        queue.waiting.insert(update.update_id, update);
        if std::mem::replace(&mut queue.is_drained, true) { QueueStart::Running } else { QueueStart::Needed }
    }

    /// Gives up an admitted update that could not be stored.
    pub(super) fn cancel(&self, update_id: i64, incoming: &Incoming) {
        let (mut state, person) = (self.state(), incoming.context().person.get());
        if let Some(queue) = state.queues.get_mut(&person) {
            queue.admitted = queue.admitted.saturating_sub(1);
        }
        state.open.remove(&update_id);
        state.remove_if_empty(person);
        self.shrunk.notify_waiters();
    }

    /// Next update of a person. If there is none, the task that drains the queue must end.
    pub(super) fn next(&self, person: i64) -> Option<QueuedUpdate> {
        let mut state = self.state();
        let queue = state.queues.get_mut(&person)?;
        if let Some((_, update)) = queue.waiting.pop_first() {
            return Some(update);
        }
        queue.is_drained = false;
        state.remove_if_empty(person);
        self.shrunk.notify_waiters();
        None
    }

    /// Returns an update to its queue, to be handled again in order.
    pub(super) fn requeue(&self, update: QueuedUpdate) {
        let mut state = self.state();
        let queue = state.queues.entry(update.incoming.context().person.get()).or_default();
        queue.waiting.insert(update.update_id, update);
    }

    /// Drops a person's queue while the bot stops. Its updates stay stored.
    pub(super) fn abandon(&self, person: i64) {
        let mut state = self.state();
        if let Some(queue) = state.queues.remove(&person) {
            queue.waiting.keys().for_each(|update_id| _ = state.open.remove(update_id));
        }
        self.shrunk.notify_waiters();
    }

    /// Records that an update is handled.
    pub(super) fn end(&self, update_id: i64) {
        self.state().open.remove(&update_id);
        self.shrunk.notify_waiters();
    }

    /// Waits until fewer than `limit` updates are open.
    pub(super) async fn wait_below(&self, limit: usize) {
        self.wait_until(|state| state.open.len() < limit).await;
    }

    /// Waits until this instance no longer has the update.
    pub(super) async fn wait_for_end(&self, update_id: i64) {
        self.wait_until(|state| !state.open.contains(&update_id)).await;
    }

    /// Waits until every queue is empty. An update that would have to be handled again stays stored.
    pub(in crate::bot) async fn finish(&self) {
        self.closing.cancel();
        self.wait_until(|state| state.queues.is_empty()).await;
    }

    async fn wait_until(&self, is_reached: impl Fn(&QueueState) -> bool) {
        loop {
            let shrunk = self.shrunk.notified();
            if is_reached(&self.state()) {
                return;
            }
            shrunk.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
