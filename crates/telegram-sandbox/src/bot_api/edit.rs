//! `editMessageText`, `editMessageCaption`, `editMessageMedia` and `editMessageReplyMarkup`.
//! <https://core.telegram.org/bots/api#updating-messages>

use serde_json::Value;

use super::{
    ApiError, ApiResponse, State,
    body::{self, TextBody},
    files,
    params::Params,
    send,
};
use crate::{
    state::{
        media::{Media, MediaKind},
        message::{Author, StoredMessage},
    },
    text::keyboard::{self, ReplyMarkup},
};

const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup are exactly the \
    same as a current content and reply markup of the message";

/// `editMessageText`; without `reply_markup` the keyboard is removed.
pub(super) fn edit_text(state: &mut State, params: &Params) -> ApiResponse {
    let target = edit_target(state, params)?;
    if target.content != TargetContent::Text {
        return Err(ApiError::bad("there is no text in the message to edit"));
    }
    let body = body::parse_text(params)?;
    apply_edit(state, params, &target, NewContent { body: Some(body), media: None })
}

/// `editMessageCaption`
pub(super) fn edit_caption(state: &mut State, params: &Params) -> ApiResponse {
    let target = edit_target(state, params)?;
    if target.content != TargetContent::File {
        return Err(ApiError::bad("there is no caption in the message to edit"));
    }
    let body = body::parse_body(params, &body::CAPTION)?;
    apply_edit(state, params, &target, NewContent { body: Some(body), media: None })
}

/// `editMessageMedia`: a new photo or document, with its caption, also in place of a text.
/// <https://core.telegram.org/bots/api#editmessagemedia>
pub(super) fn edit_media(state: &mut State, params: &Params) -> ApiResponse {
    params.required("media")?;
    let unparsed = |reason: &str| ApiError::bad(format!("can't parse InputMedia: {reason}"));
    let Some(Value::Object(fields)) = params.nested("media", "input media")? else {
        return Err(unparsed("expected an Object"));
    };
    let kind = match fields.get("type").and_then(Value::as_str) {
        Some("photo") => MediaKind::Photo,
        Some("document") => MediaKind::Document,
        Some(_) => return Err(unparsed("the sandbox supports photos and documents only")),
        None => return Err(unparsed("Can't find field \"type\"")),
    };
    let source = fields.get("media").and_then(Value::as_str).unwrap_or_default().to_owned();
    let target = edit_target(state, params)?;
    if target.content == TargetContent::Service {
        return Err(ApiError::bad("message can't be edited"));
    }
    let media = match source.strip_prefix("attach://").map(|part| params.upload(part)) {
        Some(Some(upload)) => files::store_upload(state, kind, upload)?,
        Some(None) => return Err(unparsed("media not found")),
        None if source.is_empty() => return Err(unparsed("media not found")),
        None => files::known_file(kind, source)?,
    };
    let body = body::parse_body(&Params::new(fields), &body::CAPTION)?;
    apply_edit(state, params, &target, NewContent { body: Some(body), media: Some(media) })
}

/// `editMessageReplyMarkup`; without `reply_markup` the keyboard is removed.
pub(super) fn edit_reply_markup(state: &mut State, params: &Params) -> ApiResponse {
    let target = edit_target(state, params)?;
    apply_edit(state, params, &target, NewContent { body: None, media: None })
}

struct EditTarget {
    chat: i64,
    id: i64,
    content: TargetContent,
}

/// Content of the message to edit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TargetContent {
    Text,
    /// A photo or document.
    File,
    /// An invoice.
    Service,
}

/// New content; `None` leaves the old one.
struct NewContent {
    body: Option<TextBody>,
    media: Option<Media>,
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
        Author::Bot => Ok(EditTarget { chat, id, content: content_of(message) }),
        Author::Person(_) => Err(ApiError::bad("message can't be edited")),
    }
}

fn content_of(message: &StoredMessage) -> TargetContent {
    if message.service.is_some() {
        return TargetContent::Service;
    }
    if message.media.is_some() { TargetContent::File } else { TargetContent::Text }
}

fn apply_edit(state: &mut State, params: &Params, target: &EditTarget, new: NewContent) -> ApiResponse {
    let markup = keyboard::parse_markup(params.nested("reply_markup", "reply keyboard markup")?)?;
    let now = state.now();
    let found = state.chat_mut(target.chat).find_mut(target.id);
    let message = found.ok_or_else(|| ApiError::bad("message to edit not found"))?;
    keyboard::check_pay_buttons(&markup, message.kind())?;
    let keyboard = inline_keyboard(markup)?;
    let body = new.body.unwrap_or_else(|| TextBody { text: message.body.clone(), raw_text: message.raw_text.clone() });
    let file_id = |media: &Media| media.file_id.clone();
    let same_file = new.media.as_ref().is_none_or(|media| message.media.as_ref().map(file_id) == Some(file_id(media)));
    if same_file && message.is_same_as(&body.text, keyboard.as_ref()) {
        return Err(ApiError::bad(NOT_MODIFIED));
    }
    (message.body, message.raw_text, message.keyboard) = (body.text, body.raw_text, keyboard);
    message.media = new.media.or(message.media.take());
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
