//! Methods that edit. <https://core.telegram.org/bots/api#updating-messages>

use serde_json::Value;

use super::{Answer, Refusal, World, body, params::Params, send};
use crate::{
    entities::Formatted,
    keyboard::{self, Markup},
    message::Author,
};

const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup are exactly the \
    same as a current content and reply markup of the message";

/// `editMessageText`; without `reply_markup` the keyboard goes.
pub(super) fn text(world: &mut World, params: &Params) -> Answer {
    let place = editable(world, params)?;
    if place.has_media {
        return Err(Refusal::bad("there is no text in the message to edit"));
    }
    let body = body::read_text(params)?;
    edit(world, params, &place, Some((body.shown, body.sent)))
}

/// `editMessageCaption`
pub(super) fn caption(world: &mut World, params: &Params) -> Answer {
    let place = editable(world, params)?;
    if !place.has_media {
        return Err(Refusal::bad("there is no caption in the message to edit"));
    }
    let body = body::read(params, &body::CAPTION)?;
    edit(world, params, &place, Some((body.shown, body.sent)))
}

/// `editMessageReplyMarkup`; without `reply_markup` the keyboard goes.
pub(super) fn keyboard(world: &mut World, params: &Params) -> Answer {
    let place = editable(world, params)?;
    edit(world, params, &place, None)
}

struct Place {
    chat: i64,
    id: i64,
    has_media: bool,
}

/// The bot's own message named by the call.
fn editable(world: &World, params: &Params) -> Result<Place, Refusal> {
    if params.text("inline_message_id").is_some() {
        return Err(Refusal::bad("MESSAGE_ID_INVALID"));
    }
    let chat = send::chat_id(params)?;
    if !world.is_started(chat) {
        return Err(Refusal::bad("chat not found"));
    }
    let id = params.integer("message_id").unwrap_or_default();
    let found = world.chat(chat).and_then(|chat| chat.find(id));
    let message = found.ok_or_else(|| Refusal::bad("message to edit not found"))?;
    match message.author {
        Author::Bot => Ok(Place { chat, id, has_media: message.media.is_some() }),
        Author::Person(_) => Err(Refusal::bad("message can't be edited")),
    }
}

fn edit(world: &mut World, params: &Params, place: &Place, body: Option<(Formatted, String)>) -> Answer {
    let keyboard = inline(params)?;
    let now = world.now();
    let found = world.chat_mut(place.chat).find_mut(place.id);
    let message = found.ok_or_else(|| Refusal::bad("message to edit not found"))?;
    let (shown, sent) = body.unwrap_or_else(|| (message.body.clone(), message.sent.clone()));
    if message.shows(&shown, keyboard.as_ref()) {
        return Err(Refusal::bad(NOT_MODIFIED));
    }
    (message.body, message.sent, message.keyboard) = (shown, sent, keyboard);
    message.edited = Some(now);
    Ok(world.message_value(place.chat, place.id).unwrap_or_default())
}

/// The new inline keyboard; an edit takes no other markup.
fn inline(params: &Params) -> Result<Option<Value>, Refusal> {
    match keyboard::checked(params.nested("reply_markup", "reply keyboard markup")?)? {
        Markup::Inline(rows) => Ok(Some(rows)),
        Markup::None => Ok(None),
        Markup::Below(_) | Markup::Removed => Err(Refusal::bad("inline keyboard expected")),
    }
}
