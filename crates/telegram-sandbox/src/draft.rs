//! What a person sends when it is more than plain text: formatting, a file, a reply, a forward.

use serde::Deserialize;

use super::{
    Sandbox, html,
    media::{DOCUMENT, Kind, Media},
    message::{Author, Posted},
    people::Person,
};

/// A message about to be sent by a person.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    html: String,
    media: Option<Media>,
    reply_to: Option<i64>,
    forwarded: bool,
}

impl Draft {
    /// Formatted text, in Telegram's HTML; with a file it is the caption.
    #[must_use]
    pub fn html(html: impl Into<String>) -> Self {
        Self { html: html.into(), ..Self::default() }
    }

    /// With a photo, by the `file_id` the bot will see.
    #[must_use]
    pub fn photo(self, file_id: impl Into<String>) -> Self {
        let media = Media { kind: Kind::Photo, file_id: file_id.into(), name: None, size: 1 };
        Self { media: Some(media), ..self }
    }

    /// With a document of this name; its `file_id` is made of the name.
    #[must_use]
    pub fn document(self, name: impl Into<String>) -> Self {
        let name = name.into();
        let media = Media { kind: Kind::Document, file_id: format!("{DOCUMENT}{name}"), name: Some(name), size: 1 };
        Self { media: Some(media), ..self }
    }

    /// As a reply to a message of the same chat.
    #[must_use]
    pub fn replying_to(self, message_id: i64) -> Self {
        Self { reply_to: Some(message_id), ..self }
    }

    /// As a forward of somebody who hides their account.
    #[must_use]
    pub fn forwarded(self) -> Self {
        Self { forwarded: true, ..self }
    }
}

/// More than plain text, as it is ordered over HTTP.
#[derive(Deserialize)]
pub(super) struct More {
    html: Option<String>,
    /// A `file_id`.
    photo: Option<String>,
    /// A file name.
    document: Option<String>,
    #[serde(default)]
    forwarded: bool,
}

impl More {
    /// The message, if it is more than plain text.
    pub(super) fn draft(self) -> Option<Draft> {
        if self.html.is_none() && self.photo.is_none() && self.document.is_none() && !self.forwarded {
            return None;
        }
        let mut draft = Draft::html(self.html.unwrap_or_default());
        draft = self.photo.into_iter().fold(draft, Draft::photo);
        draft = self.document.into_iter().fold(draft, Draft::document);
        Some(if self.forwarded { draft.forwarded() } else { draft })
    }
}

impl Sandbox {
    /// The person sends a draft in their private chat; returns the message's id, or what is wrong with the HTML.
    pub fn send(&self, person: &Person, draft: Draft) -> Result<i64, String> {
        let body = html::parse(&draft.html)?.tidied().with_found();
        self.unblock(person);
        Ok(self.change(|world| {
            world.start(person);
            let written = Posted::new(Author::Person(person.id), world.now(), body);
            let message = Posted {
                sent: draft.html,
                media: draft.media,
                reply_to: draft.reply_to,
                forwarded: draft.forwarded,
                ..written
            };
            world.write(person.id, message)
        }))
    }
}
