//! API keys in any part of a message, and in groups.

use serde_json::{Value, json};
use telegram_sandbox::Person;

use crate::support::chat::{key_in, last, said};
use crate::support::mailbox::count;
use crate::support::{App, russian, verify};
use crate::{is_warned, on_both, sees};

const GROUP: i64 = -1_001_234_567;

/// Every part of a message in which a key may stand.
fn parts(key: &str) -> Vec<Value> {
    let buttons = |button: Value| json!({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "https://a.example"}, button]]}});
    vec![
        json!({"text": format!("key={key};")}),
        json!({"photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}], "caption": key}),
        json!({"text": "see", "quote": {"text": format!("was {key}"), "position": 0}}),
        buttons(json!({"text": key, "url": "https://a.example"})),
        buttons(json!({"text": "x", "url": format!("https://a.example/?key={key}")})),
        buttons(json!({"text": "x", "copy_text": {"text": key}})),
        json!({"poll": {"id": "1", "question": format!("is {key} right?"), "options": [{"text": "yes"}]}}),
        json!({"poll": {"id": "1", "question": "which?", "options": [{"text": "one"}, {"text": key, "voter_count": 0}]}}),
        json!({"poll": {"id": "1", "question": "which?", "options": [], "explanation": key}}),
        json!({"document": {"file_id": "d", "file_unique_id": "d", "file_name": format!("{key}.txt")}}),
        json!({"text": "link", "entities": [{"type": "text_link", "offset": 0, "length": 4, "url": format!("https://a.example/{key}")}]}),
        json!({"checklist": {"title": "keys", "tasks": [{"id": 1, "text": key}]}}),
        json!({"text": "see", "external_reply": {"origin": {"type": "x"}, "poll": {"question": key}}}),
        json!({"content_of_tomorrow": {"lines": [[key]]}}),
        json!({"text": format!("forwarded {key}"), "forward_origin": {"type": "hidden_user", "sender_user_name": "Somebody", "date": 1}}),
    ]
}

fn message(app: &App, person: &Person, chat: i64, part: &Value) -> Value {
    let kind = if chat < 0 { "supergroup" } else { "private" };
    let mut message = json!({
        "message_id": 900, "date": app.clock.unix(), "chat": {"id": chat, "type": kind, "title": "Group"},
        "from": {"id": person.id, "is_bot": false, "first_name": person.first_name},
    });
    message.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
    message
}

on_both! {
    async fn a_key_is_found_wherever_it_stands(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        for part in parts(&key) {
            for kind in ["message", "edited_message"] {
                let before = said(&app.sandbox.chat(ivan.id));
                app.sandbox.push_update(json!({ kind: message(&app, &ivan, ivan.id, &part) }));
                app.settled().await;
                let chat = app.sandbox.chat(ivan.id);
                assert_eq!(said(&chat), before + 1, "{kind} {part}");
                assert!(last(&chat).text.starts_with("That message contained your key laptop"), "{part}: {chat:#?}");
                assert_eq!(app.calls("deleteMessage").last().unwrap().params["message_id"], 900, "{part}");
            }
        }
    }

    async fn a_reply_to_the_message_that_shows_a_key_is_no_paste(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey laptop").await;
        let shown = last(&app.sandbox.chat(ivan.id)).id;
        app.sandbox.reply(&ivan, shown, "/profile");
        app.settled().await;
        let chat = app.sandbox.chat(ivan.id);
        assert!(last(&chat).text.starts_with("Ivan\nAccount"), "{chat:#?}");
        assert!(app.calls("deleteMessage").is_empty());
    }

    async fn in_a_group_a_key_is_deleted_and_nothing_personal_is_shown(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.sandbox.allow_chats([GROUP]);
        app.sandbox.allow_deletions(GROUP);
        app.sandbox.say_in_group(GROUP, &ivan, &format!("use {key}"));
        app.settled().await;
        let chat = app.sandbox.chat(GROUP);
        sees!(chat, @"
        A message here contained an API key. I deleted it. If the key is yours, message me privately and revoke it.
        [Open the chat → https://t.me/neuralbox_bot?start=group]
        ");
        assert!(!chat.iter().any(|message| message.text.contains(&key)), "{chat:#?}");
        app.sandbox.say_in_group(GROUP, &russian(ivan.clone()), &format!("/keys {key}"));
        app.settled().await;
        assert!(last(&app.sandbox.chat(GROUP)).text.starts_with("Здесь было сообщение с API-ключом."));
        assert_eq!(verify(&app, &key).await.status, 200);
    }

    async fn in_a_group_the_owner_of_a_key_is_warned_in_private(app: App) {
        let (ivan, olga) = (app.chatting(app.person("Ivan"), "vip").await, app.person("Olga"));
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.sandbox.allow_chats([GROUP]);
        app.sandbox.allow_deletions(GROUP);
        for _ in 0..2 {
            app.sandbox.say_in_group(GROUP, &olga, &format!("use {key}"));
            app.settled().await;
        }
        let chat = app.warned(&ivan, 1).await;
        is_warned!(chat, @"
        🔔 <b>Your key laptop was posted in a group</b>

        Everyone there could see <code>nb_·…·</code>. I deleted the message.

        The key still works. If anyone else may have seen it, revoke it.
        [🗑 Revoke] [🔑 My keys]
        ");
        assert!(app.sandbox.chat(olga.id).is_empty(), "only its owner is warned");
    }

    async fn in_a_group_nobody_is_warned_of_a_key_that_no_longer_works(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.signed_in(&ivan).await.delete("keys/1").await;
        app.sandbox.allow_chats([GROUP]);
        app.sandbox.say_in_group(GROUP, &ivan, &key);
        app.settled().await;
        let warned = count(&app.database_url, "select count(*) from notice where content like '%key_posted%'").await;
        assert_eq!(warned, 0);
    }

    async fn in_a_group_a_key_is_found_anywhere_in_anyones_message(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.sandbox.allow_chats([GROUP]);
        let mut updates: Vec<_> = parts(&key).iter().map(|part| json!({"message": message(&app, &ivan, GROUP, part)})).collect();
        updates.push(json!({"edited_message": message(&app, &ivan, GROUP, &parts(&key)[0])}));
        let mut hidden = message(&app, &ivan, GROUP, &parts(&key)[0]);
        hidden["from"] = json!({"id": 1_087_968_824, "is_bot": true, "first_name": "Group"});
        hidden["sender_chat"] = json!({"id": GROUP, "type": "supergroup", "title": "Group"});
        updates.push(json!({"message": hidden}));
        for update in updates {
            let (before, deleted) = (said(&app.sandbox.chat(GROUP)), app.calls("deleteMessage").len());
            app.sandbox.push_update(update.clone());
            app.settled().await;
            let chat = app.sandbox.chat(GROUP);
            assert_eq!((said(&chat), app.calls("deleteMessage").len()), (before + 1, deleted + 1), "{update}");
        }
        app.sandbox.say_in_group(GROUP, &ivan, &format!("again {key}"));
        app.settled().await;
        let chat = app.sandbox.chat(GROUP);
        assert!(last(&chat).text.contains("I couldn’t delete it: please delete it."), "the bot is no admin: {chat:#?}");
    }
}
