//! Buttons tapped twice, late, or by someone else. Each tap is answered.

use serde_json::json;
use telegram_sandbox::Person;

use crate::support::chat::{key_in, last};
use crate::support::{App, verify};
use crate::{on_both, sees};

on_both! {
    async fn an_old_button_is_explained_and_the_present_menu_shown(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        for data in ["v0:menu", "v1:dance", "v1:key:", "v1:key:x", "v1:key:99999999999999999999", "v1:revoke", "", "\u{202e}", "v2:revoke:1"] {
            tap_data(&app, &ivan, data).await;
            assert_eq!(app.word(), "That button is from an older menu. Here’s the current one.", "{data:?}");
            assert!(last(&app.sandbox.chat(ivan.id)).text.starts_with("Hello, Ivan!"), "{data:?}");
        }
        assert_each_tap_was_answered(&app, 9);
    }

    async fn a_button_without_its_message_still_works(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        let query = json!({"id": "501", "from": from(&ivan), "chat_instance": "1", "data": "v1:profile"});
        app.sandbox.push_update(json!({"callback_query": query}));
        app.settled().await;
        assert!(last(&app.sandbox.chat(ivan.id)).text.starts_with("Ivan\nAccount #1"));
        // Telegram sends a message that is too old as an `InaccessibleMessage`, with date 0.
        let old = json!({"chat": {"id": ivan.id, "type": "private", "first_name": "Ivan"}, "message_id": 1, "date": 0});
        let query = json!({"id": "502", "from": from(&ivan), "chat_instance": "1", "data": "v1:help", "message": old});
        app.sandbox.push_update(json!({"callback_query": query}));
        app.settled().await;
        assert!(last(&app.sandbox.chat(ivan.id)).text.contains("/newkey name"));
        assert_each_tap_was_answered(&app, 2);
    }

    async fn a_key_of_someone_else_is_no_key(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let olga = app.person_on("Olga", "vip").await;
        app.greet(&olga).await;
        for data in ["v1:key:1", "v1:revoke?:1", "v1:key:4711", "v1:key:-1"] {
            tap_data(&app, &olga, data).await;
            let chat = app.sandbox.chat(olga.id);
            assert_eq!(last(&chat).text, "You no longer have that key. Your keys: /keys", "{data}");
        }
        tap_data(&app, &olga, "v1:revoke:1").await;
        sees!(app.sandbox.chat(olga.id), @"
        <b>You don’t have any API keys yet.</b>
        [➕ New key]
        [‹ Menu]
        ");
        assert_eq!(verify(&app, &key).await.status, 200, "Ivan's key stays valid");
        assert_each_tap_was_answered(&app, 5);
    }

    async fn a_double_tap_on_revoke_revokes_once(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let other = key_in(&app.say(&ivan, "/newkey desktop").await);
        let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
        app.tap(&ivan, &row).await;
        let asked = last(&app.tap(&ivan, "🗑 Revoke").await).id;
        for _ in 0..3 {
            app.sandbox.tap(&ivan, asked, "Yes, revoke it").unwrap();
        }
        app.settled().await;
        let words: Vec<_> = app.calls("answerCallbackQuery").iter().map(|call| call.params["text"].clone()).collect();
        assert_eq!(words[2..], ["Revoked. It no longer works.", "Already revoked.", "Already revoked."]);
        assert_eq!((verify(&app, &key).await.status, verify(&app, &other).await.status), (401, 200));
        assert_each_tap_was_answered(&app, 5);
    }

    async fn a_double_tap_on_saved_is_harmless(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let shown = last(&app.say(&ivan, "/newkey laptop").await).id;
        for _ in 0..3 {
            app.sandbox.tap(&ivan, shown, "✅ Saved — delete now").unwrap();
        }
        app.settled().await;
        let chat = app.sandbox.chat(ivan.id);
        assert_eq!(chat.iter().filter(|message| message.from_bot).count(), 1, "one card of the key: {chat:#?}");
        assert_each_tap_was_answered(&app, 3);
    }

    async fn a_tap_that_is_refused_is_answered_too(app: App) {
        let olga = app.person("Olga");
        app.greet(&olga).await;
        app.tap(&olga, "➕ New key").await;
        tap_data(&app, &olga, "v1:language:xx").await;
        assert_eq!(last(&app.sandbox.chat(olga.id)).text, "I can’t do that. See /help.");
        assert_each_tap_was_answered(&app, 2);
    }

    async fn every_button_of_the_bot_leads_somewhere(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey laptop").await;
        let mut seen = std::collections::BTreeSet::new();
        let mut next = vec!["v1:menu".to_owned(), "v1:saved".to_owned(), "v1:cancel".to_owned()];
        app.say(&ivan, "/language").await;
        next.extend(["v1:language:ru".to_owned(), "v1:language:en".to_owned()]);
        while let Some(data) = next.pop() {
            if !seen.insert(data.clone()) {
                continue;
            }
            tap_data(&app, &ivan, &data).await;
            assert!(!app.word().contains("older menu"), "{data} is unknown");
            let chat = app.sandbox.chat(ivan.id);
            let buttons = chat.iter().flat_map(|message| message.buttons.iter().flatten());
            next.extend(buttons.filter_map(|button| button.data().map(ToOwned::to_owned)));
        }
        assert_each_tap_was_answered(&app, seen.len());
        assert!(seen.contains("v1:revoke:1"), "{seen:?}");
    }
}

/// Pushes a tap with any callback data, under the bot's last message.
async fn tap_data(app: &App, person: &Person, data: &str) {
    let chat = app.sandbox.chat(person.id);
    let under = chat.iter().rfind(|message| message.from_bot).map_or(1, |message| message.id);
    let number = app.sandbox.call_count("answerCallbackQuery") + 5000;
    app.sandbox.push_update(json!({"callback_query": {
        "id": number.to_string(), "from": from(person), "chat_instance": "1", "data": data,
        "message": {"message_id": under, "date": app.clock.unix(), "text": "x",
            "from": {"id": 1_000_000_001, "is_bot": true, "first_name": "NeuralBox"},
            "chat": {"id": person.id, "type": "private", "first_name": person.first_name}},
    }}));
    app.settled().await;
}

fn from(person: &Person) -> serde_json::Value {
    json!({"id": person.id, "is_bot": false, "first_name": person.first_name, "username": person.username})
}

#[track_caller]
fn assert_each_tap_was_answered(app: &App, taps: usize) {
    let answered: std::collections::BTreeSet<_> =
        app.calls("answerCallbackQuery").iter().map(|call| call.params["callback_query_id"].to_string()).collect();
    assert_eq!(answered.len(), taps, "{answered:?}");
}
