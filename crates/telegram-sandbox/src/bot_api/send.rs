//! Methods that send: `sendMessage`, `copyMessage`, `sendChatAction`.

use serde_json::json;

use super::{Answer, Refusal, World, body, params::Params};
use crate::{
    keyboard::{self, Markup},
    message::{Author, Posted},
};

/// `sendMessage`, <https://core.telegram.org/bots/api#sendmessage>
pub(super) fn message(world: &mut World, params: &Params) -> Answer {
    let chat = reachable_chat(world, params)?;
    let body = body::read_text(params)?;
    let draft = Posted { sent: body.sent, ..Posted::new(Author::Bot, world.now(), body.shown) };
    let id = post(world, chat, draft, params)?;
    Ok(world.message_value(chat, id).unwrap_or_default())
}

/// `copyMessage`, <https://core.telegram.org/bots/api#copymessage>: a new caption replaces one, the text stays.
pub(super) fn copy(world: &mut World, params: &Params) -> Answer {
    let chat = reachable_chat(world, params)?;
    let from = params.integer("from_chat_id").ok_or_else(|| Refusal::bad("chat not found"))?;
    let id = params.integer("message_id").unwrap_or_default();
    let source = world.chat(from).and_then(|chat| chat.find(id)).cloned();
    let source = source.ok_or_else(|| Refusal::bad("message to copy not found"))?;
    if source.protected {
        return Err(Refusal::bad("the message can't be copied"));
    }
    let mut draft =
        Posted { media: source.media, sent: source.sent, ..Posted::new(Author::Bot, world.now(), source.body) };
    if draft.media.is_some() && params.text("caption").is_some() {
        let caption = body::read(params, &body::CAPTION)?;
        (draft.body, draft.sent) = (caption.shown, caption.sent);
    }
    let id = post(world, chat, draft, params)?;
    Ok(json!({"message_id": id}))
}

/// `sendChatAction`, <https://core.telegram.org/bots/api#sendchataction>: shown for five seconds.
pub(super) fn action(world: &mut World, params: &Params) -> Answer {
    let chat = reachable_chat(world, params)?;
    let action = params.text("action").unwrap_or_default();
    if action.is_empty() {
        return Err(Refusal::bad("wrong parameter action in request"));
    }
    let now = world.now();
    world.chat_mut(chat).action = Some((action, now));
    Ok(true.into())
}

/// Posts a message of the bot with everything the send methods have in common.
pub(super) fn post(world: &mut World, chat: i64, mut draft: Posted, params: &Params) -> Result<i64, Refusal> {
    let markup = keyboard::checked(params.nested("reply_markup", "reply keyboard markup")?)?;
    draft.reply_to = replied(world, chat, params)?;
    draft.protected = params.flag("protect_content");
    draft.silent = params.flag("disable_notification");
    world.check_flood(params.flag("allow_paid_broadcast"))?;
    let there = world.chat_mut(chat);
    there.action = None;
    match markup {
        Markup::Inline(rows) => draft.keyboard = Some(rows),
        Markup::Below(keyboard) => there.keyboard = Some(keyboard),
        Markup::Removed => there.keyboard = None,
        Markup::None => {}
    }
    Ok(world.post(chat, draft))
}

/// The chat of a call, if the bot may write there.
pub(super) fn reachable_chat(world: &World, params: &Params) -> Result<i64, Refusal> {
    let chat = chat_id(params)?;
    world.check_reachable(chat)?;
    Ok(chat)
}

/// The chat of a call; names of public chats lead nowhere in the sandbox.
pub(super) fn chat_id(params: &Params) -> Result<i64, Refusal> {
    if params.text("chat_id").is_none_or(|id| id.trim().is_empty()) {
        return Err(Refusal::bad("chat_id is empty"));
    }
    params.integer("chat_id").ok_or_else(|| Refusal::bad("chat not found"))
}

/// The message replied to: it must be there unless `allow_sending_without_reply`.
fn replied(world: &World, chat: i64, params: &Params) -> Result<Option<i64>, Refusal> {
    let reply = params.nested("reply_parameters", "reply parameters")?;
    let wanted = reply.as_ref().and_then(|reply| reply.get("message_id")?.as_i64());
    let Some(id) = wanted.or_else(|| params.integer("reply_to_message_id")) else { return Ok(None) };
    if world.chat(chat).and_then(|chat| chat.find(id)).is_some() {
        return Ok(Some(id));
    }
    let nested = reply.and_then(|reply| reply.get("allow_sending_without_reply")?.as_bool()).unwrap_or(false);
    let optional = nested || params.flag("allow_sending_without_reply");
    if optional { Ok(None) } else { Err(Refusal::bad("message to be replied not found")) }
}
