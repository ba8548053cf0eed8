//! Destination of a message: a chat, and perhaps a topic in it.

use teloxide::types::{MessageId, ThreadId};

/// Number of the topic General. Telegram refuses it as a destination: its messages go to the chat as such.
const GENERAL_TOPIC: i32 = 1;
/// Texts about a topic that was deleted or closed.
const LOST_TOPIC_TEXTS: [&str; 4] = ["thread not found", "TOPIC_DELETED", "TOPIC_CLOSED", "TOPIC_ID_INVALID"];

/// Chat, and the topic in it, that a message goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Destination {
    /// Telegram id of the chat.
    pub chat: i64,
    /// `message_thread_id` of a topic; `None` for the chat as such.
    pub thread: Option<i32>,
}

impl Destination {
    /// The chat as such.
    #[must_use]
    pub const fn chat(chat: i64) -> Self {
        Self { chat, thread: None }
    }

    /// Thread as teloxide takes it.
    pub(super) fn thread_id(self) -> Option<ThreadId> {
        self.thread.filter(|thread| *thread != GENERAL_TOPIC).map(|thread| ThreadId(MessageId(thread)))
    }

    /// True if a refusal with this text is about the topic.
    pub(super) fn is_lost(self, refusal: &str) -> bool {
        self.thread.is_some() && LOST_TOPIC_TEXTS.iter().any(|text| refusal.contains(text))
    }
}

impl From<i64> for Destination {
    fn from(chat: i64) -> Self {
        Self::chat(chat)
    }
}
