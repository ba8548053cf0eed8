//! A message as the sandbox keeps it, and as the Bot API's `Message`.
//! <https://core.telegram.org/bots/api#message>

use serde_json::{Map, Value, json};

use super::{entities::Formatted, media::Media, world::World};

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Author {
    /// The bot under test.
    Bot,
    /// A person, by id.
    Person(i64),
}

/// A message in a chat.
#[derive(Clone)]
pub(super) struct Posted {
    /// Number within the chat, from 1; given by [`super::chat::Chat::post`].
    pub(super) id: i64,
    /// Unix seconds.
    pub(super) date: i64,
    /// Unix seconds of the last edit.
    pub(super) edited: Option<i64>,
    /// Who wrote it.
    pub(super) author: Author,
    /// Text, or caption when there is media.
    pub(super) body: Formatted,
    /// Text as the bot sent it, markup included.
    pub(super) sent: String,
    /// A photo or a document.
    pub(super) media: Option<Media>,
    /// The inline keyboard: an array of rows.
    pub(super) keyboard: Option<Value>,
    /// `protect_content`.
    pub(super) protected: bool,
    /// `disable_notification`.
    pub(super) silent: bool,
    /// The message it replies to.
    pub(super) reply_to: Option<i64>,
    /// Forwarded from somebody else.
    pub(super) forwarded: bool,
    /// The update that told the bot about it.
    pub(super) update: Option<i64>,
}

impl Posted {
    /// A plain message written now.
    pub(super) fn new(author: Author, date: i64, body: Formatted) -> Self {
        Self {
            id: 0,
            date,
            edited: None,
            author,
            sent: body.text.clone(),
            body,
            media: None,
            keyboard: None,
            protected: false,
            silent: false,
            reply_to: None,
            forwarded: false,
            update: None,
        }
    }

    /// Whether showing `body` with `keyboard` would change nothing.
    pub(super) fn shows(&self, body: &Formatted, keyboard: Option<&Value>) -> bool {
        self.body == *body && self.keyboard.as_ref() == keyboard
    }

    /// The Bot API's `Message` in this chat.
    pub(super) fn value(&self, world: &World, chat: i64) -> Value {
        let mut message = self.bare(world, chat);
        let quoted = self.reply_to.and_then(|id| world.chat(chat)?.find(id));
        if let Some(quoted) = quoted {
            message.insert("reply_to_message".into(), quoted.bare(world, chat).into());
        }
        message.into()
    }

    fn bare(&self, world: &World, chat: i64) -> Map<String, Value> {
        let from = match self.author {
            Author::Bot => world.bot_user(),
            Author::Person(id) => world.people.person(id).user(),
        };
        let mut message = Map::new();
        message.insert("message_id".into(), self.id.into());
        message.insert("from".into(), from);
        message.insert("chat".into(), world.chat_value(chat));
        message.insert("date".into(), self.date.into());
        if let Some(edited) = self.edited {
            message.insert("edit_date".into(), edited.into());
        }
        if self.forwarded {
            let origin = json!({"type": "hidden_user", "sender_user_name": "Somebody", "date": self.date});
            message.insert("forward_origin".into(), origin);
        }
        if self.protected {
            message.insert("has_protected_content".into(), true.into());
        }
        if let Some(rows) = &self.keyboard {
            message.insert("reply_markup".into(), json!({"inline_keyboard": rows}));
        }
        self.insert_body(&mut message);
        message
    }

    fn insert_body(&self, message: &mut Map<String, Value>) {
        let (text, entities) = match &self.media {
            Some(media) => {
                message.insert(media.field().into(), media.value());
                ("caption", "caption_entities")
            }
            None => ("text", "entities"),
        };
        if !self.body.text.is_empty() {
            message.insert(text.into(), self.body.text.as_str().into());
        }
        if !self.body.entities.is_empty() {
            message.insert(entities.into(), json!(self.body.entities));
        }
    }
}
