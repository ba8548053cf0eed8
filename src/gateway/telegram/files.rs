//! Files that the bot generates and uploads.

use teloxide::payloads::{SendDocumentSetters, SendPhotoSetters};
use teloxide::requests::{Request, Requester};
use teloxide::types::{ChatId, InputFile, MessageId, ParseMode};

use crate::gateway::telegram::{Destination, OutgoingMessage, Result, Telegram, TelegramError};

/// File name of a picture. People do not see it.
const PICTURE_NAME: &str = "picture.png";

/// Generated file to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFile {
    /// File name.
    pub name: String,
    /// Text of the file.
    pub content: String,
    /// Caption below the file, in Telegram's HTML.
    pub caption: String,
}

/// Generated picture to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedPicture {
    /// The picture as PNG.
    pub png: Vec<u8>,
    /// Caption and buttons below the picture. Complete without it, for when it cannot be sent.
    pub caption: OutgoingMessage,
}

impl Telegram {
    /// Sends a file.
    pub async fn send_file(&self, to: Destination, file: GeneratedFile) -> Result<MessageId> {
        match self.send_file_to(to, file.clone()).await {
            Err(TelegramError::Refused(text)) if to.is_lost(&text) => {
                self.send_file_to(Destination::chat(to.chat), file).await
            }
            outcome => outcome,
        }
    }

    async fn send_file_to(&self, to: Destination, file: GeneratedFile) -> Result<MessageId> {
        let GeneratedFile { name, content, caption } = file;
        let file = InputFile::memory(content).file_name(name);
        let send = self.bot.send_document(ChatId(to.chat), file).caption(caption).parse_mode(ParseMode::Html);
        let send = match to.thread_id() {
            Some(thread) => send.message_thread_id(thread),
            None => send,
        };
        Ok(send.send().await?.id)
    }

    /// Sends a picture.
    pub async fn send_picture(&self, to: Destination, picture: &GeneratedPicture) -> Result<MessageId> {
        match self.send_picture_to(to, picture).await {
            Err(TelegramError::Refused(text)) if to.is_lost(&text) => {
                self.send_picture_to(Destination::chat(to.chat), picture).await
            }
            outcome => outcome,
        }
    }

    async fn send_picture_to(&self, to: Destination, picture: &GeneratedPicture) -> Result<MessageId> {
        let GeneratedPicture { png, caption } = picture;
        let send = self
            .bot
            .send_photo(ChatId(to.chat), InputFile::memory(png.clone()).file_name(PICTURE_NAME))
            .caption(&caption.html)
            .parse_mode(ParseMode::Html)
            .reply_markup(caption.keyboard.clone())
            .protect_content(caption.protected);
        let send = match to.thread_id() {
            Some(thread) => send.message_thread_id(thread),
            None => send,
        };
        Ok(send.send().await?.id)
    }
}
