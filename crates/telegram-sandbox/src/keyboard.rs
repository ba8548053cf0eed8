//! `reply_markup`: what Telegram refuses of it, in its words.
//! <https://core.telegram.org/bots/api#inlinekeyboardmarkup>

use serde_json::{Map, Value};

use super::{link, refusal::Refusal};

/// Most buttons of one keyboard.
const MOST_BUTTONS: usize = 100;

/// A checked `reply_markup`.
#[derive(Debug)]
pub(super) enum Markup {
    /// Rows of an inline keyboard, never empty.
    Inline(Value),
    /// A reply keyboard or a force-reply, shown under the chat.
    Below(Value),
    /// The reply keyboard goes away.
    Removed,
    /// No markup.
    None,
}

/// Checks a `reply_markup` as Telegram does.
pub(super) fn checked(markup: Option<Value>) -> Result<Markup, Refusal> {
    let fields = match markup {
        None | Some(Value::Null) => return Ok(Markup::None),
        Some(Value::Object(fields)) => fields,
        Some(_) => return Err(Refusal::bad("Object expected as reply markup")),
    };
    let is_set = |name: &str| fields.get(name).and_then(Value::as_bool).unwrap_or(false);
    if let Some(rows) = fields.get("inline_keyboard") {
        return inline(rows);
    }
    if fields.contains_key("keyboard") {
        checked_rows(&fields, "keyboard")?;
        return Ok(Markup::Below(fields.into()));
    }
    if is_set("remove_keyboard") {
        return Ok(Markup::Removed);
    }
    Ok(if is_set("force_reply") { Markup::Below(fields.into()) } else { Markup::None })
}

fn checked_rows<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<Vec<&'a Vec<Value>>, Refusal> {
    let not_rows = || Refusal::bad(format!("field \"{name}\" must be an Array of Arrays"));
    let rows = fields.get(name).and_then(Value::as_array).ok_or_else(not_rows)?;
    rows.iter().map(|row| row.as_array().ok_or_else(not_rows)).collect()
}

fn inline(rows: &Value) -> Result<Markup, Refusal> {
    let Value::Array(rows) = rows else {
        return Err(Refusal::bad("field \"inline_keyboard\" must be of type Array"));
    };
    let mut kept: Vec<Value> = Vec::with_capacity(rows.len());
    let mut count = 0;
    for row in rows {
        let Value::Array(buttons) = row else {
            let reason = "field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays";
            return Err(Refusal::bad(reason));
        };
        buttons.iter().try_for_each(button)?;
        count += buttons.len();
        if !buttons.is_empty() {
            kept.push(row.clone());
        }
    }
    if count > MOST_BUTTONS {
        return Err(Refusal::bad("reply markup is too long"));
    }
    Ok(if kept.is_empty() { Markup::None } else { Markup::Inline(kept.into()) })
}

fn button(button: &Value) -> Result<(), Refusal> {
    let unparsed = |reason: &str| Refusal::bad(format!("can't parse inline keyboard button: {reason}"));
    let Value::Object(fields) = button else {
        return Err(unparsed("InlineKeyboardButton must be an Object"));
    };
    match fields.get("text") {
        None => return Err(unparsed("Can't find field \"text\"")),
        Some(Value::String(text)) if text.trim().is_empty() => return Err(Refusal::bad("BUTTON_TEXT_INVALID")),
        Some(Value::String(_)) => {}
        Some(_) => return Err(unparsed("Field \"text\" must be of type String")),
    }
    let text = |name: &str| fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let Some(url) = text("url") {
        return link::check_button(url);
    }
    if let Some(data) = text("callback_data") {
        return if data.len() <= 64 { Ok(()) } else { Err(Refusal::bad("BUTTON_DATA_INVALID")) };
    }
    if let Some(Value::String(_)) = fields.get("callback_data") {
        return Err(Refusal::bad("BUTTON_DATA_INVALID"));
    }
    let inner = |name: &str, field: &str| fields.get(name).and_then(|object| object.get(field)).and_then(Value::as_str);
    if fields.contains_key("copy_text") {
        let length = inner("copy_text", "text").map_or(0, |text| text.chars().count());
        return if (1..=256).contains(&length) { Ok(()) } else { Err(Refusal::bad("BUTTON_COPY_TEXT_INVALID")) };
    }
    if fields.contains_key("login_url") {
        return link::check_https_button("login URL", inner("login_url", "url").unwrap_or_default());
    }
    if fields.contains_key("web_app") {
        return link::check_https_button("Web App URL", inner("web_app", "url").unwrap_or_default());
    }
    let others = ["callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat"];
    let known =
        others.iter().any(|name| fields.contains_key(*name)) || fields.contains_key("switch_inline_query_current_chat");
    if known { Ok(()) } else { Err(unparsed("Text buttons are unallowed in the inline keyboard")) }
}
