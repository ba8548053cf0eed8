//! `deleteMessage` and `deleteMessages`. The bot deletes its own messages and, in private chats, those of the person.
//! <https://core.telegram.org/bots/api#deletemessage>

use super::{ApiError, ApiResponse, State, params::Params, send};
use crate::state::message::Author;

/// Age in seconds up to which a message can be deleted: 48 hours.
const DELETE_WINDOW_SECS: i64 = 48 * 60 * 60;

/// `deleteMessage`
pub(super) fn delete_message(state: &mut State, params: &Params) -> ApiResponse {
    let chat = known_chat(state, params)?;
    let id = params.integer("message_id").unwrap_or_default();
    check_deletable(state, chat, id)?;
    state.chat_mut(chat).remove(id);
    Ok(true.into())
}

/// `deleteMessages`: up to 100 ids; messages that cannot be deleted are skipped.
pub(super) fn delete_messages(state: &mut State, params: &Params) -> ApiResponse {
    let chat = known_chat(state, params)?;
    let list = params.nested("message_ids", "message_ids")?;
    let list = list.ok_or_else(|| ApiError::bad("Message identifiers are not specified"))?;
    let ids: Vec<i64> =
        serde_json::from_value(list).map_err(|_| ApiError::bad("Expected an Array of message identifiers"))?;
    if ids.len() > 100 {
        return Err(ApiError::bad("Too many message identifiers specified"));
    }
    if ids.iter().any(|id| *id <= 0) {
        return Err(ApiError::bad("Invalid message identifier specified"));
    }
    for id in ids {
        if check_deletable(state, chat, id).is_ok() {
            state.chat_mut(chat).remove(id);
        }
    }
    Ok(true.into())
}

fn known_chat(state: &State, params: &Params) -> Result<i64, ApiError> {
    let chat = send::chat_id(params)?;
    if state.is_started(chat) { Ok(chat) } else { Err(ApiError::bad("chat not found")) }
}

/// Checks that the bot may delete this message now.
fn check_deletable(state: &State, chat: i64, id: i64) -> Result<(), ApiError> {
    let found = state.chat(chat).and_then(|chat| chat.find(id));
    let message = found.ok_or_else(|| ApiError::bad("message to delete not found"))?;
    let may_delete = state.chat(chat).is_some_and(|chat| chat.bot_may_delete);
    if chat < 0 && message.author != Author::Bot && !may_delete {
        return Err(ApiError::bad("message can't be deleted"));
    }
    if state.now() - message.date > DELETE_WINDOW_SECS {
        return Err(ApiError::bad("message can't be deleted for everyone"));
    }
    Ok(())
}
