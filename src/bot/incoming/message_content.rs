//! Content of a message in a form the bot can send again: formatted text, a photo or a document.

use teloxide::types::{Message, MessageEntity, MessageEntityKind};

use crate::model::broadcasts::{Attachment, AttachmentKind};
use crate::model::text::telegram_html::{StyledSpan, TextStyle, write};

/// Content of a message that is not a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MessageContent {
    /// Text, or the caption of a file.
    pub(crate) text: String,
    /// Text with its formatting, as Telegram HTML.
    pub(crate) html: String,
    /// Photo in its largest size, or document.
    pub(crate) file: Option<Attachment>,
    /// Reason that the bot cannot send the message again.
    pub(crate) unsupported: Option<UnsupportedContent>,
}

/// Content beyond a text with one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnsupportedContent {
    /// Part of an album.
    Album,
    /// A sticker, video, voice message, poll or other unsupported kind.
    Kind,
}

impl MessageContent {
    /// Extracts the content of a message.
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
        let unsupported = if message.media_group_id().is_some() {
            Some(UnsupportedContent::Album)
        } else {
            (file.is_none() && message.text().is_none()).then_some(UnsupportedContent::Kind)
        };
        Self { text: text.to_owned(), html: write(text, &spans), file, unsupported }
    }
}

/// Converts formatting. Mentions, plain links and commands need none, because Telegram detects them again.
fn span(entity: &MessageEntity) -> Option<StyledSpan> {
    let mark = match &entity.kind {
        MessageEntityKind::Bold => TextStyle::Bold,
        MessageEntityKind::Italic => TextStyle::Italic,
        MessageEntityKind::Underline => TextStyle::Underline,
        MessageEntityKind::Strikethrough => TextStyle::Strikethrough,
        MessageEntityKind::Spoiler => TextStyle::Spoiler,
        MessageEntityKind::Blockquote => TextStyle::Quote,
        MessageEntityKind::ExpandableBlockquote => TextStyle::FoldedQuote,
        MessageEntityKind::Code => TextStyle::Code,
        MessageEntityKind::Pre { language } => TextStyle::Block(language.clone()),
        MessageEntityKind::TextLink { url } => TextStyle::Link(url.to_string()),
        MessageEntityKind::TextMention { user } => TextStyle::Link(format!("tg://user?id={}", user.id.0)),
        MessageEntityKind::CustomEmoji { custom_emoji_id } => TextStyle::Emoji(custom_emoji_id.0.clone()),
        MessageEntityKind::Mention
        | MessageEntityKind::Hashtag
        | MessageEntityKind::Cashtag
        | MessageEntityKind::BotCommand
        | MessageEntityKind::Url
        | MessageEntityKind::Email
        | MessageEntityKind::PhoneNumber => {
            return None;
        }
    };
    Some(StyledSpan { mark, offset: entity.offset, length: entity.length })
}
