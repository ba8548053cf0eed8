//! What a person wrote or handed on, as it can be said again: words with their formatting, a photo or a document.

use teloxide::types::{Message, MessageEntity, MessageEntityKind};

use crate::model::broadcasts::{Attachment, AttachmentKind};
use crate::model::text::telegram_html::{StyledSpan, TextStyle, write};

/// A message that is no command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MessageContent {
    /// Its words, or those below a file.
    pub(crate) text: String,
    /// The same with their formatting, in Telegram's HTML.
    pub(crate) html: String,
    /// The photo, in its best size, or the document.
    pub(crate) file: Option<Attachment>,
    /// What of it cannot be said again.
    pub(crate) beyond: Option<UnsupportedContent>,
}

/// What is more than words and a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnsupportedContent {
    /// One of several photos or documents that belong together.
    Album,
    /// A sticker, a video, a voice message, a poll …
    Kind,
}

impl MessageContent {
    /// Takes a message apart.
    pub(crate) fn of(message: &Message) -> Self {
        let (text, entities) = match message.text() {
            Some(text) => (text, message.entities()),
            None => (message.caption().unwrap_or_default(), message.caption_entities()),
        };
        let spans: Vec<StyledSpan> = entities.unwrap_or_default().iter().filter_map(span).collect();
        let photo = message.photo().and_then(|sizes| sizes.iter().max_by_key(|size| size.width * size.height));
        let file = |kind, id: &teloxide::types::FileId| Attachment { kind, file_id: id.0.clone() };
        let photo = photo.map(|size| file(AttachmentKind::Photo, &size.file.id));
        let file =
            photo.or_else(|| message.document().map(|document| file(AttachmentKind::Document, &document.file.id)));
        let beyond = if message.media_group_id().is_some() {
            Some(UnsupportedContent::Album)
        } else {
            (file.is_none() && message.text().is_none()).then_some(UnsupportedContent::Kind)
        };
        Self { text: text.to_owned(), html: write(text, &spans), file, beyond }
    }
}

/// What is looked like; names, addresses and commands Telegram finds by itself.
fn span(entity: &MessageEntity) -> Option<StyledSpan> {
    use MessageEntityKind as Kind;
    let mark = match &entity.kind {
        Kind::Bold => TextStyle::Bold,
        Kind::Italic => TextStyle::Italic,
        Kind::Underline => TextStyle::Underline,
        Kind::Strikethrough => TextStyle::Strikethrough,
        Kind::Spoiler => TextStyle::Spoiler,
        Kind::Blockquote => TextStyle::Quote,
        Kind::ExpandableBlockquote => TextStyle::FoldedQuote,
        Kind::Code => TextStyle::Code,
        Kind::Pre { language } => TextStyle::Block(language.clone()),
        Kind::TextLink { url } => TextStyle::Link(url.to_string()),
        Kind::TextMention { user } => TextStyle::Link(format!("tg://user?id={}", user.id.0)),
        Kind::CustomEmoji { custom_emoji_id } => TextStyle::Emoji(custom_emoji_id.0.clone()),
        Kind::Mention
        | Kind::Hashtag
        | Kind::Cashtag
        | Kind::BotCommand
        | Kind::Url
        | Kind::Email
        | Kind::PhoneNumber => {
            return None;
        }
    };
    Some(StyledSpan { mark, offset: entity.offset, length: entity.length })
}
