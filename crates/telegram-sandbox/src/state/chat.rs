//! A chat with the bot: its messages, newest last, and the little that surrounds them.

use std::collections::VecDeque;

use serde_json::{Value, json};

use crate::state::message::StoredMessage;

/// Messages kept in one chat; older ones are forgotten.
const MAX_MESSAGES_PER_CHAT: usize = 200;

/// One chat.
#[derive(Default)]
pub(crate) struct Chat {
    last_id: i64,
    /// Boxed: a million chats with one message each must stay small.
    messages: VecDeque<Box<StoredMessage>>,
    /// `sendChatAction` in progress, and the unix second it began.
    pub(crate) action: Option<(String, i64)>,
    /// The `ReplyKeyboardMarkup` or `ForceReply` in force.
    pub(crate) keyboard: Option<Value>,
}

impl Chat {
    /// Adds a message and gives it the chat's next id.
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

    /// The message with this id, to change it.
    pub(crate) fn find_mut(&mut self, id: i64) -> Option<&mut StoredMessage> {
        self.messages.iter_mut().rfind(|message| message.id == id).map(AsMut::as_mut)
    }

    /// Takes a message away.
    pub(crate) fn remove(&mut self, id: i64) {
        self.messages.retain(|message| message.id != id);
    }

    /// Forgets everything up to this id, for want of memory.
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
