//! Messages of a person beyond plain text: formatting, files, replies, forwards.

use serde::Deserialize;

use crate::{
    Sandbox,
    state::{
        media::{DOCUMENT_ID_PREFIX, Media, MediaKind, PictureSize},
        message::{Author, StoredMessage},
        people::Person,
    },
    text::html,
};

/// A message for [`Sandbox::send`].
#[derive(Clone, Debug, Default)]
pub struct UserMessage {
    html: String,
    media: Option<Media>,
    reply_to: Option<i64>,
    forwarded: bool,
}

impl UserMessage {
    /// Formatted text in Telegram's HTML; the caption, if a file is added.
    #[must_use]
    pub fn html(html: impl Into<String>) -> Self {
        Self { html: html.into(), ..Self::default() }
    }

    /// Adds a photo with the `file_id` the bot receives.
    #[must_use]
    pub fn photo(self, file_id: impl Into<String>) -> Self {
        let picture = PictureSize::default();
        let media = Media { kind: MediaKind::Photo, file_id: file_id.into(), name: None, size: 1, picture };
        Self { media: Some(media), ..self }
    }

    /// Adds a document with this name; its `file_id` is derived from the name.
    #[must_use]
    pub fn document(self, name: impl Into<String>) -> Self {
        let name = name.into();
        let media = Media {
            kind: MediaKind::Document,
            file_id: format!("{DOCUMENT_ID_PREFIX}{name}"),
            name: Some(name),
            size: 1,
            picture: PictureSize::default(),
        };
        Self { media: Some(media), ..self }
    }

    /// Makes it a reply to a message of the same chat.
    #[must_use]
    pub fn replying_to(self, message_id: i64) -> Self {
        Self { reply_to: Some(message_id), ..self }
    }

    /// Makes it a forward from a user with a hidden account.
    #[must_use]
    pub fn forwarded(self) -> Self {
        Self { forwarded: true, ..self }
    }
}

/// Body of a [`UserMessage`] in the control API.
#[derive(Deserialize)]
pub(crate) struct UserMessageBody {
    html: Option<String>,
    /// A `file_id`.
    photo: Option<String>,
    /// A file name.
    document: Option<String>,
    #[serde(default)]
    forwarded: bool,
}

impl UserMessageBody {
    /// The message, or `None` if the body holds plain text only.
    pub(crate) fn into_message(self) -> Option<UserMessage> {
        if self.html.is_none() && self.photo.is_none() && self.document.is_none() && !self.forwarded {
            return None;
        }
        let mut message = UserMessage::html(self.html.unwrap_or_default());
        message = self.photo.into_iter().fold(message, UserMessage::photo);
        message = self.document.into_iter().fold(message, UserMessage::document);
        Some(if self.forwarded { message.forwarded() } else { message })
    }
}

impl Sandbox {
    /// Sends a message in the person's private chat and returns its id. The error is Telegram's description of invalid
    /// HTML.
    pub fn send(&self, person: &Person, message: UserMessage) -> Result<i64, String> {
        let body = html::parse(&message.html)?.normalized().with_detected();
        self.unblock(person);
        Ok(self.change(|state| {
            state.start_chat(person);
            let plain = StoredMessage::new(Author::Person(person.id), state.now(), body);
            let stored = StoredMessage {
                raw_text: message.html,
                media: message.media,
                reply_to: message.reply_to,
                forwarded: message.forwarded,
                ..plain
            };
            state.post_from_person(person.id, stored)
        }))
    }
}
