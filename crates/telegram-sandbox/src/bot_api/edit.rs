//! `editMessageText`, `editMessageCaption` and `editMessageReplyMarkup`.
//! <https://core.telegram.org/bots/api#updating-messages>

use serde_json::Value;

use super::{
    ApiError, ApiResponse, State,
    body::{self, TextBody},
    params::Params,
    send,
};
use crate::{
    state::message::Author,
    text::keyboard::{self, ReplyMarkup},
};

const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup are exactly the \
    same as a current content and reply markup of the message";

/// `editMessageText`; without `reply_markup` the keyboard is removed.
pub(super) fn edit_text(state: &mut State, params: &Params) -> ApiResponse {
    let target = edit_target(state, params)?;
    if target.has_media {
        return Err(ApiError::bad("there is no text in the message to edit"));
    }
    let body = body::parse_text(params)?;
    apply_edit(state, params, &target, Some(body))
}

/// `editMessageCaption`
pub(super) fn edit_caption(state: &mut State, params: &Params) -> ApiResponse {
    let target = edit_target(state, params)?;
    if !target.has_media {
        return Err(ApiError::bad("there is no caption in the message to edit"));
    }
    let body = body::parse_body(params, &body::CAPTION)?;
    apply_edit(state, params, &target, Some(body))
}

/// `editMessageReplyMarkup`; without `reply_markup` the keyboard is removed.
pub(super) fn edit_reply_markup(state: &mut State, params: &Params) -> ApiResponse {
    let target = edit_target(state, params)?;
    apply_edit(state, params, &target, None)
}

struct EditTarget {
    chat: i64,
    id: i64,
    has_media: bool,
}

/// Finds the bot's own message that the call names.
fn edit_target(state: &State, params: &Params) -> Result<EditTarget, ApiError> {
    if params.text("inline_message_id").is_some() {
        return Err(ApiError::bad("MESSAGE_ID_INVALID"));
    }
    let chat = send::chat_id(params)?;
    if !state.is_started(chat) {
        return Err(ApiError::bad("chat not found"));
    }
    let id = params.integer("message_id").unwrap_or_default();
    let found = state.chat(chat).and_then(|chat| chat.find(id));
    let message = found.ok_or_else(|| ApiError::bad("message to edit not found"))?;
    match message.author {
        Author::Bot => Ok(EditTarget { chat, id, has_media: message.media.is_some() }),
        Author::Person(_) => Err(ApiError::bad("message can't be edited")),
    }
}

fn apply_edit(state: &mut State, params: &Params, target: &EditTarget, body: Option<TextBody>) -> ApiResponse {
    let markup = keyboard::parse_markup(params.nested("reply_markup", "reply keyboard markup")?)?;
    let now = state.now();
    let found = state.chat_mut(target.chat).find_mut(target.id);
    let message = found.ok_or_else(|| ApiError::bad("message to edit not found"))?;
    keyboard::check_pay_buttons(&markup, message.kind())?;
    let keyboard = inline_keyboard(markup)?;
    let body = body.unwrap_or_else(|| TextBody { text: message.body.clone(), raw_text: message.raw_text.clone() });
    if message.is_same_as(&body.text, keyboard.as_ref()) {
        return Err(ApiError::bad(NOT_MODIFIED));
    }
    (message.body, message.raw_text, message.keyboard) = (body.text, body.raw_text, keyboard);
    message.edited = Some(now);
    Ok(state.api_message(target.chat, target.id).unwrap_or_default())
}

/// The new inline keyboard; other kinds of markup are refused.
fn inline_keyboard(markup: ReplyMarkup) -> Result<Option<Value>, ApiError> {
    match markup {
        ReplyMarkup::Inline(rows) => Ok(Some(rows)),
        ReplyMarkup::None => Ok(None),
        ReplyMarkup::ReplyKeyboard(_) | ReplyMarkup::RemoveKeyboard => Err(ApiError::bad("inline keyboard expected")),
    }
}
