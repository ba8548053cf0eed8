//! State of a sandbox, behind one lock.

pub(crate) mod chat;
pub(crate) mod media;
pub(crate) mod message;
pub(crate) mod people;
pub(crate) mod updates;
pub(crate) mod user_message;

use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::{Value, json};

use crate::{
    SandboxSettings,
    bot_api::{BotCommands, BotProfiles, CallLog, Callbacks, error::ApiError},
    faults::PendingFaults,
    mail::Outbox,
    stars::Stars,
    state::{
        chat::Chat,
        media::PhotoFiles,
        message::StoredMessage,
        people::{People, Person},
        updates::Updates,
    },
};

/// Number of messages stored over all chats, so that a load test of a million sends fits in memory.
const MAX_MESSAGES: usize = 100_000;

/// Everything a sandbox knows.
pub(crate) struct State {
    pub(crate) settings: SandboxSettings,
    /// People known to the sandbox.
    pub(crate) people: People,
    /// Updates not confirmed yet.
    pub(crate) updates: Updates,
    /// Callback queries and their answers.
    pub(crate) callbacks: Callbacks,
    /// `setMyCommands`.
    pub(crate) commands: BotCommands,
    /// Faults not used up yet.
    pub(crate) faults: PendingFaults,
    /// Bot API calls.
    pub(crate) log: CallLog,
    /// Received mails.
    pub(crate) outbox: Outbox,
    /// Bytes of uploaded photos.
    pub(crate) photos: PhotoFiles,
    /// Descriptions and menu buttons.
    pub(crate) profile: BotProfiles,
    /// Telegram Stars.
    pub(crate) stars: Stars,
    chats: HashMap<i64, Chat>,
    /// Chat and id of each message in order of posting, for [`MAX_MESSAGES`].
    order: VecDeque<(i64, i64)>,
    started: HashSet<i64>,
    blocked: HashSet<i64>,
    rate: RateCounter,
}

/// Messages a second that are free of charge even with `allow_paid_broadcast`.
const FREE_MESSAGES_PER_SEC: u32 = 30;
/// Messages a second with `allow_paid_broadcast`.
const PAID_MESSAGES_PER_SEC: u32 = 1000;

/// Rate at which a message may be sent: `allow_paid_broadcast` selects [`SendRate::Paid`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SendRate {
    /// Limited by [`SandboxSettings::flood_limit`].
    Free,
    /// Limited to [`PAID_MESSAGES_PER_SEC`].
    Paid,
}

/// Messages sent in the current second, and the cost of all paid ones.
#[derive(Default)]
struct RateCounter {
    second: i64,
    sent: u32,
    /// In tenths of a Star.
    cost: i64,
}

impl State {
    /// The initial state: no chat is started.
    pub(crate) fn new(settings: SandboxSettings) -> Self {
        let mut people = People::default();
        settings.people.iter().for_each(|person| people.add_or_update(person));
        Self {
            settings,
            people,
            updates: Updates::new(),
            callbacks: Callbacks::default(),
            commands: BotCommands::default(),
            faults: PendingFaults::default(),
            log: CallLog::default(),
            outbox: Outbox::default(),
            photos: PhotoFiles::default(),
            profile: BotProfiles::default(),
            stars: Stars::default(),
            chats: HashMap::new(),
            order: VecDeque::new(),
            started: HashSet::new(),
            blocked: HashSet::new(),
            rate: RateCounter::default(),
        }
    }

    /// Unix seconds.
    pub(crate) fn now(&self) -> i64 {
        (self.settings.clock)()
    }

    /// The bot as the Bot API's `User`.
    pub(crate) fn api_bot(&self) -> Value {
        json!({
            "id": self.settings.bot_id(),
            "is_bot": true,
            "first_name": self.settings.bot_name,
            "username": self.settings.bot_username,
        })
    }

    /// The Bot API's `Chat`.
    pub(crate) fn api_chat(&self, id: i64) -> Value {
        if id < 0 { chat::api_group(id) } else { self.people.person(id).api_chat() }
    }

