//! Methods about the bot and its chats: `getMe`, `getChat`, `getChatMember`, and those accepted without effect.

use serde_json::{Value, json};

use super::{ApiError, ApiResponse, State, params::Params, send};

/// `getMe`, <https://core.telegram.org/bots/api#getme>
pub(super) fn get_me(state: &mut State, _params: &Params) -> ApiResponse {
    let mut me = state.api_bot();
    let capabilities = json!({
        "can_join_groups": true,
        "can_read_all_group_messages": false,
        "supports_inline_queries": false,
        "can_connect_to_business": false,
        "has_main_web_app": false,
    });
    merge_into(&mut me, capabilities);
    Ok(me)
}

/// `logOut` and `close`: always succeed; there is no server to leave.
pub(super) fn log_out(_world: &mut State, _params: &Params) -> ApiResponse {
    Ok(true.into())
}

/// Accepts a method whose effect the sandbox does not show.
pub(super) fn accept_without_effect(_world: &mut State, _params: &Params) -> ApiResponse {
    Ok(true.into())
}

/// `getChat`, <https://core.telegram.org/bots/api#getchat>. Fields the sandbox does not know have Telegram's defaults.
pub(super) fn get_chat(state: &mut State, params: &Params) -> ApiResponse {
    let id = known_chat(state, params)?;
    let mut chat = state.api_chat(id);
    let full = json!({
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false,
        },
    });
    merge_into(&mut chat, full);
    Ok(chat)
}

/// `getChatMember`: every known person is a plain member.
pub(super) fn get_chat_member(state: &mut State, params: &Params) -> ApiResponse {
    known_chat(state, params)?;
    let user = params.integer("user_id").and_then(|id| state.people.find(id));
    let user = user.ok_or_else(|| ApiError::bad("PARTICIPANT_ID_INVALID"))?;
    Ok(json!({"status": "member", "user": user.api_user()}))
}

fn known_chat(state: &State, params: &Params) -> Result<i64, ApiError> {
    let chat = send::chat_id(params)?;
    if state.is_started(chat) { Ok(chat) } else { Err(ApiError::bad("chat not found")) }
}

fn merge_into(value: &mut Value, more: Value) {
    if let (Value::Object(fields), Value::Object(more)) = (value, more) {
        fields.extend(more);
    }
}
