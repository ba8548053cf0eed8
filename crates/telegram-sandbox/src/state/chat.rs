//! A chat with the bot: messages, chat action and reply keyboard.

use std::collections::{HashSet, VecDeque};

use serde_json::{Value, json};

use crate::state::message::StoredMessage;

/// Number of messages stored per chat; the oldest is dropped.
const MAX_MESSAGES_PER_CHAT: usize = 200;

/// A chat.
#[derive(Default)]
pub(crate) struct Chat {
    last_id: i64,
    /// Boxed, so that a million chats with one message each stay small.
    messages: VecDeque<Box<StoredMessage>>,
    /// Current `sendChatAction`, and its start in Unix seconds.
    pub(crate) action: Option<(String, i64)>,
    /// Current `ReplyKeyboardMarkup` or `ForceReply`.
    pub(crate) keyboard: Option<Value>,
    /// Topics in which somebody has written.
    pub(crate) topics: HashSet<i64>,
    /// True if the bot may delete other people's messages in this group.
    pub(crate) bot_may_delete: bool,
}

impl Chat {
    /// Adds a message with the chat's next id.
    pub(crate) fn post(&mut self, mut message: StoredMessage) -> &mut StoredMessage {
        self.last_id += 1;
        message.id = self.last_id;
        if self.messages.len() == MAX_MESSAGES_PER_CHAT {
            self.messages.pop_front();
        }
        self.messages.push_back_mut(Box::new(message))
    }

    /// The message with this id.
    pub(crate) fn find(&self, id: i64) -> Option<&StoredMessage> {
        self.messages.iter().rfind(|message| message.id == id).map(AsRef::as_ref)
    }

    /// The message with this id, mutable.
    pub(crate) fn find_mut(&mut self, id: i64) -> Option<&mut StoredMessage> {
        self.messages.iter_mut().rfind(|message| message.id == id).map(AsMut::as_mut)
    }

    /// Removes a message.
    pub(crate) fn remove(&mut self, id: i64) {
        self.messages.retain(|message| message.id != id);
    }

    /// Purges all messages up to this id to bound memory.
    pub(crate) fn purge_through(&mut self, id: i64) {
        while self.messages.front().is_some_and(|message| message.id <= id) {
            self.messages.pop_front();
        }
    }

    /// All messages, oldest first.
    pub(crate) fn messages(&self) -> impl DoubleEndedIterator<Item = &StoredMessage> {
        self.messages.iter().map(AsRef::as_ref)
    }
}

/// The Bot API's `Chat` of a group.
pub(crate) fn api_group(id: i64) -> Value {
    json!({"id": id, "type": "supergroup", "title": format!("Group {id}")})
}
