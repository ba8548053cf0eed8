//! `sendMessage`, `copyMessage` and `sendChatAction`.

use serde_json::json;

use super::{ApiError, ApiResponse, State, body, params::Params};
use crate::{
    state::{
        SendRate,
        message::{Author, StoredMessage},
    },
    text::keyboard::{self, ReplyMarkup},
};

/// `sendMessage`, <https://core.telegram.org/bots/api#sendmessage>
pub(super) fn send_message(state: &mut State, params: &Params) -> ApiResponse {
    let chat = reachable_chat(state, params)?;
    let body = body::parse_text(params)?;
    let message = StoredMessage { raw_text: body.raw_text, ..StoredMessage::new(Author::Bot, state.now(), body.text) };
    let id = post_message(state, chat, message, params)?;
    Ok(state.api_message(chat, id).unwrap_or_default())
}

/// `copyMessage`, <https://core.telegram.org/bots/api#copymessage>. A new caption replaces the old one.
pub(super) fn copy_message(state: &mut State, params: &Params) -> ApiResponse {
    let chat = reachable_chat(state, params)?;
    let from = params.integer("from_chat_id").ok_or_else(|| ApiError::bad("chat not found"))?;
    let id = params.integer("message_id").unwrap_or_default();
    let source = state.chat(from).and_then(|chat| chat.find(id)).cloned();
    let source = source.ok_or_else(|| ApiError::bad("message to copy not found"))?;
    if source.protected || source.service.is_some() {
        return Err(ApiError::bad("the message can't be copied"));
    }
    let mut message = StoredMessage {
        media: source.media,
        raw_text: source.raw_text,
        ..StoredMessage::new(Author::Bot, state.now(), source.body)
    };
    if message.media.is_some() && params.text("caption").is_some() {
        let caption = body::parse_body(params, &body::CAPTION)?;
        (message.body, message.raw_text) = (caption.text, caption.raw_text);
    }
    let id = post_message(state, chat, message, params)?;
    Ok(json!({"message_id": id}))
}

/// `sendChatAction`, <https://core.telegram.org/bots/api#sendchataction>. Visible for five seconds.
pub(super) fn send_chat_action(state: &mut State, params: &Params) -> ApiResponse {
    let chat = reachable_chat(state, params)?;
    topic(state, chat, params)?;
    let action = params.text("action").unwrap_or_default();
    if action.is_empty() {
        return Err(ApiError::bad("wrong parameter action in request"));
    }
    let now = state.now();
    state.chat_mut(chat).action = Some((action, now));
    Ok(true.into())
}

/// Posts a message of the bot with the parameters all send methods share.
pub(super) fn post_message(
    state: &mut State,
    chat: i64,
    mut message: StoredMessage,
    params: &Params,
) -> Result<i64, ApiError> {
    let markup = keyboard::parse_markup(params.nested("reply_markup", "reply keyboard markup")?)?;
    keyboard::check_pay_buttons(&markup, message.kind())?;
    message.reply_to = reply_target(state, chat, params)?;
    message.topic = topic(state, chat, params)?;
    message.protected = params.flag("protect_content");
    message.silent = params.flag("disable_notification");
    let send_rate = if params.flag("allow_paid_broadcast") { SendRate::Paid } else { SendRate::Free };
    state.check_rate(send_rate)?;
    let chat_state = state.chat_mut(chat);
    chat_state.action = None;
    match markup {
        ReplyMarkup::Inline(rows) => message.keyboard = Some(rows),
        ReplyMarkup::ReplyKeyboard(keyboard) => chat_state.keyboard = Some(keyboard),
        ReplyMarkup::RemoveKeyboard => chat_state.keyboard = None,
        ReplyMarkup::None => {}
    }
    Ok(state.post(chat, message))
}

/// Chat of a call, if the bot may write there.
pub(super) fn reachable_chat(state: &State, params: &Params) -> Result<i64, ApiError> {
    let chat = chat_id(params)?;
    state.check_reachable(chat)?;
    Ok(chat)
}

/// Chat of a call. Usernames of public chats are not supported.
pub(super) fn chat_id(params: &Params) -> Result<i64, ApiError> {
    if params.text("chat_id").is_none_or(|id| id.trim().is_empty()) {
        return Err(ApiError::bad("chat_id is empty"));
    }
    params.integer("chat_id").ok_or_else(|| ApiError::bad("chat not found"))
}

/// Topic of a call. It must exist; General (1) is no topic to send to.
fn topic(state: &State, chat: i64, params: &Params) -> Result<Option<i64>, ApiError> {
    let Some(topic) = params.integer("message_thread_id").filter(|topic| *topic != 0) else { return Ok(None) };
    let exists = state.chat(chat).is_some_and(|chat| chat.topics.contains(&topic));
    if exists { Ok(Some(topic)) } else { Err(ApiError::bad("message thread not found")) }
}

/// Message to reply to. It must exist unless `allow_sending_without_reply` is set.
fn reply_target(state: &State, chat: i64, params: &Params) -> Result<Option<i64>, ApiError> {
    let reply = params.nested("reply_parameters", "reply parameters")?;
    let wanted = reply.as_ref().and_then(|reply| reply.get("message_id")?.as_i64());
    let Some(id) = wanted.or_else(|| params.integer("reply_to_message_id")) else { return Ok(None) };
    if state.chat(chat).and_then(|chat| chat.find(id)).is_some() {
        return Ok(Some(id));
    }
    let nested = reply.and_then(|reply| reply.get("allow_sending_without_reply")?.as_bool()).unwrap_or(false);
    let optional = nested || params.flag("allow_sending_without_reply");
    if optional { Ok(None) } else { Err(ApiError::bad("message to be replied not found")) }
}
