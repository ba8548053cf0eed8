//! Polled updates in flight, and the offset up to which Telegram may forget.
//!
//! `getUpdates` returns the hundred oldest unconfirmed updates, and its offset confirms all before it. So a single
//! slow update would block everything behind it. Before that happens, unfinished updates are stored as parked updates
//! and confirmed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::Value;
use teloxide::types::Update;
use tokio::task::JoinSet;

use crate::bot::Bot;
use crate::bot::updates::dispatcher::UpdateOutcome;
use crate::domain::bot_state::updates::ParkedUpdate;
use crate::model::api_key::PlainKey;

/// Longest wait for updates in flight before polling again for those of other people.
pub(in crate::bot) const POLL_INTERVAL: Duration = Duration::from_millis(30);
/// Maximum number of known, unconfirmed updates among the hundred before the unfinished ones are parked.
const MAX_KNOWN_UPDATES: usize = 40;
/// Age at which an update is parked in any case, so that long polling can take the place of short polling.
const SLOW_UPDATE: Duration = Duration::from_secs(5);

/// Polled updates that Telegram still has or that are not finished.
#[derive(Default)]
pub(in crate::bot) struct InFlightUpdates {
    /// Number after the last update seen.
    next: Option<u32>,
    /// Not finished.
    open: BTreeMap<u32, InFlightUpdate>,
    /// Finished, while an earlier one is not confirmed yet.
    done: BTreeSet<u32>,
    /// Finished parked updates, to be removed from the store.
    unpark: Vec<i64>,
    tasks: JoinSet<(u32, UpdateOutcome)>,
}

/// An unfinished update.
struct InFlightUpdate {
    /// JSON as received.
    body: String,
    /// True if stored as a parked update.
    parked: bool,
    /// True while being handled; otherwise it waits to be handled again.
    in_progress: bool,
    since: Instant,
}

impl InFlightUpdates {
    /// Starts with the updates parked by an earlier run.
    pub(in crate::bot) fn with_parked(parked: Vec<ParkedUpdate>) -> Self {
        let open = |ParkedUpdate { update_id, body }| {
            let update = InFlightUpdate { body, parked: true, in_progress: false, since: Instant::now() };
            Some((u32::try_from(update_id).ok()?, update))
        };
        Self { open: parked.into_iter().filter_map(open).collect(), ..Self::default() }
    }

    /// Offset for `getUpdates`: the first update that is neither finished nor parked.
    pub(in crate::bot) fn offset(&self) -> Option<u32> {
        self.open.iter().find(|(_, open)| !open.parked).map(|(id, _)| *id).or(self.next)
    }

    /// True if every unfinished update is parked and being handled, so that a long poll delays nothing.
    pub(in crate::bot) fn is_quiet(&self) -> bool {
        self.open.values().all(|open| open.parked && open.in_progress)
    }

    /// Starts handling an update that Telegram returned.
    pub(in crate::bot) fn take(&mut self, bot: &Bot, update: &Value) {
        let Some(id) = update.get("update_id").and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok()) else {
            return tracing::warn!("update: no update_id, skipped");
        };
        if self.open.contains_key(&id) || self.done.contains(&id) {
            return;
        }
        // After a week without updates Telegram chooses the next id at random, so the last one seen counts, not the
        // greatest.
        self.next = Some(id.saturating_add(1));
        self.open.insert(
            id,
            InFlightUpdate { body: update.to_string(), parked: false, in_progress: false, since: Instant::now() },
        );
        self.begin(bot, id);
    }

    /// Restarts updates that must be handled again, in order. Returns true if there are any.
    pub(in crate::bot) fn take_again(&mut self, bot: &Bot) -> bool {
        let ids: Vec<_> = self.open.iter().filter(|(_, open)| !open.in_progress).map(|(id, _)| *id).collect();
        for id in &ids {
            self.begin(bot, *id);
        }
        !ids.is_empty()
    }

    fn begin(&mut self, bot: &Bot, id: u32) {
        let Some(open) = self.open.get_mut(&id) else { return };
        // Parsed from text, because teloxide cannot read an update from a `Value`.
        let Ok(update) = serde_json::from_str::<Update>(&open.body) else {
            tracing::warn!(update_id = id, "update: unreadable, skipped");
            return self.end(id);
        };
        open.in_progress = true;
        let outcome = bot.enqueue_polled(&update);
        self.tasks.spawn(async move { (id, outcome.await.unwrap_or(UpdateOutcome::Redeliver)) });
    }

    /// Waits for updates in flight, at most for `pause`, and parks slow ones.
    pub(in crate::bot) async fn finish_or_park(&mut self, bot: &Bot, pause: Duration) {
        let _ = tokio::time::timeout(pause, self.finish()).await;
        self.make_room(bot).await;
        if !self.unpark.is_empty() {
            match bot.context.domain.unpark_updates(self.unpark.clone()).await {
                Ok(()) => self.unpark.clear(),
                // They are recorded as handled, so nothing is done twice.
                Err(error) => tracing::debug!(?error, "parked updates: not removed, will be retried"),
            }
        }
        if self.open.values().all(|open| open.parked) {
            self.done.clear();
        }
    }

    /// Parks unfinished updates when they take up too many of the hundred.
    async fn make_room(&mut self, bot: &Bot) {
        let waiting = self.open.iter().filter(|(_, open)| !open.parked);
        // Secrets are not stored. Updates with a pasted key are handled quickly, so they rarely block others.
        let parked: Vec<_> = waiting
            .clone()
            .filter(|(_, open)| !holds_a_secret(&open.body))
            .map(|(id, open)| ParkedUpdate { update_id: i64::from(*id), body: open.body.clone() })
            .collect();
        let is_long = waiting.clone().any(|(_, open)| open.since.elapsed() > SLOW_UPDATE);
        if parked.is_empty() || (!is_long && waiting.count() + self.done.len() < MAX_KNOWN_UPDATES) {
            return;
        }
        tracing::debug!(updates = parked.len(), "parked updates: storing slow updates");
        match bot.context.domain.park_updates(parked.clone()).await {
            Ok(()) => {
                for update in parked {
                    let open = u32::try_from(update.update_id).ok().and_then(|id| self.open.get_mut(&id));
                    if let Some(open) = open {
                        open.parked = true;
                    }
                }
            }
            Err(error) => tracing::warn!(?error, "parked updates: not stored, later updates wait"),
        }
    }

    /// Waits for all updates in flight.
    pub(in crate::bot) async fn finish(&mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            match ended {
                Ok((id, UpdateOutcome::Done)) => self.end(id),
                Ok((id, UpdateOutcome::Redeliver)) => {
                    if let Some(open) = self.open.get_mut(&id) {
                        open.in_progress = false;
                    }
                }
                Err(_) => {}
            }
        }
    }

    fn end(&mut self, id: u32) {
        if self.open.remove(&id).is_some_and(|open| open.parked) {
            self.unpark.push(i64::from(id));
        } else {
            self.done.insert(id);
        }
    }
}

/// True if an update contains an API key or a sign-in link. A tap carries the whole message of its button.
fn holds_a_secret(body: &str) -> bool {
    body.contains("?token=") || PlainKey::find_in(body).next().is_some()
}
