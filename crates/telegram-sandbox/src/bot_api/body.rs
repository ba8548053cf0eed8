//! Text of a message or caption, parsed and measured. <https://core.telegram.org/bots/api#formatting-options>

use super::{ApiError, params::Params};
use crate::text::{
    entities::{FormattedText, MessageEntity, utf16_len},
    html,
};

/// Parameters that hold a text, and its limit.
pub(super) struct TextField {
    text: &'static str,
    entities: &'static str,
    max_chars: usize,
    too_long: &'static str,
}

/// `text` and `entities` of a message.
pub(super) const TEXT: TextField =
    TextField { text: "text", entities: "entities", max_chars: 4096, too_long: "message is too long" };

/// `caption` and `caption_entities` of a photo or document.
pub(super) const CAPTION: TextField = TextField {
    text: "caption",
    entities: "caption_entities",
    max_chars: 1024,
    too_long: "message caption is too long",
};

/// A checked text.
pub(super) struct TextBody {
    /// Plain text and entities.
    pub(super) text: FormattedText,
    /// Text as sent by the bot, markup included.
    pub(super) raw_text: String,
}

/// Reads and parses a text, which may be empty.
pub(super) fn parse_body(params: &Params, field: &TextField) -> Result<TextBody, ApiError> {
    let raw_text = params.text(field.text).unwrap_or_default();
    let mode = params.text("parse_mode").unwrap_or_default().to_ascii_lowercase();
    let parsed = match mode.as_str() {
        "html" => html::parse(&raw_text).map_err(|error| parse_error(&error))?,
        "" => FormattedText {
            entities: explicit_entities(params, field.entities, utf16_len(&raw_text))?,
            text: raw_text.clone(),
        },
        "markdown" | "markdownv2" => return Err(parse_error("the sandbox supports parse_mode HTML only")),
        _ => return Err(ApiError::bad("unsupported parse_mode")),
    };
    let text = parsed.normalized().with_detected();
    // Entities count UTF-16 units, the limits count code points.
    if text.text.chars().count() > field.max_chars {
        return Err(ApiError::bad(field.too_long));
    }
    Ok(TextBody { text, raw_text })
}

/// Reads and parses the text of a message; fails if it is empty.
pub(super) fn parse_text(params: &Params) -> Result<TextBody, ApiError> {
    let body = parse_body(params, &TEXT)?;
    if body.text.text.is_empty() { Err(ApiError::bad("message text is empty")) } else { Ok(body) }
}

/// Keeps the case of `error`: it follows a colon of its own, where [`ApiError::bad`] does not lower letters.
fn parse_error(error: &str) -> ApiError {
    ApiError::bad(format!("can't parse entities: {error}"))
}

/// False for a `date_time` entity without a time, or with a format that Telegram does not know.
fn has_valid_date(entity: &MessageEntity) -> bool {
    let format = entity.extra.get("date_time_format").map_or(Some(""), serde_json::Value::as_str);
    let has_time = entity.extra.get("unix_time").is_some_and(serde_json::Value::is_i64);
    entity.kind != "date_time" || has_time && format.is_some_and(html::is_date_time_format)
}

/// Entities passed by the bot; each must lie inside the text.
fn explicit_entities(params: &Params, name: &str, length: usize) -> Result<Vec<MessageEntity>, ApiError> {
    let Some(list) = params.nested(name, "MessageEntity")? else { return Ok(Vec::new()) };
    let entities: Vec<MessageEntity> =
        serde_json::from_value(list).map_err(|_| ApiError::bad("can't parse MessageEntity: expected an Object"))?;
    if entities.iter().any(|entity| !has_valid_date(entity)) {
        return Err(parse_error("Invalid date-time format specified"));
    }
    let outside = entities.iter().find(|entity| entity.end() > length);
    match outside {
        Some(entity) => Err(parse_error(&format!(
            "entity beginning at UTF-16 offset {} ends after the end of the text",
            entity.offset
        ))),
        None => Ok(entities),
    }
}
