//! A lane for each person: what one of them sends is handled in order, and nobody waits for anybody else.

use std::collections::{HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use teloxide::types::Update;
use tokio::sync::{Notify, Semaphore, oneshot};

use crate::bot::Bot;
use crate::bot::incoming::Ask;
use crate::bot::updates::dispatcher::Outcome;
use crate::messages::plain;
use crate::model::time::Moment;
use crate::telemetry;

/// Updates of one person that may wait. Who sends more than that at once is too much for the others.
const LANE: usize = 32;
/// How long whoever sent too much is passed over from then on, in seconds: what they sent at once is over by then.
const COOL_DOWN: i64 = 10;
/// How many taps of whoever sent too much are answered at the same time; the spinners of others end by themselves.
const ANSWERS: usize = 16;

/// Every lane that something waits on.
#[derive(Clone)]
pub(crate) struct Lanes {
    traffic: Arc<Mutex<Traffic>>,
    emptied: Arc<Notify>,
    answers: Arc<Semaphore>,
}

impl Default for Lanes {
    fn default() -> Self {
        Self { traffic: Arc::default(), emptied: Arc::default(), answers: Arc::new(Semaphore::new(ANSWERS)) }
    }
}

#[derive(Default)]
struct Traffic {
    waiting: HashMap<i64, VecDeque<Work>>,
    /// Who sent too much, and until when they are passed over.
    flooding: HashMap<i64, Moment>,
    /// Lanes whose first update has to come again, by its number: until it does, nothing of that person may overtake it.
    held: HashMap<i64, i64>,
}

struct Work {
    update_id: i64,
    ask: Ask,
    /// Whether it certainly comes to us again, if it has to come again.
    returns: bool,
    done: oneshot::Sender<Outcome>,
}

/// What becomes of an update at the beginning of its lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
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

impl Traffic {
    fn enter(&mut self, lane: i64, work: Work, now: Moment) -> (Way, Option<Work>) {
        self.flooding.retain(|_, until| *until > now);
        // Whether they can be reached is not theirs to flood us with: Telegram says it.
        let is_theirs = !matches!(work.ask, Ask::Reach { .. });
        let held = self.held.get(&lane).copied();
        if is_theirs && held != Some(work.update_id) && self.flooding.contains_key(&lane) {
            return (Way::PassedOver, Some(work));
        }
        if held.is_some_and(|first| first != work.update_id) {
            return (Way::Held, Some(work));
        }
        self.held.remove(&lane);
        let Some(queue) = self.waiting.get_mut(&lane) else {
            self.waiting.insert(lane, VecDeque::from([work]));
            return (Way::First, None);
        };
        if is_theirs && queue.len() >= LANE {
            self.flooding.insert(lane, now.plus(COOL_DOWN));
            return (Way::TooMuch, Some(work));
        }
        queue.push_back(work);
        (Way::Waits, None)
    }
}

impl Lanes {
    /// Waits until every lane is empty.
    pub(crate) async fn finish(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.traffic().waiting.is_empty() {
                return;
            }
            emptied.await;
        }
    }

    /// The next piece of work on a lane; closes the lane when there is none.
    fn next(&self, lane: i64) -> Option<Work> {
        let mut traffic = self.traffic();
        let next = traffic.waiting.get_mut(&lane).and_then(VecDeque::pop_front);
        if next.is_none() {
            self.close(&mut traffic, lane);
        }
        next
    }

    /// Gives back whatever waits on a lane: its first update has to come again, and the others must not overtake it.
    fn give_back(&self, lane: i64, (first, returns): (i64, bool)) {
        let mut traffic = self.traffic();
        if returns {
            traffic.held.insert(lane, first);
        }
        for Work { done, .. } in self.close(&mut traffic, lane) {
            let _ = done.send(Outcome::Again);
        }
    }

    fn close(&self, traffic: &mut Traffic, lane: i64) -> VecDeque<Work> {
        let left = traffic.waiting.remove(&lane).unwrap_or_default();
        if traffic.waiting.is_empty() {
            self.emptied.notify_waiters();
        }
        left
    }

    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bot {
    /// Takes an update that Telegram pushed: when it has to come again, perhaps to another instance, Telegram keeps the order.
    pub(crate) fn take(&self, update: &Update) -> oneshot::Receiver<Outcome> {
        self.enter(update, false)
    }

    /// Takes an update that we asked for: when it has to come again, we take it again ourselves, and keep the order.
    pub(crate) fn take_ours(&self, update: &Update) -> oneshot::Receiver<Outcome> {
        self.enter(update, true)
    }

    /// The receiver tells what came of it.
    fn enter(&self, update: &Update, returns: bool) -> oneshot::Receiver<Outcome> {
        let (done, outcome) = oneshot::channel();
        let Some(ask) = Ask::of(update, self.parts.link.bot().as_deref()) else {
            telemetry::update("ignored");
            let _ = done.send(Outcome::Done);
            return outcome;
        };
        let lane = ask.turn().person.get();
        let work = Work { update_id: i64::from(update.id.0), ask, returns, done };
        let now = self.parts.domain.now();
        let (way, turned_away) = self.lanes.traffic().enter(lane, work, now);
        if way == Way::First {
            tokio::spawn(self.clone().walk(lane));
        }
        if let Some(Work { ask, done, .. }) = turned_away {
            if way == Way::Held {
                let _ = done.send(Outcome::Again);
                return outcome;
            }
            telemetry::update("passed over");
            self.pass_over(ask, way == Way::TooMuch);
            let _ = done.send(Outcome::Done);
        }
        outcome
    }

    /// Says so to whoever sent too much, once; a tap is answered each time, as far as that is not too much either.
    fn pass_over(&self, ask: Ask, is_news: bool) {
        let Ok(permit) = Arc::clone(&self.lanes.answers).try_acquire_owned() else { return };
        let is_private = matches!(ask, Ask::Private { .. });
        let parts = Arc::clone(&self.parts);
        tokio::spawn(async move {
            let (turn, speaker) = (ask.turn(), parts.stranger(&ask));
            if is_news && is_private {
                tracing::info!(
                    update = turn.update_id,
                    "a person sends too much at once, and is passed over for a while"
                );
                parts.tell(turn, &plain(speaker.say("bot-too-fast"))).await;
            } else if let Some(tap) = &turn.tap {
                let _ = parts.telegram.answer(tap, Some(&speaker.say("bot-too-fast-tap"))).await;
            }
            drop(permit);
        });
    }

    async fn walk(self, lane: i64) {
        while let Some(Work { update_id, ask, returns, done }) = self.lanes.next(lane) {
            let (turn, stranger) = (ask.turn().clone(), self.parts.stranger(&ask));
            let handled = AssertUnwindSafe(self.parts.once(update_id, ask)).catch_unwind().await;
            if handled.is_err() {
                tracing::error!(update_id, "a handler panicked; this update is given up");
                telemetry::update("panicked");
                let _ = AssertUnwindSafe(self.parts.give_up(&turn, &stranger)).catch_unwind().await;
            }
            let outcome = handled.unwrap_or(Outcome::Done);
            if outcome == Outcome::Again {
                self.lanes.give_back(lane, (update_id, returns));
                let _ = done.send(outcome);
                return;
            }
            let _ = done.send(outcome);
        }
    }
}
