//! `getUpdates`: offsets, waiting, conflicts, allowed kinds.

use serde_json::{Value, json};

use crate::stage::{Stage, anna, ivan, stage};

fn ids(updates: &[Value]) -> Vec<i64> {
    updates.iter().map(|update| update["update_id"].as_i64().unwrap()).collect()
}

/// Waits until a `getUpdates` call is under way.
async fn polled(stage: &Stage) {
    stage.sandbox.wait_for(|sandbox| sandbox.is_polled().then_some(())).await.unwrap();
}

#[tokio::test]
async fn an_offset_confirms_smaller_ids_only() {
    let stage = stage().await;
    for text in ["one", "two", "three"] {
        stage.sandbox.say(&ivan(), text);
    }
    let all = stage.updates(json!({})).await;
    assert_eq!(all.iter().map(|update| &update["message"]["text"]).collect::<Vec<_>>(), ["one", "two", "three"]);
    assert_eq!(stage.updates(json!({})).await, all, "nothing was confirmed");
    let second = ids(&all)[1];
    assert_eq!(stage.updates(json!({"offset": second, "limit": 1})).await, all[1..2]);
    assert_eq!(stage.updates(json!({"offset": second + 1})).await, all[2..]);
    assert_eq!(stage.updates(json!({"offset": 0})).await, all[2..], "what was confirmed is gone");
    stage.updates(json!({"offset": second + 2})).await;
    stage.sandbox.wait_until_idle().await.unwrap();
}

#[tokio::test]
async fn a_negative_offset_forgets_all_but_the_last() {
    let stage = stage().await;
    for text in ["one", "two", "three"] {
        stage.sandbox.say(&ivan(), text);
    }
    let last = stage.updates(json!({"offset": -1})).await;
    assert_eq!(last[0]["message"]["text"], "three");
    assert_eq!(stage.updates(json!({})).await, last);
}

#[tokio::test]
async fn a_waiting_poll_wakes_for_an_update() {
    let stage = stage().await;
    let (updates, ()) = tokio::join!(stage.updates(json!({"timeout": 50})), async {
        polled(&stage).await;
        stage.sandbox.say(&ivan(), "wake up");
    });
    assert_eq!(updates[0]["message"]["text"], "wake up");
}

#[tokio::test]
async fn a_poll_without_timeout_answers_at_once() {
    assert!(stage().await.updates(json!({})).await.is_empty());
}

#[tokio::test]
async fn a_second_poller_ends_the_first() {
    let stage = stage().await;
    let first = stage.refused("getUpdates", json!({"timeout": 50}));
    let second = async {
        polled(&stage).await;
        let waited = stage.updates(json!({"timeout": 50}));
        let speak = async {
            stage.sandbox.wait_for(|sandbox| (sandbox.call_count("getUpdates") == 1).then_some(())).await.unwrap();
            stage.sandbox.say(&ivan(), "for the second");
        };
        tokio::join!(waited, speak).0
    };
    let (first, second) = tokio::join!(first, second);
    let conflict =
        "409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    assert_eq!(first, conflict);
    assert_eq!(second[0]["message"]["text"], "for the second");
}

#[tokio::test]
async fn a_webhook_excludes_polling() {
    let stage = stage().await;
    let hook = async {
        polled(&stage).await;
        stage.done("setWebhook", json!({"url": "http://127.0.0.1:9/hook"})).await;
    };
    let (ended, ()) = tokio::join!(stage.refused("getUpdates", json!({"timeout": 50})), hook);
    assert_eq!(ended, "409 Conflict: terminated by setWebhook request");
    let refused = "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    assert_eq!(stage.refused("getUpdates", json!({})).await, refused);
    stage.done("deleteWebhook", json!({})).await;
    stage.updates(json!({})).await;
}

#[tokio::test]
async fn allowed_updates_are_remembered_and_applied_when_an_update_is_made() {
    let stage = stage().await;
    stage.updates(json!({"allowed_updates": ["message"]})).await;
    let id = stage.sandbox.say(&ivan(), "kept");
    assert!(stage.sandbox.edit(&ivan(), id, "not wanted"));
    stage.updates(json!({})).await;
    stage.sandbox.block(&ivan());
    let updates = stage.updates(json!({"allowed_updates": []})).await;
    assert_eq!(updates.len(), 1, "{updates:?}");
    assert_eq!(stage.done("getWebhookInfo", json!({})).await.get("allowed_updates"), None);
    stage.sandbox.unblock(&ivan());
    let updates = stage.updates(json!({})).await;
    assert_eq!(updates[1]["my_chat_member"]["new_chat_member"]["status"], "member");
}

#[tokio::test]
async fn an_update_may_come_twice() {
    let stage = stage().await;
    stage.sandbox.say(&ivan(), "once");
    let update = stage.updates(json!({})).await.remove(0);
    let id = update["update_id"].as_i64().unwrap();
    stage.updates(json!({"offset": id + 1})).await;
    assert_eq!(stage.sandbox.push_update(update.clone()), id);
    assert_eq!(stage.updates(json!({"offset": id + 1})).await, [update]);
    stage.updates(json!({"offset": id + 1})).await;
    stage.sandbox.wait_until_idle().await.unwrap();
    assert_eq!(stage.sandbox.push_update(json!({"poll": {}})), id + 1);
}

#[tokio::test]
async fn people_in_groups_and_edits_make_their_updates() {
    let stage = stage().await;
    let id = stage.sandbox.say_in_group(-100_500, &anna(), "/keys@neuralbox_bot now");
    let own = stage.sandbox.say(&ivan(), "helo");
    assert!(stage.sandbox.edit(&ivan(), own, "hello"));
    let updates = stage.updates(json!({})).await;
    let group = &updates[0]["message"];
    assert_eq!((&group["chat"]["type"], &group["message_id"]), (&json!("supergroup"), &json!(id)));
    assert_eq!(group["entities"], json!([{"type": "bot_command", "offset": 0, "length": 19}]));
    assert_eq!(updates[2]["edited_message"]["text"], "hello");
    assert_eq!(updates[2]["edited_message"]["edit_date"], updates[1]["message"]["date"]);
}