    /// A chat with messages or settings.
    pub(crate) fn chat(&self, id: i64) -> Option<&Chat> {
        self.chats.get(&id)
    }

    /// A chat, created if absent.
    pub(crate) fn chat_mut(&mut self, id: i64) -> &mut Chat {
        self.chats.entry(id).or_default()
    }

    /// Adds a message to a chat and returns its id.
    pub(crate) fn post(&mut self, chat: i64, message: StoredMessage) -> i64 {
        let id = self.chat_mut(chat).post(message).id;
        self.order.push_back((chat, id));
        if self.order.len() > MAX_MESSAGES
            && let Some((chat, id)) = self.order.pop_front()
        {
            self.chat_mut(chat).purge_through(id);
        }
        id
    }

    /// Lets the bot write to the person.
    pub(crate) fn start_chat(&mut self, person: &Person) {
        self.people.add_or_update(person);
        self.started.insert(person.id);
    }

    /// Lets the bot write to a chat whose person is unknown.
    pub(crate) fn allow_chat(&mut self, chat: i64) {
        self.started.insert(chat);
    }

    /// Blocks the bot; returns false if the person had blocked it already.
    pub(crate) fn block(&mut self, person: i64) -> bool {
        self.blocked.insert(person)
    }

    /// Unblocks the bot; returns false if the person had not blocked it.
    pub(crate) fn unblock(&mut self, person: i64) -> bool {
        self.blocked.remove(&person)
    }

    /// True if the person blocked the bot.
    pub(crate) fn is_blocked(&self, person: i64) -> bool {
        self.blocked.contains(&person)
    }

    /// True if the bot may write to the chat.
    pub(crate) fn is_started(&self, chat: i64) -> bool {
        self.started.contains(&chat)
    }

    /// Fails for a chat that was never started or that blocked the bot.
    pub(crate) fn check_reachable(&self, chat: i64) -> Result<(), ApiError> {
        if !self.is_started(chat) {
            return Err(ApiError::bad("chat not found"));
        }
        if self.is_blocked(chat) { Err(ApiError::blocked()) } else { Ok(()) }
    }

    /// Counts one message against the rate limit. A paid broadcast ignores the configured limit up to 1000 messages a
    /// second, and costs 0.1 Star for each message beyond the 30 free ones of a second.
    pub(crate) fn check_rate(&mut self, send_rate: SendRate) -> Result<(), ApiError> {
        let now = self.now();
        if self.rate.second != now {
            self.rate = RateCounter { second: now, sent: 0, ..self.rate };
        }
        let limit = match send_rate {
            SendRate::Free => self.settings.flood_limit,
            SendRate::Paid => Some(PAID_MESSAGES_PER_SEC),
        };
        if limit.is_some_and(|limit| self.rate.sent >= limit) {
            return Err(ApiError::too_many(1));
        }
        self.rate.sent += 1;
        if send_rate == SendRate::Paid && self.rate.sent > FREE_MESSAGES_PER_SEC {
            self.rate.cost += 1;
        }
        Ok(())
    }

    /// Cost of paid messages so far, in tenths of a Star.
    pub(crate) fn paid_broadcast_cost(&self) -> i64 {
        self.rate.cost
    }

    /// Adds a person's message and enqueues its update.
    pub(crate) fn post_from_person(&mut self, chat: i64, message: StoredMessage) -> i64 {
        let id = self.post(chat, message);
        let update = self.api_message(chat, id).and_then(|message| self.updates.enqueue("message", &message));
        if let Some(message) = self.chat_mut(chat).find_mut(id) {
            message.update = update;
        }
        id
    }

    /// The Bot API's `Message` with this id.
    pub(crate) fn api_message(&self, chat: i64, id: i64) -> Option<Value> {
        Some(self.chat(chat)?.find(id)?.to_api(self, chat))
    }
}
