//! `getUpdates`: offsets, waiting, conflicts, allowed kinds.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Fixture, anna, fixture, ivan};

fn ids(updates: &[Value]) -> Vec<i64> {
    updates.iter().map(|update| update["update_id"].as_i64().unwrap()).collect()
}

/// Waits until a `getUpdates` call is waiting.
async fn polled(fixture: &Fixture) {
    fixture.sandbox.wait_for(|sandbox| sandbox.is_polled().then_some(())).await.unwrap();
}

#[tokio::test]
async fn an_offset_confirms_smaller_ids_only() {
    let fixture = fixture().await;
    for text in ["one", "two", "three"] {
        fixture.sandbox.say(&ivan(), text);
    }
    let all = fixture.updates(json!({})).await;
    assert_eq!(all.iter().map(|update| &update["message"]["text"]).collect::<Vec<_>>(), ["one", "two", "three"]);
    assert_eq!(fixture.updates(json!({})).await, all, "nothing was confirmed");
    let second = ids(&all)[1];
    assert_eq!(fixture.updates(json!({"offset": second, "limit": 1})).await, all[1..2]);
    assert_eq!(fixture.updates(json!({"offset": second + 1})).await, all[2..]);
    assert_eq!(fixture.updates(json!({"offset": 0})).await, all[2..], "confirmed updates are gone");
    fixture.updates(json!({"offset": second + 2})).await;
    fixture.sandbox.wait_until_idle().await.unwrap();
}

#[tokio::test]
async fn a_repeated_offset_gets_one_update() {
    let fixture = fixture().await;
    for text in ["one", "two", "three"] {
        fixture.sandbox.say(&ivan(), text);
    }
    fixture.poll_every(Duration::from_millis(499));
    assert_eq!(fixture.updates(json!({})).await.len(), 3, "the first call repeats nothing");
    let one = fixture.updates(json!({})).await;
    assert_eq!(one.len(), 1);
    assert_eq!(fixture.updates(json!({"offset": ids(&one)[0] + 1})).await.len(), 2, "another offset is no repetition");
    fixture.poll_every(Duration::from_millis(500));
    fixture.updates(json!({})).await;
    assert_eq!(fixture.updates(json!({})).await.len(), 2);
}

#[tokio::test]
async fn a_repeated_offset_waits_for_at_least_three_seconds() {
    let fixture = fixture().await;
    fixture.poll_every(Duration::from_millis(2_999));
    assert!(fixture.updates(json!({"timeout": 0})).await.is_empty());
    let (updates, ()) = tokio::join!(fixture.updates(json!({"timeout": 0})), async {
        // Without the rule, the call would end at once and without an update.
        polled(&fixture).await;
        fixture.sandbox.say(&ivan(), "in time");
    });
    assert_eq!(updates.len(), 1);
    fixture.updates(json!({"offset": ids(&updates)[0] + 1})).await;
    fixture.poll_every(Duration::from_secs(3));
    fixture.updates(json!({"offset": 5})).await;
    assert!(fixture.updates(json!({"offset": 5})).await.is_empty());
}

#[tokio::test]
async fn a_negative_offset_discards_all_but_the_last() {
    let fixture = fixture().await;
    for text in ["one", "two", "three"] {
        fixture.sandbox.say(&ivan(), text);
    }
    let last = fixture.updates(json!({"offset": -1})).await;
    assert_eq!(last[0]["message"]["text"], "three");
    assert_eq!(fixture.updates(json!({})).await, last);
}

#[tokio::test]
async fn a_waiting_poll_wakes_for_an_update() {
    let fixture = fixture().await;
    let (updates, ()) = tokio::join!(fixture.updates(json!({"timeout": 50})), async {
        polled(&fixture).await;
        fixture.sandbox.say(&ivan(), "wake up");
    });
    assert_eq!(updates[0]["message"]["text"], "wake up");
}

#[tokio::test]
async fn a_poll_without_timeout_responds_immediately() {
    assert!(fixture().await.updates(json!({})).await.is_empty());
}

#[tokio::test]
async fn a_second_poller_ends_the_first() {
    let fixture = fixture().await;
    let first = fixture.refused("getUpdates", json!({"timeout": 50}));
    let second = async {
        polled(&fixture).await;
        let waited = fixture.updates(json!({"timeout": 50}));
        let speak = async {
            fixture.sandbox.wait_for(|sandbox| (sandbox.call_count("getUpdates") == 1).then_some(())).await.unwrap();
            fixture.sandbox.say(&ivan(), "for the second");
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
    let fixture = fixture().await;
    let hook = async {
        polled(&fixture).await;
        fixture.done("setWebhook", json!({"url": "http://127.0.0.1:9/hook"})).await;
    };
    let (ended, ()) = tokio::join!(fixture.refused("getUpdates", json!({"timeout": 50})), hook);
    assert_eq!(ended, "409 Conflict: terminated by setWebhook request");
    let refused = "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    assert_eq!(fixture.refused("getUpdates", json!({})).await, refused);
    fixture.done("deleteWebhook", json!({})).await;
    fixture.updates(json!({})).await;
}

#[tokio::test]
async fn allowed_updates_are_stored_and_applied_when_an_update_is_created() {
    let fixture = fixture().await;
    fixture.updates(json!({"allowed_updates": ["message"]})).await;
    let id = fixture.sandbox.say(&ivan(), "kept");
    assert!(fixture.sandbox.edit(&ivan(), id, "not wanted"));
    fixture.updates(json!({})).await;
    fixture.sandbox.block(&ivan());
    let updates = fixture.updates(json!({"allowed_updates": []})).await;
    assert_eq!(updates.len(), 1, "{updates:?}");
    assert_eq!(fixture.done("getWebhookInfo", json!({})).await.get("allowed_updates"), None);
    fixture.sandbox.unblock(&ivan());
    let updates = fixture.updates(json!({})).await;
    assert_eq!(updates[1]["my_chat_member"]["new_chat_member"]["status"], "member");
}

#[tokio::test]
async fn an_update_can_be_pushed_twice() {
    let fixture = fixture().await;
    fixture.sandbox.say(&ivan(), "once");
    let update = fixture.updates(json!({})).await.remove(0);
    let id = update["update_id"].as_i64().unwrap();
    fixture.updates(json!({"offset": id + 1})).await;
    assert_eq!(fixture.sandbox.push_update(update.clone()), id);
    assert_eq!(fixture.updates(json!({"offset": id + 1})).await, [update]);
    fixture.updates(json!({"offset": id + 1})).await;
    fixture.sandbox.wait_until_idle().await.unwrap();
    assert_eq!(fixture.sandbox.push_update(json!({"poll": {}})), id + 1);
}

#[tokio::test]
async fn group_messages_and_edits_create_updates() {
    let fixture = fixture().await;
    let id = fixture.sandbox.say_in_group(-100_500, &anna(), "/keys@neuralbox_bot now");
    let own = fixture.sandbox.say(&ivan(), "helo");
    assert!(fixture.sandbox.edit(&ivan(), own, "hello"));
    let updates = fixture.updates(json!({})).await;
    let group = &updates[0]["message"];
    assert_eq!((&group["chat"]["type"], &group["message_id"]), (&json!("supergroup"), &json!(id)));
    assert_eq!(group["entities"], json!([{"type": "bot_command", "offset": 0, "length": 19}]));
    assert_eq!(updates[2]["edited_message"]["text"], "hello");
    assert_eq!(updates[2]["edited_message"]["edit_date"], updates[1]["message"]["date"]);
}
