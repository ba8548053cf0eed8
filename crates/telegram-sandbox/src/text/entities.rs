//! Message entities: the bold parts, links, commands of a text. Offsets and lengths are in UTF-16 units.
//! <https://core.telegram.org/bots/api#messageentity>

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An entity. Fields the sandbox does not use are stored as received.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MessageEntity {
    /// `bold`, `code`, `text_link` …
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Start in UTF-16 units.
    pub(crate) offset: usize,
    /// Length in UTF-16 units.
    pub(crate) length: usize,
    /// `url` of a `text_link`, `language` of a `pre`, `user` of a `text_mention`.
    #[serde(flatten)]
    pub(crate) extra: Map<String, Value>,
}

impl MessageEntity {
    /// An entity without further fields.
    pub(crate) fn new(kind: &str, offset: usize, length: usize) -> Self {
        Self { kind: kind.into(), offset, length, extra: Map::new() }
    }

    /// Adds a field.
    pub(crate) fn with_field(mut self, name: &str, value: &str) -> Self {
        self.extra.insert(name.into(), value.into());
        self
    }

    /// End in UTF-16 units, exclusive.
    pub(crate) fn end(&self) -> usize {
        self.offset.saturating_add(self.length)
    }

    /// True for code, which contains no other entity.
    pub(crate) fn is_code(&self) -> bool {
        matches!(self.kind.as_str(), "code" | "pre")
    }

    /// True for a style, which Telegram splits around code.
    pub(crate) fn is_style(&self) -> bool {
        matches!(self.kind.as_str(), "bold" | "italic" | "underline" | "strikethrough" | "spoiler")
    }
}

/// Length in UTF-16 units, as Telegram counts.
pub(crate) fn utf16_len(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Text and entities of a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FormattedText {
    /// Plain text.
    pub(crate) text: String,
    /// Outer before inner, left to right.
    pub(crate) entities: Vec<MessageEntity>,
}

impl FormattedText {
    /// Trims white space at both ends, splits styles around code and sorts, as Telegram does.
    pub(crate) fn normalized(mut self) -> Self {
        let start = utf16_len(&self.text) - utf16_len(self.text.trim_start());
        self.text = self.text.trim().to_owned();
        let length = utf16_len(&self.text);
        for entity in &mut self.entities {
            let end = entity.end().saturating_sub(start).min(length);
            entity.offset = entity.offset.saturating_sub(start).min(end);
            entity.length = end - entity.offset;
        }
        self.entities = split_styles_at_code(self.entities);
        self.entities.retain(|entity| entity.length > 0);
        self.entities.sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
        self
    }

    /// Adds the entities that Telegram detects: commands, mentions and addresses outside other entities.
    pub(crate) fn with_detected(mut self) -> Self {
        let occupied: Vec<_> = self
            .entities
            .iter()
            .filter(|entity| entity.is_code() || !entity.is_style() && entity.kind != "blockquote")
            .map(|entity| entity.offset..entity.end())
            .collect();
        let is_free = |found: &MessageEntity| {
            occupied.iter().all(|range| found.end() <= range.start || range.end <= found.offset)
        };
        self.entities.extend(detect_entities(&self.text).into_iter().filter(is_free));
        self.entities.sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
        self
    }
}

/// Splits every style that overlaps code, and drops those inside code (Telegram's `fix_entities`).
fn split_styles_at_code(entities: Vec<MessageEntity>) -> Vec<MessageEntity> {
    let (code, rest): (Vec<_>, Vec<_>) = entities.into_iter().partition(MessageEntity::is_code);
    let mut split: Vec<MessageEntity> = Vec::with_capacity(rest.len() + code.len());
    for entity in rest {
        let inside = code.iter().any(|code| code.offset <= entity.offset && entity.end() <= code.end());
        if entity.is_style() {
            split.extend(outside_code(entity, &code));
        } else if !inside || entity.kind == "blockquote" {
            split.push(entity);
        }
    }
    split.extend(code);
    split
}

/// Parts of a style outside every code range.
fn outside_code(style: MessageEntity, code: &[MessageEntity]) -> Vec<MessageEntity> {
    code.iter().fold(vec![style], |pieces, code| pieces.into_iter().flat_map(|piece| subtract(&piece, code)).collect())
}

fn subtract(piece: &MessageEntity, code: &MessageEntity) -> Vec<MessageEntity> {
    if code.end() <= piece.offset || piece.end() <= code.offset {
        return vec![piece.clone()];
    }
    let before = MessageEntity { length: code.offset.saturating_sub(piece.offset), ..piece.clone() };
    let after = MessageEntity {
        offset: code.end(),
        length: piece.end().saturating_sub(code.end()),
        extra: Map::new(),
        ..piece.clone()
    };
    [before, after].into_iter().filter(|piece| piece.length > 0).collect()
}

/// Entities of the `/command`, `@name` and `https://…` words of a text.
fn detect_entities(text: &str) -> Vec<MessageEntity> {
    let mut offset = 0;
    let mut entities = Vec::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        if let Some((kind, length)) = detect_word(bare) {
            entities.push(MessageEntity::new(kind, offset, length));
        }
        offset += utf16_len(word);
    }
    entities
}

/// Kind and UTF-16 length of the entity at the start of a word.
fn detect_word(word: &str) -> Option<(&'static str, usize)> {
    let name = |text: &str| text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').count();
    if let Some(rest) = word.strip_prefix('/') {
        let command = name(rest);
        let bot = rest.get(command..).and_then(|tail| tail.strip_prefix('@')).map_or(0, |bot| 1 + name(bot));
        return (1..=64).contains(&command).then_some(("bot_command", 1 + command + bot));
    }
    if let Some(rest) = word.strip_prefix('@') {
        let length = name(rest);
        return (4..=32).contains(&length).then_some(("mention", 1 + length));
    }
    let address = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://"))?;
    let ends = ['.', ',', ';', ':', '!', '?', ')', '"', '\''];
    (!address.is_empty()).then(|| ("url", utf16_len(word.trim_end_matches(ends))))
}
