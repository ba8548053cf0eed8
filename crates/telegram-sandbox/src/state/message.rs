//! A message as stored, and its conversion to the Bot API's `Message`.
//! <https://core.telegram.org/bots/api#message>

use serde_json::{Map, Value, json};

use crate::{
    observe::PaymentMessage,
    state::{State, media::Media},
    text::{entities::FormattedText, keyboard::MessageKind},
};

/// Author of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    /// The bot under test.
    Bot,
    /// A person, by id.
    Person(i64),
}

/// Content of a message about a payment, in place of text.
#[derive(Clone)]
pub(crate) struct ServiceContent {
    /// Field of `Message`: `invoice`, `successful_payment` or `refunded_payment`.
    pub(crate) field: &'static str,
    /// Value of the field.
    pub(crate) value: Value,
    /// The same for the person.
    pub(crate) shown: PaymentMessage,
}

/// A message in a chat.
#[derive(Clone)]
pub(crate) struct StoredMessage {
    /// Number within the chat, from 1; set by [`super::chat::Chat::post`].
    pub(crate) id: i64,
    /// Unix seconds.
    pub(crate) date: i64,
    /// Unix seconds of the last edit.
    pub(crate) edited: Option<i64>,
    pub(crate) author: Author,
    /// Text, or caption of the media.
    pub(crate) body: FormattedText,
    /// Text as sent, markup included.
    pub(crate) raw_text: String,
    /// Photo or document.
    pub(crate) media: Option<Media>,
    /// Invoice, payment or refund.
    pub(crate) service: Option<ServiceContent>,
    /// Rows of the inline keyboard.
    pub(crate) keyboard: Option<Value>,
    /// `protect_content`.
    pub(crate) protected: bool,
    /// `disable_notification`.
    pub(crate) silent: bool,
    /// Id of the message it replies to.
    pub(crate) reply_to: Option<i64>,
    /// Topic it is in; `None` for General and for a chat without topics.
    pub(crate) topic: Option<i64>,
    /// True if forwarded from a hidden user.
    pub(crate) forwarded: bool,
    /// Id of the update about it.
    pub(crate) update: Option<i64>,
}

impl StoredMessage {
    /// A plain message with this date.
    pub(crate) fn new(author: Author, date: i64, body: FormattedText) -> Self {
        Self {
            id: 0,
            date,
            edited: None,
            author,
            raw_text: body.text.clone(),
            body,
            media: None,
            service: None,
            keyboard: None,
            protected: false,
            silent: false,
            reply_to: None,
            topic: None,
            forwarded: false,
            update: None,
        }
    }

    /// Kind of the message. An invoice carries the Pay button.
    pub(crate) fn kind(&self) -> MessageKind {
        let is_invoice = self.service.as_ref().is_some_and(|content| content.field == "invoice");
        if is_invoice { MessageKind::Invoice } else { MessageKind::Other }
    }

    /// True if an edit to `body` and `keyboard` would change nothing.
    pub(crate) fn is_same_as(&self, body: &FormattedText, keyboard: Option<&Value>) -> bool {
        self.body == *body && self.keyboard.as_ref() == keyboard
    }

    /// The Bot API's `Message` in this chat.
    pub(crate) fn to_api(&self, state: &State, chat: i64) -> Value {
        let mut message = self.api_fields(state, chat);
        let replied = self.reply_to.and_then(|id| state.chat(chat)?.find(id));
        if let Some(replied) = replied {
            message.insert("reply_to_message".into(), replied.api_fields(state, chat).into());
        }
        message.into()
    }

    fn api_fields(&self, state: &State, chat: i64) -> Map<String, Value> {
        let from = match self.author {
            Author::Bot => state.api_bot(),
            Author::Person(id) => state.people.person(id).api_user(),
        };
        let mut message = Map::new();
        message.insert("message_id".into(), self.id.into());
        message.insert("from".into(), from);
        message.insert("chat".into(), state.api_chat(chat));
        message.insert("date".into(), self.date.into());
        if let Some(edited) = self.edited {
            message.insert("edit_date".into(), edited.into());
        }
        if let Some(topic) = self.topic {
            message.insert("message_thread_id".into(), topic.into());
            message.insert("is_topic_message".into(), true.into());
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
        if let Some(content) = &self.service {
            message.insert(content.field.into(), content.value.clone());
        }
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
