//! The updates in hand of whoever asks for them, and how far Telegram may forget.
//!
//! `getUpdates` shows the hundred oldest updates that are not confirmed, and confirms all before an offset. So one that takes long
//! would hide all that come after it. Before that, what is still open is kept in our own store, and confirmed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::Value;
use teloxide::types::Update;
use tokio::task::JoinSet;

use crate::bot::Bot;
use crate::bot::updates::dispatcher::UpdateOutcome;
use crate::model::api_key::PlainKey;

/// While updates are in hand, how long to wait before asking for new ones of other people.
const POLL_INTERVAL: Duration = Duration::from_millis(30);
/// How much of the hundred may be taken up by what we know already.
const MAX_KNOWN_UPDATES: usize = 40;
/// After how long an update is kept in any case: then Telegram can be asked to wait for news instead of being asked all the time.
const SLOW_UPDATE: Duration = Duration::from_secs(5);

/// The updates that are in hand.
#[derive(Default)]
pub(in crate::bot) struct InFlightUpdates {
    /// The one after the last that was seen.
    next: Option<u32>,
    /// Seen, and not done.
    open: BTreeMap<u32, InFlightUpdate>,
    /// Done, while an earlier one is not confirmed yet.
    done: BTreeSet<u32>,
    /// Kept ones that are done.
    over: Vec<i64>,
    tasks: JoinSet<(u32, UpdateOutcome)>,
}

/// An update that is not done.
struct InFlightUpdate {
    /// As it came.
    body: String,
    /// Whether we keep it ourselves.
    kept: bool,
    /// Whether it is being handled; else it has to be handled again.
    in_work: bool,
    since: Instant,
}

impl InFlightUpdates {
    /// What an earlier run of ours has kept and not done.
    pub(in crate::bot) fn with_parked(kept: Vec<(i64, String)>) -> Self {
        let open = |(id, body)| {
            Some((u32::try_from(id).ok()?, InFlightUpdate { body, kept: true, in_work: false, since: Instant::now() }))
        };
        Self { open: kept.into_iter().filter_map(open).collect(), ..Self::default() }
    }

    /// The first update that is neither done nor kept: all before it may be forgotten.
    pub(in crate::bot) fn offset(&self) -> Option<u32> {
        self.open.iter().find(|(_, open)| !open.kept).map(|(id, _)| *id).or(self.next)
    }

    /// Whether nothing has to be looked after soon: what is in hand, if anything, is kept and being worked on.
    pub(in crate::bot) fn is_quiet(&self) -> bool {
        self.open.values().all(|open| open.kept && open.in_work)
    }

    /// Takes one that Telegram shows.
    pub(in crate::bot) fn take(&mut self, bot: &Bot, update: &Value) {
        let Some(id) = update.get("update_id").and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok()) else {
            return tracing::warn!("an update without a number");
        };
        if self.open.contains_key(&id) || self.done.contains(&id) {
            return;
        }
        // Ids begin anew at random after a week without updates, so the last one seen counts, not the greatest.
        self.next = Some(id.saturating_add(1));
        self.open.insert(
            id,
            InFlightUpdate { body: update.to_string(), kept: false, in_work: false, since: Instant::now() },
        );
        self.begin(bot, id);
    }

    /// Takes once more what could not be handled, in its order. Whether there is any.
    pub(in crate::bot) fn take_again(&mut self, bot: &Bot) -> bool {
        let again: Vec<_> = self.open.iter().filter(|(_, open)| !open.in_work).map(|(id, _)| *id).collect();
        for id in &again {
            self.begin(bot, *id);
        }
        !again.is_empty()
    }

    fn begin(&mut self, bot: &Bot, id: u32) {
        let Some(open) = self.open.get_mut(&id) else { return };
        // Not from the value: of that teloxide reads no update right.
        let Ok(update) = serde_json::from_str::<Update>(&open.body) else {
            tracing::warn!(update_id = id, "an update could not be read, and is passed over");
            return self.end(id);
        };
        open.in_work = true;
        let outcome = bot.enqueue_polled(&update);
        self.tasks.spawn(async move { (id, outcome.await.unwrap_or(UpdateOutcome::Again)) });
    }

    /// Waits for what is in hand, but not so long that other people wait; `full`: there are more of them for certain.
    pub(in crate::bot) async fn settle(&mut self, bot: &Bot, full: bool) {
        let patience = if full { Duration::ZERO } else { POLL_INTERVAL };
        let _ = tokio::time::timeout(patience, self.finish()).await;
        self.make_room(bot).await;
        if !self.over.is_empty() {
            match bot.context.domain.unpark_updates(self.over.clone()).await {
                Ok(()) => self.over.clear(),
                // They are known to be done, and nothing is done twice.
                Err(fault) => tracing::debug!(?fault, "what is done will be forgotten later"),
            }
        }
        if self.open.values().all(|open| open.kept) {
            self.done.clear();
        }
    }

    /// Keeps what is open if it takes up too much of what Telegram shows.
    async fn make_room(&mut self, bot: &Bot) {
        let waiting = self.open.iter().filter(|(_, open)| !open.kept);
        // A secret is not written down: whoever pastes a key waits for nobody long.
        let kept: Vec<_> = waiting
            .clone()
            .filter(|(_, open)| !holds_a_secret(&open.body))
            .map(|(id, open)| (i64::from(*id), open.body.clone()))
            .collect();
        let is_long = waiting.clone().any(|(_, open)| open.since.elapsed() > SLOW_UPDATE);
        if kept.is_empty() || (!is_long && waiting.count() + self.done.len() < MAX_KNOWN_UPDATES) {
            return;
        }
        tracing::debug!(updates = kept.len(), "updates take long: they are kept, and the ones behind them handled");
        match bot.context.domain.park_updates(kept.clone()).await {
            Ok(()) => {
                for (id, _) in kept {
                    let open = u32::try_from(id).ok().and_then(|id| self.open.get_mut(&id));
                    if let Some(open) = open {
                        open.kept = true;
                    }
                }
            }
            Err(fault) => tracing::warn!(?fault, "updates could not be kept; those behind them wait"),
        }
    }

    /// Waits for all that is in hand.
    pub(in crate::bot) async fn finish(&mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            match ended {
                Ok((id, UpdateOutcome::Done)) => self.end(id),
                Ok((id, UpdateOutcome::Again)) => {
                    if let Some(open) = self.open.get_mut(&id) {
                        open.in_work = false;
                    }
                }
                Err(_) => {}
            }
        }
    }

    fn end(&mut self, id: u32) {
        if self.open.remove(&id).is_some_and(|open| open.kept) {
            self.over.push(i64::from(id));
        } else {
            self.done.insert(id);
        }
    }
}

/// Whether a key, or a link that signs in, stands in an update: a tap comes with the whole message it was made on.
fn holds_a_secret(body: &str) -> bool {
    body.contains("?token=") || PlainKey::find_in(body).next().is_some()
}
