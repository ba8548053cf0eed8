//! All the sandbox knows, in one place behind one lock.

use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::{Value, json};

use super::{
    Settings,
    bot_api::{Callbacks, Commands, Log},
    chat::{self, Chat},
    faults::Faults,
    message::Posted,
    outbox::Outbox,
    people::{People, Person},
    refusal::Refusal,
    updates::Updates,
};

/// Messages kept over all chats; the oldest are forgotten, so that a load of a million sends fits in memory.
const KEPT: usize = 100_000;

/// The world.
pub(super) struct World {
    /// As given.
    pub(super) settings: Settings,
    /// Everyone met.
    pub(super) people: People,
    /// Updates on their way to the bot.
    pub(super) updates: Updates,
    /// Buttons tapped, and what the bot answered.
    pub(super) callbacks: Callbacks,
    /// `setMyCommands`.
    pub(super) commands: Commands,
    /// Faults that wait.
    pub(super) faults: Faults,
    /// Calls the bot made.
    pub(super) log: Log,
    /// Mails.
    pub(super) outbox: Outbox,
    chats: HashMap<i64, Chat>,
    /// Chats in the order of their last messages, for [`KEPT`].
    order: VecDeque<(i64, i64)>,
    started: HashSet<i64>,
    blocked: HashSet<i64>,
    flood: Flood,
}

/// Messages a second that cost nothing, of a bot that may pay for more.
const FREE: u32 = 30;
/// Messages a second that a bot may send when it pays for them.
const PAID: u32 = 1000;

/// Messages sent in the current second, and what those cost that were paid for.
#[derive(Default)]
struct Flood {
    second: i64,
    sent: u32,
    /// In tenths of a Star.
    cost: i64,
}

impl World {
    /// A quiet world.
    pub(super) fn new(settings: Settings) -> Self {
        let mut people = People::default();
        settings.people.iter().for_each(|person| people.meet(person));
        Self {
            settings,
            people,
            updates: Updates::new(),
            callbacks: Callbacks::default(),
            commands: Commands::default(),
            faults: Faults::default(),
            log: Log::default(),
            outbox: Outbox::default(),
            chats: HashMap::new(),
            order: VecDeque::new(),
            started: HashSet::new(),
            blocked: HashSet::new(),
            flood: Flood::default(),
        }
    }

    /// Unix seconds.
    pub(super) fn now(&self) -> i64 {
        (self.settings.clock)()
    }

    /// The bot as the Bot API's `User`.
    pub(super) fn bot_user(&self) -> Value {
        json!({
            "id": self.settings.bot_id(),
            "is_bot": true,
            "first_name": self.settings.bot_name,
            "username": self.settings.bot_username,
        })
    }

    /// The Bot API's `Chat`.
    pub(super) fn chat_value(&self, id: i64) -> Value {
        if id < 0 { chat::group(id) } else { self.people.person(id).chat() }
    }

    /// A chat that has something in it.
    pub(super) fn chat(&self, id: i64) -> Option<&Chat> {
        self.chats.get(&id)
    }

    /// A chat, made when it is not there.
    pub(super) fn chat_mut(&mut self, id: i64) -> &mut Chat {
        self.chats.entry(id).or_default()
    }

    /// Adds a message to a chat; returns its id.
    pub(super) fn post(&mut self, chat: i64, message: Posted) -> i64 {
        let id = self.chat_mut(chat).post(message).id;
        self.order.push_back((chat, id));
        if self.order.len() > KEPT
            && let Some((chat, id)) = self.order.pop_front()
        {
            self.chat_mut(chat).forget_through(id);
        }
        id
    }

    /// The person may be written to from now on.
    pub(super) fn start(&mut self, person: &Person) {
        self.people.meet(person);
        self.started.insert(person.id);
    }

    /// A chat may be written to from now on, its person unknown.
    pub(super) fn admit(&mut self, chat: i64) {
        self.started.insert(chat);
    }

    /// Blocks or unblocks the bot; returns whether that changed anything.
    pub(super) fn set_blocked(&mut self, person: i64, blocked: bool) -> bool {
        if blocked { self.blocked.insert(person) } else { self.blocked.remove(&person) }
    }

    /// Whether the person blocked the bot.
    pub(super) fn is_blocked(&self, person: i64) -> bool {
        self.blocked.contains(&person)
    }

    /// Whether the bot may know of this chat.
    pub(super) fn is_started(&self, chat: i64) -> bool {
        self.started.contains(&chat)
    }

    /// Refuses chats that never wrote to the bot or blocked it.
    pub(super) fn check_reachable(&self, chat: i64) -> Result<(), Refusal> {
        if !self.is_started(chat) {
            return Err(Refusal::bad("chat not found"));
        }
        if self.is_blocked(chat) { Err(Refusal::blocked()) } else { Ok(()) }
    }

    /// Counts one message against the flood limit; one that may be paid for goes beyond it, up to 1000 a second, and costs
    /// 0.1 Star when it is beyond the thirty that are free.
    pub(super) fn check_flood(&mut self, may_pay: bool) -> Result<(), Refusal> {
        let now = self.now();
        if self.flood.second != now {
            self.flood = Flood { second: now, sent: 0, ..self.flood };
        }
        let limit = if may_pay { Some(PAID) } else { self.settings.flood_limit };
        if limit.is_some_and(|limit| self.flood.sent >= limit) {
            return Err(Refusal::too_many(1));
        }
        self.flood.sent += 1;
        if may_pay && self.flood.sent > FREE {
            self.flood.cost += 1;
        }
        Ok(())
    }

    /// What paid messages cost so far, in tenths of a Star.
    pub(super) fn cost(&self) -> i64 {
        self.flood.cost
    }

    /// A person's message, and the update that tells the bot.
    pub(super) fn write(&mut self, chat: i64, message: Posted) -> i64 {
        let id = self.post(chat, message);
        let update = self.message_value(chat, id).and_then(|message| self.updates.make("message", &message));
        if let Some(message) = self.chat_mut(chat).find_mut(id) {
            message.update = update;
        }
        id
    }

    /// The Bot API's `Message` with this id.
    pub(super) fn message_value(&self, chat: i64, id: i64) -> Option<Value> {
        Some(self.chat(chat)?.find(id)?.value(self, chat))
    }
}
