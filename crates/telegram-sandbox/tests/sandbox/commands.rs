//! Command menus by scope and language.

use serde_json::{Value, json};

use crate::support::{Fixture, fixture};

fn menu(name: &str) -> Value {
    json!([{"command": name, "description": "does it"}])
}

async fn shown(fixture: &Fixture, chat: i64) -> Value {
    let url = format!("{}/_sandbox/chats/{chat}", fixture.address);
    fixture.http.get(url).send().await.unwrap().json::<Value>().await.unwrap()["commands"].clone()
}

#[tokio::test]
async fn the_most_specific_scope_and_language_win() {
    let fixture = fixture().await;
    let set = async |params: Value| fixture.done("setMyCommands", params).await;
    assert_eq!(shown(&fixture, 1001).await, json!([]));
    set(json!({"commands": menu("anyone")})).await;
    assert_eq!(shown(&fixture, 1001).await, menu("anyone"));
    set(json!({"commands": menu("private"), "scope": {"type": "all_private_chats"}})).await;
    set(json!({"commands": menu("russian"), "scope": {"type": "all_private_chats"}, "language_code": "ru"})).await;
    assert_eq!(shown(&fixture, 1001).await, menu("russian"), "Ivan's client speaks Russian");
    assert_eq!(shown(&fixture, 5).await, menu("private"));
    set(json!({"commands": menu("admin"), "scope": {"type": "chat", "chat_id": 1001}})).await;
    assert_eq!(shown(&fixture, 1001).await, menu("admin"));
    fixture.done("deleteMyCommands", json!({"scope": {"type": "chat", "chat_id": 1001}})).await;
    assert_eq!(shown(&fixture, 1001).await, menu("russian"));
    assert_eq!(fixture.done("getMyCommands", json!({})).await, menu("anyone"));
}

#[tokio::test]
async fn commands_are_validated() {
    let fixture = fixture().await;
    let refused = async |params: Value| fixture.refused("setMyCommands", params).await;
    for name in ["Start", "with-dash", "", &"x".repeat(33)] {
        assert_eq!(refused(json!({"commands": menu(name)})).await, "400 Bad Request: BOT_COMMAND_INVALID");
    }
    let silent = json!({"commands": [{"command": "start", "description": ""}]});
    assert_eq!(refused(silent).await, "400 Bad Request: BOT_COMMAND_DESCRIPTION_INVALID");
    let many: Vec<_> = (0..101).map(|i| json!({"command": format!("c{i}"), "description": "x"})).collect();
    assert_eq!(refused(json!({"commands": many})).await, "400 Bad Request: BOT_COMMANDS_TOO_MUCH");
    let language = json!({"commands": menu("start"), "language_code": "zh-TW"});
    assert_eq!(refused(language).await, "400 Bad Request: invalid language code specified");
    let stranger = json!({"commands": menu("start"), "scope": {"type": "chat", "chat_id": 5}});
    assert_eq!(refused(stranger).await, "400 Bad Request: chat not found");
}
