//! What a person wrote or handed on, as it can be said again: words with their formatting, a photo or a document.

use teloxide::types::{Message, MessageEntity, MessageEntityKind};

use crate::model::broadcasts::{File, FileKind};
use crate::model::text::telegram_html::{Mark, Span, write};

/// A message that is no command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// Its words, or those below a file.
    pub(crate) text: String,
    /// The same with their formatting, in Telegram's HTML.
    pub(crate) html: String,
    /// The photo, in its best size, or the document.
    pub(crate) file: Option<File>,
    /// What of it cannot be said again.
    pub(crate) beyond: Option<Beyond>,
}

/// What is more than words and a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beyond {
    /// One of several photos or documents that belong together.
    Album,
    /// A sticker, a video, a voice message, a poll …
    Kind,
}

impl Written {
    /// Takes a message apart.
    pub(crate) fn of(message: &Message) -> Self {
        let (text, entities) = match message.text() {
            Some(text) => (text, message.entities()),
            None => (message.caption().unwrap_or_default(), message.caption_entities()),
        };
        let spans: Vec<Span> = entities.unwrap_or_default().iter().filter_map(span).collect();
        let photo = message.photo().and_then(|sizes| sizes.iter().max_by_key(|size| size.width * size.height));
        let file = |kind, id: &teloxide::types::FileId| File { kind, file_id: id.0.clone() };
        let photo = photo.map(|size| file(FileKind::Photo, &size.file.id));
        let file = photo.or_else(|| message.document().map(|document| file(FileKind::Document, &document.file.id)));
        let beyond = if message.media_group_id().is_some() {
            Some(Beyond::Album)
        } else {
            (file.is_none() && message.text().is_none()).then_some(Beyond::Kind)
        };
        Self { text: text.to_owned(), html: write(text, &spans), file, beyond }
    }
}

/// What is looked like; names, addresses and commands Telegram finds by itself.
fn span(entity: &MessageEntity) -> Option<Span> {
    use MessageEntityKind as Kind;
    let mark = match &entity.kind {
        Kind::Bold => Mark::Bold,
        Kind::Italic => Mark::Italic,
        Kind::Underline => Mark::Underline,
        Kind::Strikethrough => Mark::Strikethrough,
        Kind::Spoiler => Mark::Spoiler,
        Kind::Blockquote => Mark::Quote,
        Kind::ExpandableBlockquote => Mark::FoldedQuote,
        Kind::Code => Mark::Code,
        Kind::Pre { language } => Mark::Block(language.clone()),
        Kind::TextLink { url } => Mark::Link(url.to_string()),
        Kind::TextMention { user } => Mark::Link(format!("tg://user?id={}", user.id.0)),
        Kind::CustomEmoji { custom_emoji_id } => Mark::Emoji(custom_emoji_id.0.clone()),
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
    Some(Span { mark, offset: entity.offset, length: entity.length })
}
