//! Methods about the bot and its chats: `getMe`, `getChat` and the like.

use serde_json::{Value, json};

use super::{Answer, Refusal, World, params::Params, send};

/// `getMe`, <https://core.telegram.org/bots/api#getme>
pub(super) fn get_me(world: &mut World, _params: &Params) -> Answer {
    let mut me = world.bot_user();
    let powers = json!({
        "can_join_groups": true,
        "can_read_all_group_messages": false,
        "supports_inline_queries": false,
        "can_connect_to_business": false,
        "has_main_web_app": false,
    });
    extend(&mut me, powers);
    Ok(me)
}

/// `logOut` and `close`: nothing to leave here.
pub(super) fn farewell(_world: &mut World, _params: &Params) -> Answer {
    Ok(true.into())
}

/// Methods whose effect nobody sees here: accepted as they are.
pub(super) fn accept(_world: &mut World, _params: &Params) -> Answer {
    Ok(true.into())
}

/// `getChat`, <https://core.telegram.org/bots/api#getchat>: the little the sandbox knows.
pub(super) fn get_chat(world: &mut World, params: &Params) -> Answer {
    let id = known_chat(world, params)?;
    let mut chat = world.chat_value(id);
    let full = json!({
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false,
        },
    });
    extend(&mut chat, full);
    Ok(chat)
}

/// `getChatMember`: whoever is asked for is a plain member.
pub(super) fn get_chat_member(world: &mut World, params: &Params) -> Answer {
    known_chat(world, params)?;
    let user = params.integer("user_id").and_then(|id| world.people.find(id));
    let user = user.ok_or_else(|| Refusal::bad("PARTICIPANT_ID_INVALID"))?;
    Ok(json!({"status": "member", "user": user.user()}))
}

fn known_chat(world: &World, params: &Params) -> Result<i64, Refusal> {
    let chat = send::chat_id(params)?;
    if world.is_started(chat) { Ok(chat) } else { Err(Refusal::bad("chat not found")) }
}

fn extend(value: &mut Value, more: Value) {
    if let (Value::Object(fields), Value::Object(more)) = (value, more) {
        fields.extend(more);
    }
}
