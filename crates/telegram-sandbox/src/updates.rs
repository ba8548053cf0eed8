//! Updates on their way to the bot: made, fetched or delivered, confirmed.
//! <https://core.telegram.org/bots/api#getting-updates>

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use serde_json::{Value, json};

/// Kinds Telegram leaves out unless `allowed_updates` names them.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// What is delivered one at a time: Telegram's queue key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Lane {
    /// Everything in a chat.
    Chat(i64),
    /// Callback queries of a person; not in order with their messages.
    Callbacks(i64),
    /// By itself, by update id.
    Alone(i64),
}

impl Lane {
    fn of(id: i64, update: &Value) -> Self {
        let id_at = |pointer| update.pointer(pointer).and_then(Value::as_i64);
        if let Some(person) = id_at("/callback_query/from/id") {
            return Self::Callbacks(person);
        }
        let chat = update
            .as_object()
            .and_then(|fields| fields.values().find_map(|payload| payload.pointer("/chat/id")?.as_i64()));
        chat.map_or(Self::Alone(id), Self::Chat)
    }
}

/// An update the bot has not confirmed.
pub(super) struct Pending {
    /// Order of arrival; unlike the id, never used twice.
    pub(super) serial: u64,
    /// `update_id`
    pub(super) id: i64,
    /// Its queue.
    pub(super) lane: Lane,
    /// The whole `Update`.
    pub(super) body: Arc<Value>,
    /// Pushed with an id already used: an offset beyond it does not confirm it before it was fetched again.
    again: bool,
    /// A webhook delivery is under way.
    in_flight: bool,
}

/// The bot's webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Webhook {
    /// Where to.
    pub(super) url: String,
    /// `X-Telegram-Bot-Api-Secret-Token`
    pub(super) secret: Option<String>,
    /// Deliveries under way at once.
    pub(super) max_connections: usize,
}

/// All updates on their way.
pub(super) struct Updates {
    next_id: i64,
    next_serial: u64,
    pending: VecDeque<Pending>,
    /// `allowed_updates` as last given; `None` for Telegram's default.
    pub(super) allowed: Option<Vec<String>>,
    /// Number of the `getUpdates` call in force; an older one that still waits must end.
    pub(super) poller: u64,
    /// `getUpdates` calls under way.
    pub(super) polls: usize,
    /// Where updates are delivered, instead of `getUpdates`.
    pub(super) webhook: Option<Webhook>,
    /// `last_error_date` and `last_error_message` of the webhook.
    pub(super) last_error: Option<(i64, String)>,
}

impl Updates {
    /// Nothing on its way.
    pub(super) fn new() -> Self {
        Self {
            next_id: 1000,
            next_serial: 0,
            pending: VecDeque::new(),
            allowed: None,
            poller: 0,
            polls: 0,
            webhook: None,
            last_error: None,
        }
    }

    /// Makes an update of a kind, if the bot wants that kind; returns its id.
    pub(super) fn make(&mut self, kind: &str, payload: &Value) -> Option<i64> {
        let wanted = match &self.allowed {
            Some(kinds) => kinds.iter().any(|allowed| allowed == kind),
            None => !ON_REQUEST.contains(&kind),
        };
        wanted.then(|| self.push(json!({ kind: payload })))
    }

    /// Adds any update, whatever its kind; its `update_id` is filled in unless it has one.
    pub(super) fn push(&mut self, mut update: Value) -> i64 {
        let given = update.get("update_id").and_then(Value::as_i64);
        let id = given.unwrap_or(self.next_id);
        let again = id < self.next_id;
        self.next_id = self.next_id.max(id + 1);
        if let Value::Object(fields) = &mut update {
            fields.insert("update_id".into(), id.into());
        }
        let lane = Lane::of(id, &update);
        let serial = self.next_serial;
        self.next_serial += 1;
        self.pending.push_back(Pending { serial, id, lane, body: Arc::new(update), again, in_flight: false });
        id
    }

    /// What `getUpdates` gives: `offset` confirms smaller ids, a negative one forgets all but the last so many.
    pub(super) fn fetch(&mut self, offset: i64, limit: usize) -> Vec<Arc<Value>> {
        if offset < 0 {
            let kept = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            self.pending.drain(..self.pending.len().saturating_sub(kept));
        } else {
            self.pending.retain(|update| update.id >= offset || update.again);
        }
        let fetched = self.pending.iter_mut().take(limit);
        fetched
            .map(|update| {
                update.again = false;
                Arc::clone(&update.body)
            })
            .collect()
    }

    /// Forgets everything: `drop_pending_updates`.
    pub(super) fn drop_pending(&mut self) {
        self.pending.clear();
    }

    /// How many are unconfirmed.
    pub(super) fn count(&self) -> usize {
        self.pending.len()
    }

    /// Whether this update is unconfirmed.
    pub(super) fn is_pending(&self, id: i64) -> bool {
        self.pending.iter().any(|update| update.id == id)
    }

    /// The serial the next update will have.
    pub(super) fn next_serial(&self) -> u64 {
        self.next_serial
    }

    /// Whether every update before this serial is confirmed.
    pub(super) fn confirmed_before(&self, serial: u64) -> bool {
        self.pending.front().is_none_or(|first| first.serial >= serial)
    }

    /// The updates a webhook delivery may begin with now, at most one a lane; they count as under way.
    pub(super) fn depart(&mut self) -> Vec<(u64, Arc<Value>)> {
        let Some(webhook) = &self.webhook else { return Vec::new() };
        let mut busy: HashSet<Lane> =
            self.pending.iter().filter(|update| update.in_flight).map(|update| update.lane).collect();
        let mut departed = Vec::new();
        for update in &mut self.pending {
            if busy.len() >= webhook.max_connections {
                break;
            }
            if busy.insert(update.lane) {
                update.in_flight = true;
                departed.push((update.serial, Arc::clone(&update.body)));
            }
        }
        departed
    }

    /// A delivery ended: delivered, or given up because the webhook is gone.
    pub(super) fn arrive(&mut self, serial: u64, delivered: bool) {
        let Some(place) = self.pending.iter().position(|update| update.serial == serial) else { return };
        if delivered {
            self.pending.remove(place);
        } else if let Some(update) = self.pending.get_mut(place) {
            update.in_flight = false;
        }
    }
}
