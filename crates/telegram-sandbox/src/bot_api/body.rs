//! The text of a message or caption, parsed and measured. <https://core.telegram.org/bots/api#formatting-options>

use super::{Refusal, params::Params};
use crate::{
    entities::{Entity, Formatted, units},
    html,
};

/// Where a text is, and how long it may be.
pub(super) struct Field {
    text: &'static str,
    entities: &'static str,
    longest: usize,
    too_long: &'static str,
}

/// `text` and `entities` of a message.
pub(super) const TEXT: Field =
    Field { text: "text", entities: "entities", longest: 4096, too_long: "message is too long" };

/// `caption` and `caption_entities` of a photo or document.
pub(super) const CAPTION: Field =
    Field { text: "caption", entities: "caption_entities", longest: 1024, too_long: "message caption is too long" };

/// A checked text, and as it was sent.
pub(super) struct Body {
    /// Parsed.
    pub(super) shown: Formatted,
    /// Markup included.
    pub(super) sent: String,
}

/// Reads and parses a text; it may come out empty.
pub(super) fn read(params: &Params, field: &Field) -> Result<Body, Refusal> {
    let sent = params.text(field.text).unwrap_or_default();
    let mode = params.text("parse_mode").unwrap_or_default().to_ascii_lowercase();
    let parsed = match mode.as_str() {
        "html" => html::parse(&sent).map_err(|complaint| unparsed(&complaint))?,
        "" => Formatted { entities: given(params, field.entities, units(&sent))?, text: sent.clone() },
        "markdown" | "markdownv2" => return Err(unparsed("the sandbox speaks parse_mode HTML only")),
        _ => return Err(Refusal::bad("unsupported parse_mode")),
    };
    let shown = parsed.tidied().with_found();
    if units(&shown.text) > field.longest {
        return Err(Refusal::bad(field.too_long));
    }
    Ok(Body { shown, sent })
}

/// The same, refused when empty.
pub(super) fn read_text(params: &Params) -> Result<Body, Refusal> {
    let body = read(params, &TEXT)?;
    if body.shown.text.is_empty() { Err(Refusal::bad("message text is empty")) } else { Ok(body) }
}

/// Not [`Refusal::bad`]'s lower first letter: the complaint follows its own colon as it is.
fn unparsed(complaint: &str) -> Refusal {
    Refusal::bad(format!("can't parse entities: {complaint}"))
}

/// Entities the bot gives itself: each inside the text.
fn given(params: &Params, name: &str, length: usize) -> Result<Vec<Entity>, Refusal> {
    let Some(list) = params.nested(name, "MessageEntity")? else { return Ok(Vec::new()) };
    let entities: Vec<Entity> =
        serde_json::from_value(list).map_err(|_| Refusal::bad("can't parse MessageEntity: expected an Object"))?;
    let outside = entities.iter().find(|entity| entity.end() > length);
    match outside {
        Some(entity) => Err(unparsed(&format!(
            "entity beginning at UTF-16 offset {} ends after the end of the text",
            entity.offset
        ))),
        None => Ok(entities),
    }
}
