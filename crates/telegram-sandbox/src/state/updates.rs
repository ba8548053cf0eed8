//! Queue of updates: created, fetched or delivered, confirmed.
//! <https://core.telegram.org/bots/api#getting-updates>

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};

/// Kinds of update that Telegram omits unless `allowed_updates` names them.
const OPT_IN_KINDS: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// Telegram's queue key: updates with the same key are delivered one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum QueueKey {
    /// Updates of a chat.
    Chat(i64),
    /// Callback queries of a person; not ordered with the person's messages.
    Callbacks(i64),
    /// Any other update, by its id.
    Single(i64),
}

impl QueueKey {
    fn from_update(id: i64, update: &Value) -> Self {
        let id_at = |pointer| update.pointer(pointer).and_then(Value::as_i64);
        if let Some(person) = id_at("/callback_query/from/id") {
            return Self::Callbacks(person);
        }
        let chat = update
            .as_object()
            .and_then(|fields| fields.values().find_map(|payload| payload.pointer("/chat/id")?.as_i64()));
        chat.map_or(Self::Single(id), Self::Chat)
    }
}

/// An update the bot has not confirmed.
pub(crate) struct PendingUpdate {
    /// Order of arrival; unlike the id, unique.
    pub(crate) serial: u64,
    /// `update_id`
    pub(crate) id: i64,
    pub(crate) queue: QueueKey,
    /// The whole `Update`.
    pub(crate) body: Arc<Value>,
    /// True if pushed with a used id. An offset above the id confirms it only after it was fetched again.
    is_repeat: bool,
    /// True during a webhook delivery.
    in_flight: bool,
}

/// The bot's webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    /// `X-Telegram-Bot-Api-Secret-Token`
    pub(crate) secret: Option<String>,
    /// Number of concurrent deliveries.
    pub(crate) max_connections: usize,
}

/// An update to post to the webhook.
pub(crate) struct WebhookDelivery {
    /// Serial of the update.
    pub(crate) serial: u64,
    /// The whole `Update`.
    pub(crate) update: Arc<Value>,
}

/// Pending updates, and how the bot receives them.
pub(crate) struct Updates {
    next_id: i64,
    next_serial: u64,
    pending: VecDeque<PendingUpdate>,
    /// `allowed_updates` as last set; `None` for Telegram's default.
    pub(crate) allowed: Option<Vec<String>>,
    /// Number of the latest `getUpdates` call; an older one that is still waiting must end.
    pub(crate) poller: u64,
    /// `getUpdates` calls in flight.
    pub(crate) polls: usize,
    /// Offset of the latest `getUpdates` call, and the time of its start.
    pub(crate) last_poll: Option<(i64, Duration)>,
    /// Where updates are delivered instead of `getUpdates`.
    pub(crate) webhook: Option<Webhook>,
    /// `last_error_date` and `last_error_message` of the webhook.
    pub(crate) last_error: Option<(i64, String)>,
}

impl Updates {
    /// An empty queue.
    pub(crate) fn new() -> Self {
        Self {
            next_id: 1000,
            next_serial: 0,
            pending: VecDeque::new(),
            allowed: None,
            poller: 0,
            polls: 0,
            last_poll: None,
            webhook: None,
            last_error: None,
        }
    }

    /// Creates an update and returns its id, if the bot receives this kind.
    pub(crate) fn enqueue(&mut self, kind: &str, payload: &Value) -> Option<i64> {
        let is_allowed = match &self.allowed {
            Some(kinds) => kinds.iter().any(|allowed| allowed == kind),
            None => !OPT_IN_KINDS.contains(&kind),
        };
        is_allowed.then(|| self.enqueue_raw(json!({ kind: payload })))
    }

    /// Adds an update of any kind. A missing `update_id` is filled in.
    pub(crate) fn enqueue_raw(&mut self, mut update: Value) -> i64 {
        let given = update.get("update_id").and_then(Value::as_i64);
        let id = given.unwrap_or(self.next_id);
        let is_repeat = id < self.next_id;
        self.next_id = self.next_id.max(id + 1);
        if let Value::Object(fields) = &mut update {
            fields.insert("update_id".into(), id.into());
        }
        let queue = QueueKey::from_update(id, &update);
        let serial = self.next_serial;
        self.next_serial += 1;
        self.pending.push_back(PendingUpdate {
            serial,
            id,
            queue,
            body: Arc::new(update),
            is_repeat,
            in_flight: false,
        });
        id
    }

    /// Updates for `getUpdates`. A positive `offset` confirms smaller ids; `-n` discards all but the last `n` updates.
    pub(crate) fn fetch(&mut self, offset: i64, limit: usize) -> Vec<Arc<Value>> {
        if offset < 0 {
            let count = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            self.pending.drain(..self.pending.len().saturating_sub(count));
        } else {
            self.pending.retain(|update| update.id >= offset || update.is_repeat);
        }
        let fetched = self.pending.iter_mut().take(limit);
        fetched
            .map(|update| {
                update.is_repeat = false;
                Arc::clone(&update.body)
            })
            .collect()
    }

    /// Discards all updates: `drop_pending_updates`.
    pub(crate) fn drop_pending(&mut self) {
        self.pending.clear();
    }

    /// Number of unconfirmed updates.
    pub(crate) fn count(&self) -> usize {
        self.pending.len()
    }

    /// True if this update is unconfirmed.
    pub(crate) fn is_pending(&self, id: i64) -> bool {
        self.pending.iter().any(|update| update.id == id)
    }

    /// Serial of the next update.
    pub(crate) fn next_serial(&self) -> u64 {
        self.next_serial
    }

    /// True if every update before this serial is confirmed.
    pub(crate) fn confirmed_before(&self, serial: u64) -> bool {
        self.pending.front().is_none_or(|first| first.serial >= serial)
    }

    /// Starts the webhook deliveries that may start now, at most one per queue key.
    pub(crate) fn start_deliveries(&mut self) -> Vec<WebhookDelivery> {
        let Some(webhook) = &self.webhook else { return Vec::new() };
        let mut busy: HashSet<QueueKey> =
            self.pending.iter().filter(|update| update.in_flight).map(|update| update.queue).collect();
        let mut started = Vec::new();
        for update in &mut self.pending {
            if busy.len() >= webhook.max_connections {
                break;
            }
            if busy.insert(update.queue) {
                update.in_flight = true;
                started.push(WebhookDelivery { serial: update.serial, update: Arc::clone(&update.body) });
            }
        }
        started
    }

    /// Removes an update the webhook accepted.
    pub(crate) fn confirm_delivery(&mut self, serial: u64) {
        self.pending.retain(|update| update.serial != serial);
    }

    /// Makes an update available again whose delivery was abandoned because the webhook was removed.
    pub(crate) fn release_delivery(&mut self, serial: u64) {
        if let Some(update) = self.pending.iter_mut().find(|update| update.serial == serial) {
            update.in_flight = false;
        }
    }
}
