//! A chat with the bot: its messages, newest last, and the little that surrounds them.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::message::Posted;

/// Messages kept in one chat; older ones are forgotten.
const KEPT: usize = 200;

/// One chat.
#[derive(Default)]
pub(super) struct Chat {
    last_id: i64,
    /// Boxed: a million chats with one message each must stay small.
    messages: VecDeque<Box<Posted>>,
    /// `sendChatAction` in progress, and the unix second it began.
    pub(super) action: Option<(String, i64)>,
    /// The `ReplyKeyboardMarkup` or `ForceReply` in force.
    pub(super) keyboard: Option<Value>,
}

impl Chat {
    /// Adds a message and gives it the chat's next id.
    pub(super) fn post(&mut self, mut message: Posted) -> &mut Posted {
        self.last_id += 1;
        message.id = self.last_id;
        if self.messages.len() == KEPT {
            self.messages.pop_front();
        }
        self.messages.push_back_mut(Box::new(message))
    }

    /// The message with this id.
    pub(super) fn find(&self, id: i64) -> Option<&Posted> {
        self.messages.iter().rfind(|message| message.id == id).map(AsRef::as_ref)
    }

    /// The message with this id, to change it.
    pub(super) fn find_mut(&mut self, id: i64) -> Option<&mut Posted> {
        self.messages.iter_mut().rfind(|message| message.id == id).map(AsMut::as_mut)
    }

    /// Takes a message away.
    pub(super) fn remove(&mut self, id: i64) {
        self.messages.retain(|message| message.id != id);
    }

    /// Forgets everything up to this id, for want of memory.
    pub(super) fn forget_through(&mut self, id: i64) {
        while self.messages.front().is_some_and(|message| message.id <= id) {
            self.messages.pop_front();
        }
    }

    /// All messages, oldest first.
    pub(super) fn messages(&self) -> impl DoubleEndedIterator<Item = &Posted> {
        self.messages.iter().map(AsRef::as_ref)
    }
}

/// The Bot API's `Chat` of a group.
pub(super) fn group(id: i64) -> Value {
    json!({"id": id, "type": "supergroup", "title": format!("Group {id}")})
}
