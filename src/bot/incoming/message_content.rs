//! Content of a message in a form the bot can send again: formatted text, a photo or a document.

use serde_json::Value;
use url::Url;

use crate::bot::incoming::raw::fields::{flag, has_any, integer, list, text, unsigned};
use crate::model::broadcasts::{Attachment, AttachmentKind, LinkPreview, MediaLayout};
use crate::model::text::telegram_html::{StyledSpan, TextStyle, write};

/// Entities that need no formatting, because Telegram detects them again.
const DETECTED_ENTITIES: [&str; 7] = ["mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"];
/// Contents that come with a `document` of their own for older programs.
const NOT_A_DOCUMENT: [&str; 1] = ["animation"];

/// Content of a message that is not a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MessageContent {
    /// Text, or the caption of a file.
    pub(crate) text: String,
    /// Text with its formatting, as Telegram HTML.
    pub(crate) html: String,
    /// Link preview of the text as its sender chose it.
    pub(crate) link_preview: LinkPreview,
    /// Photo in its largest size, or document.
    pub(crate) file: Option<Attachment>,
    /// Appearance of the photo as its sender chose it.
    pub(crate) layout: MediaLayout,
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
    /// True if the message is more than a text: a photo, a voice message, a file.
    pub(in crate::bot) const fn is_file(&self) -> bool {
        self.file.is_some() || self.unsupported.is_some()
    }

    /// Extracts the content of a raw message.
    pub(in crate::bot) fn of(message: &Value) -> Self {
        let (words, entities) = match text(message, "/text") {
            Some(words) => (words, "/entities"),
            None => (text(message, "/caption").unwrap_or_default(), "/caption_entities"),
        };
        let spans: Vec<StyledSpan> = list(message, entities).iter().filter_map(span).collect();
        let file = photo(message).or_else(|| document(message));
        let unsupported = if message.get("media_group_id").is_some() {
            Some(UnsupportedContent::Album)
        } else {
            (file.is_none() && text(message, "/text").is_none()).then_some(UnsupportedContent::Kind)
        };
        let link_preview = link_preview(message.get("link_preview_options").unwrap_or(&Value::Null));
        let layout = MediaLayout {
            has_spoiler: flag(message, "/has_media_spoiler"),
            caption_above: flag(message, "/show_caption_above_media"),
        };
        Self { text: words.to_owned(), html: write(words, &spans), link_preview, file, layout, unsupported }
    }
}

/// Text or caption of a raw message.
pub(in crate::bot) fn words(message: &Value) -> &str {
    text(message, "/text").or_else(|| text(message, "/caption")).unwrap_or_default()
}

/// True if the entity is of a kind that this version knows.
pub(in crate::bot) fn knows_entity(entity: &Value) -> bool {
    span(entity).is_some() || text(entity, "/type").is_some_and(|kind| DETECTED_ENTITIES.contains(&kind))
}

/// Photo in its largest size.
fn photo(message: &Value) -> Option<Attachment> {
    let area =
        |size: &&Value| integer(size, "/width").unwrap_or(0).saturating_mul(integer(size, "/height").unwrap_or(0));
    let largest = list(message, "/photo").iter().filter(|size| text(size, "/file_id").is_some()).max_by_key(area)?;
    Some(Attachment { kind: AttachmentKind::Photo, file_id: text(largest, "/file_id")?.to_owned() })
}

fn document(message: &Value) -> Option<Attachment> {
    let file_id = text(message, "/document/file_id").filter(|_| !has_any(message, &NOT_A_DOCUMENT))?;
    Some(Attachment { kind: AttachmentKind::Document, file_id: file_id.to_owned() })
}

fn link_preview(options: &Value) -> LinkPreview {
    LinkPreview {
        is_disabled: flag(options, "/is_disabled"),
        url: text(options, "/url").map(str::to_owned),
        prefer_small_media: flag(options, "/prefer_small_media"),
        prefer_large_media: flag(options, "/prefer_large_media"),
        show_above_text: flag(options, "/show_above_text"),
    }
}

/// Converts formatting. An entity of an unknown kind leaves its text as it is.
fn span(entity: &Value) -> Option<StyledSpan> {
    let mark = match text(entity, "/type")? {
        "bold" => TextStyle::Bold,
        "italic" => TextStyle::Italic,
        "underline" => TextStyle::Underline,
        "strikethrough" => TextStyle::Strikethrough,
        "spoiler" => TextStyle::Spoiler,
        "blockquote" => TextStyle::Quote,
        "expandable_blockquote" => TextStyle::FoldedQuote,
        "code" => TextStyle::Code,
        "pre" => TextStyle::Block(text(entity, "/language").map(str::to_owned)),
        "text_link" => TextStyle::Link(normalized(text(entity, "/url")?)),
        "text_mention" => TextStyle::Link(format!("tg://user?id={}", integer(entity, "/user/id")?)),
        "custom_emoji" => TextStyle::Emoji(text(entity, "/custom_emoji_id")?.to_owned()),
        _ => return None,
    };
    Some(StyledSpan { mark, offset: unsigned(entity, "/offset")?, length: unsigned(entity, "/length")? })
}

fn normalized(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), String::from)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_read_costs_only_itself() {
        let message = json!({
            "message_id": 1, "text": "Meet tomorrow, all", "external_reply": {"origin": {"type": "of_tomorrow"}},
            "entities": [
                {"type": "date_time", "offset": 5, "length": 8, "unix_time": 1},
                {"type": "bold", "offset": 0, "length": 4},
                {"type": "text_link", "offset": 15, "length": 3},
                {"type": "italic", "offset": "x", "length": 3},
                7, null,
            ],
        });
        let content = MessageContent::of(&message);
        assert_eq!((content.html.as_str(), content.unsupported), ("<b>Meet</b> tomorrow, all", None));
        let photo = json!({"photo": [{"file_id": "s", "width": 9, "height": 9}, {"file_id": "l", "width": 99, "height": 99}, {"new": 1}],
            "caption": "x", "has_media_spoiler": true, "show_caption_above_media": true});
        let content = MessageContent::of(&photo);
        assert_eq!(content.file.map(|file| file.file_id).as_deref(), Some("l"));
        assert_eq!(content.layout, MediaLayout { has_spoiler: true, caption_above: true });
        let animation = json!({"animation": {"file_id": "a"}, "document": {"file_id": "a"}});
        assert_eq!(MessageContent::of(&animation).unsupported, Some(UnsupportedContent::Kind));
    }
}
