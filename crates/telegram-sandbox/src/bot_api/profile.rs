//! The bot's descriptions and menu buttons. <https://core.telegram.org/bots/api#setmydescription>
//!
//! The codes for texts that are too long are from Telegram's list of errors for the same fields of a profile.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{ApiError, ApiResponse, State, commands::parse_language, params::Params};
use crate::text::urls;

/// Texts that present the bot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BotProfile {
    /// Shown in an empty chat with the bot (`setMyDescription`).
    pub description: String,
    /// Shown on the bot's profile page and with its link (`setMyShortDescription`).
    pub short_description: String,
}

/// Descriptions by language, and menu buttons.
#[derive(Default)]
pub(crate) struct BotProfiles {
    descriptions: HashMap<String, String>,
    short_descriptions: HashMap<String, String>,
    default_button: Option<Value>,
    buttons: HashMap<i64, Value>,
}

impl BotProfiles {
    /// Texts for readers of a language.
    pub(crate) fn shown(&self, language: &str) -> BotProfile {
        let language = language.split('-').next().unwrap_or_default();
        let text = |texts: &HashMap<String, String>| {
            texts.get(language).or_else(|| texts.get("")).cloned().unwrap_or_default()
        };
        BotProfile { description: text(&self.descriptions), short_description: text(&self.short_descriptions) }
    }

    /// Menu button of a private chat: its own unless that is `default`, or the default one.
    pub(crate) fn menu_button(&self, chat: i64) -> Value {
        let own = self.buttons.get(&chat).filter(|button| button.get("type") != Some(&json!("default")));
        own.or(self.default_button.as_ref()).cloned().unwrap_or_else(|| json!({"type": "commands"}))
    }
}

/// `setMyDescription`: up to 512 characters; an empty text removes.
pub(super) fn set_description(state: &mut State, params: &Params) -> ApiResponse {
    let text = params.text("description").unwrap_or_default();
    let language = parse_language(params)?;
    if text.chars().count() > 512 {
        return Err(ApiError::bad("DESCRIPTION_TOO_LONG"));
    }
    set_text(&mut state.profile.descriptions, language, text);
    Ok(true.into())
}

/// `getMyDescription`
pub(super) fn get_description(state: &mut State, params: &Params) -> ApiResponse {
    let language = parse_language(params)?;
    Ok(json!({"description": state.profile.descriptions.get(&language).cloned().unwrap_or_default()}))
}

/// `setMyShortDescription`: up to 120 characters; an empty text removes.
pub(super) fn set_short_description(state: &mut State, params: &Params) -> ApiResponse {
    let text = params.text("short_description").unwrap_or_default();
    let language = parse_language(params)?;
    if text.chars().count() > 120 {
        return Err(ApiError::bad("ABOUT_TOO_LONG"));
    }
    set_text(&mut state.profile.short_descriptions, language, text);
    Ok(true.into())
}

/// `getMyShortDescription`
pub(super) fn get_short_description(state: &mut State, params: &Params) -> ApiResponse {
    let language = parse_language(params)?;
    Ok(json!({"short_description": state.profile.short_descriptions.get(&language).cloned().unwrap_or_default()}))
}

fn set_text(texts: &mut HashMap<String, String>, language: String, text: String) {
    if text.is_empty() {
        texts.remove(&language);
    } else {
        texts.insert(language, text);
    }
}

/// `setChatMenuButton`: of one private chat or, without `chat_id`, the default one.
pub(super) fn set_menu_button(state: &mut State, params: &Params) -> ApiResponse {
    let button = parse_menu_button(params.nested("menu_button", "menu button")?)?;
    match private_chat(state, params)? {
        Some(chat) => _ = state.profile.buttons.insert(chat, button),
        None => state.profile.default_button = Some(button),
    }
    Ok(true.into())
}

/// `getChatMenuButton`
pub(super) fn get_menu_button(state: &mut State, params: &Params) -> ApiResponse {
    Ok(match private_chat(state, params)? {
        Some(chat) => state.profile.buttons.get(&chat).cloned().unwrap_or_else(|| json!({"type": "default"})),
        None => state.profile.default_button.clone().unwrap_or_else(|| json!({"type": "commands"})),
    })
}

/// The person of `chat_id`, if it is given.
fn private_chat(state: &State, params: &Params) -> Result<Option<i64>, ApiError> {
    if params.text("chat_id").is_none_or(|id| id.is_empty()) {
        return Ok(None);
    }
    let chat = params.integer("chat_id").filter(|id| *id > 0);
    let chat = chat.ok_or_else(|| ApiError::bad("Invalid chat_id specified"))?;
    let is_known = state.people.find(chat).is_some() || state.is_started(chat);
    if is_known { Ok(Some(chat)) } else { Err(ApiError::bad("user not found")) }
}

/// A valid `MenuButton`. Checks from `get_bot_menu_button` in `Client.cpp` of `tdlib/telegram-bot-api`.
fn parse_menu_button(button: Option<Value>) -> Result<Value, ApiError> {
    let unparsed = |reason: &str| ApiError::bad(format!("can't parse menu button: {reason}"));
    let Some(button) = button else { return Ok(json!({"type": "default"})) };
    let Value::Object(fields) = &button else { return Err(unparsed("MenuButton must be an Object")) };
    match fields.get("type").and_then(Value::as_str) {
        None => Err(unparsed("Can't find field \"type\"")),
        Some(kind @ ("default" | "commands")) => Ok(json!({ "type": kind })),
        Some("web_app") => {
            let text =
                fields.get("text").and_then(Value::as_str).ok_or_else(|| unparsed("Can't find field \"text\""))?;
            let url = button.pointer("/web_app/url").and_then(Value::as_str);
            let url = url.ok_or_else(|| unparsed("Can't find field \"web_app\""))?;
            if text.is_empty() {
                return Err(ApiError::bad("BUTTON_TEXT_INVALID"));
            }
            urls::check_https_button("Web App URL", url)?;
            Ok(json!({"type": "web_app", "text": text, "web_app": {"url": url}}))
        }
        Some(_) => Err(unparsed("MenuButton has unsupported type")),
    }
}
