//! Methods that delete: own messages, and in private chats the person's too, for 48 hours.
//! <https://core.telegram.org/bots/api#deletemessage>

use super::{Answer, Refusal, World, params::Params, send};
use crate::message::Author;

/// How long a message can be deleted, in seconds.
const DELETABLE: i64 = 48 * 60 * 60;

/// `deleteMessage`
pub(super) fn one(world: &mut World, params: &Params) -> Answer {
    let chat = known_chat(world, params)?;
    let id = params.integer("message_id").unwrap_or_default();
    check(world, chat, id)?;
    world.chat_mut(chat).remove(id);
    Ok(true.into())
}

/// `deleteMessages`: 1 to 100 ids; those that can't be deleted are skipped.
pub(super) fn many(world: &mut World, params: &Params) -> Answer {
    let chat = known_chat(world, params)?;
    let list = params.nested("message_ids", "message_ids")?;
    let list = list.ok_or_else(|| Refusal::bad("Message identifiers are not specified"))?;
    let ids: Vec<i64> =
        serde_json::from_value(list).map_err(|_| Refusal::bad("Expected an Array of message identifiers"))?;
    if ids.len() > 100 {
        return Err(Refusal::bad("Too many message identifiers specified"));
    }
    if ids.iter().any(|id| *id <= 0) {
        return Err(Refusal::bad("Invalid message identifier specified"));
    }
    for id in ids {
        if check(world, chat, id).is_ok() {
            world.chat_mut(chat).remove(id);
        }
    }
    Ok(true.into())
}

fn known_chat(world: &World, params: &Params) -> Result<i64, Refusal> {
    let chat = send::chat_id(params)?;
    if world.is_started(chat) { Ok(chat) } else { Err(Refusal::bad("chat not found")) }
}

/// Whether the bot may delete this message now.
fn check(world: &World, chat: i64, id: i64) -> Result<(), Refusal> {
    let found = world.chat(chat).and_then(|chat| chat.find(id));
    let message = found.ok_or_else(|| Refusal::bad("message to delete not found"))?;
    if chat < 0 && message.author != Author::Bot {
        return Err(Refusal::bad("message can't be deleted"));
    }
    if world.now() - message.date > DELETABLE {
        return Err(Refusal::bad("message can't be deleted for everyone"));
    }
    Ok(())
}
