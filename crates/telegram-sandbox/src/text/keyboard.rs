//! Validation of `reply_markup` with Telegram's error texts.
//! <https://core.telegram.org/bots/api#inlinekeyboardmarkup>

use serde_json::{Map, Value};

use crate::{bot_api::error::ApiError, text::urls};

/// Number of buttons of a keyboard.
const MAX_BUTTONS: usize = 100;

/// Kind of a message, for the Pay button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageKind {
    /// An invoice.
    Invoice,
    /// Any other message.
    Other,
}

/// A valid `reply_markup`.
#[derive(Debug)]
pub(crate) enum ReplyMarkup {
    /// Rows of an inline keyboard, never empty.
    Inline(Value),
    /// `ReplyKeyboardMarkup` or `ForceReply`.
    ReplyKeyboard(Value),
    /// `ReplyKeyboardRemove`.
    RemoveKeyboard,
    None,
}

/// Parses and validates a `reply_markup`.
pub(crate) fn parse_markup(markup: Option<Value>) -> Result<ReplyMarkup, ApiError> {
    let fields = match markup {
        None | Some(Value::Null) => return Ok(ReplyMarkup::None),
        Some(Value::Object(fields)) => fields,
        Some(_) => return Err(ApiError::bad("Object expected as reply markup")),
    };
    let is_set = |name: &str| fields.get(name).and_then(Value::as_bool).unwrap_or(false);
    if let Some(rows) = fields.get("inline_keyboard") {
        return parse_inline(rows);
    }
    if fields.contains_key("keyboard") {
        parse_rows(&fields, "keyboard")?;
        return Ok(ReplyMarkup::ReplyKeyboard(fields.into()));
    }
    if is_set("remove_keyboard") {
        return Ok(ReplyMarkup::RemoveKeyboard);
    }
    Ok(if is_set("force_reply") { ReplyMarkup::ReplyKeyboard(fields.into()) } else { ReplyMarkup::None })
}

/// Checks the Pay button: the first one of an invoice, and of no other message. Codes from Telegram's list of errors.
pub(crate) fn check_pay_buttons(markup: &ReplyMarkup, message: MessageKind) -> Result<(), ApiError> {
    let ReplyMarkup::Inline(rows) = markup else { return Ok(()) };
    let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut buttons = rows.iter().filter_map(Value::as_array).flatten();
    let is_pay = |button: &Value| button.get("pay").is_some();
    if message == MessageKind::Other {
        return if buttons.any(is_pay) { Err(ApiError::bad("BUTTON_TYPE_INVALID")) } else { Ok(()) };
    }
    if !buttons.next().is_some_and(is_pay) {
        return Err(ApiError::bad("REPLY_MARKUP_BUY_EMPTY"));
    }
    if buttons.any(is_pay) { Err(ApiError::bad("BUTTON_POS_INVALID")) } else { Ok(()) }
}

fn parse_rows<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<Vec<&'a Vec<Value>>, ApiError> {
    let not_rows = || ApiError::bad(format!("field \"{name}\" must be an Array of Arrays"));
    let rows = fields.get(name).and_then(Value::as_array).ok_or_else(not_rows)?;
    rows.iter().map(|row| row.as_array().ok_or_else(not_rows)).collect()
}

fn parse_inline(rows: &Value) -> Result<ReplyMarkup, ApiError> {
    let Value::Array(rows) = rows else {
        return Err(ApiError::bad("field \"inline_keyboard\" must be of type Array"));
    };
    let mut non_empty: Vec<Value> = Vec::with_capacity(rows.len());
    let mut count = 0;
    for row in rows {
        let Value::Array(buttons) = row else {
            let reason = "field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays";
            return Err(ApiError::bad(reason));
        };
        buttons.iter().try_for_each(check_button)?;
        count += buttons.len();
        if !buttons.is_empty() {
            non_empty.push(row.clone());
        }
    }
    if count > MAX_BUTTONS {
        return Err(ApiError::bad("reply markup is too long"));
    }
    Ok(if non_empty.is_empty() { ReplyMarkup::None } else { ReplyMarkup::Inline(non_empty.into()) })
}

fn check_button(button: &Value) -> Result<(), ApiError> {
    let unparsed = |reason: &str| ApiError::bad(format!("can't parse inline keyboard button: {reason}"));
    let Value::Object(fields) = button else {
        return Err(unparsed("InlineKeyboardButton must be an Object"));
    };
    match fields.get("text") {
        None => return Err(unparsed("Can't find field \"text\"")),
        Some(Value::String(text)) if text.trim().is_empty() => return Err(ApiError::bad("BUTTON_TEXT_INVALID")),
        Some(Value::String(_)) => {}
        Some(_) => return Err(unparsed("Field \"text\" must be of type String")),
    }
    let text = |name: &str| fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let Some(url) = text("url") {
        return urls::check_url_button(url);
    }
    if let Some(data) = text("callback_data") {
        return if data.len() <= 64 { Ok(()) } else { Err(ApiError::bad("BUTTON_DATA_INVALID")) };
    }
    if let Some(Value::String(_)) = fields.get("callback_data") {
        return Err(ApiError::bad("BUTTON_DATA_INVALID"));
    }
    let inner = |name: &str, field: &str| fields.get(name).and_then(|object| object.get(field)).and_then(Value::as_str);
    if fields.contains_key("copy_text") {
        let length = inner("copy_text", "text").map_or(0, |text| text.chars().count());
        return if (1..=256).contains(&length) { Ok(()) } else { Err(ApiError::bad("BUTTON_COPY_TEXT_INVALID")) };
    }
    if fields.contains_key("login_url") {
        return urls::check_https_button("login URL", inner("login_url", "url").unwrap_or_default());
    }
    if fields.contains_key("web_app") {
        return urls::check_https_button("Web App URL", inner("web_app", "url").unwrap_or_default());
    }
    let others = ["callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat"];
    let is_known =
        others.iter().any(|name| fields.contains_key(*name)) || fields.contains_key("switch_inline_query_current_chat");
    if is_known { Ok(()) } else { Err(unparsed("Text buttons are unallowed in the inline keyboard")) }
}
