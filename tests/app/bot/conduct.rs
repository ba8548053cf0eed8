//! Robustness against ordinary human behaviour: odd commands, edited messages, strange names, repeated updates.

use serde_json::{Value, json};
use telegram_sandbox::Person;

use crate::support::chat::{key_in, last, said};
use crate::support::{App, verify};
use crate::{on_both, sees};

on_both! {
    async fn commands_are_understood_as_people_type_them(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        for text in ["/PROFILE", " /Profile ", "/profile@neuralbox_bot", "/profile@NEURALBOX_BOT now", "/profile\nplease", "/profile\tx"] {
            let chat = app.say(&ivan, text).await;
            assert!(last(&chat).text.starts_with("Ivan\nAccount #1"), "{text:?}: {chat:#?}");
        }
        let key = key_in(&app.say(&ivan, "/NewKey\nlaptop").await);
        assert_eq!(verify(&app, &key).await.header("x-neuralbox-key-name"), "laptop");
    }

    async fn commands_nobody_knows_are_answered_and_words_too(app: App) {
        let ivan = app.person("Ivan");
        for text in ["/dance", "/", "//", "/keys2", "/ключи", "/start_now", "/<b>"] {
            let chat = app.say(&ivan, text).await;
            assert_eq!(last(&chat).text, "I don’t know that command. See /help.", "{text}");
        }
        for text in ["hello", "keys please", "/keys@other_bot", "🙂", &"x".repeat(4096), &"🙂".repeat(2048)] {
            let chat = app.say(&ivan, text).await;
            assert_eq!(last(&chat).text, "I only understand commands and buttons. See /help.", "{text}");
        }
    }

    async fn messages_without_words_are_answered_too(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        for what in [json!({"sticker": {}}), json!({"location": {"latitude": 1.0, "longitude": 2.0}}), json!({"caption": "/keys"})] {
            let mut message = message(&app, &ivan);
            message.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
            app.sandbox.push_update(json!({"message": message}));
        }
        app.sandbox.push_update(json!({"message": {"nonsense": true}}));
        app.sandbox.push_update(json!({"poll_of_the_future": {"id": 1}}));
        app.settled().await;
        let chat = app.say(&ivan, "/profile").await;
        assert!(last(&chat).text.starts_with("Ivan\nAccount #1"), "{chat:#?}");
    }

    async fn a_message_that_is_edited_does_nothing_again(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.greet(&ivan).await;
        let written = app.sandbox.say(&ivan, "/newkey first");
        app.settled().await;
        let before = app.sandbox.chat(ivan.id).len();
        assert!(app.sandbox.edit(&ivan, written, "/newkey second"));
        let mut edited = message(&app, &ivan);
        edited["text"] = "/newkey third".into();
        edited["edit_date"] = app.clock.unix().into();
        app.sandbox.push_update(json!({"edited_message": edited}));
        app.settled().await;
        assert_eq!(app.sandbox.chat(ivan.id).len(), before);
        assert_eq!(keys_of(&app, &ivan).await, ["first"]);
    }

    async fn a_bot_is_nobody_to_talk_to(app: App) {
        let robot = app.person("Robot");
        app.sandbox.allow_chats([robot.id]);
        let mut message = message(&app, &robot);
        message["from"]["is_bot"] = true.into();
        message["text"] = "/start".into();
        app.sandbox.push_update(json!({"message": message}));
        let mut nobody = message.clone();
        nobody.as_object_mut().unwrap().remove("from");
        app.sandbox.push_update(json!({"message": nobody}));
        app.settled().await;
        assert_eq!(app.sandbox.chat(robot.id).len(), 0);
    }

    async fn names_cannot_break_or_turn_round_what_the_bot_says(app: App) {
        let odd = Person {
            last_name: Some("\u{202e}evil\u{200b} & </b>\"".to_owned()),
            ..app.person("<b>Ivan</b><a href='http://x'>")
        };
        let chat = app.greet(&odd).await;
        sees!(chat, @r#"
        Hello, <b>&lt;b&gt;Ivan&lt;/b&gt;&lt;a href='http://x'&gt; evil &amp; &lt;/b&gt;"</b>!

        Plan: <b>Free</b>
        Balance: <b>100 tokens</b>
        [🔑 My keys] [➕ New key]
        [📱 Sessions] [🌐 Dashboard]
        [👤 Profile] [⭐ Plans]
        [ℹ️ Help]
        "#);
        let chat = app.say(&odd, "/profile").await;
        assert!(said(&chat) == 2 && last(&chat).text.contains("Account #1"), "{chat:#?}");
        let long = Person { last_name: Some("Я".repeat(64)), ..app.person(&"Ж".repeat(64)) };
        let chat = app.greet(&long).await;
        assert!(last(&chat).text.starts_with(&format!("Hello, {} {}!", "Ж".repeat(64), "Я".repeat(64))), "{chat:#?}");
        for first_name in ["\u{200f}", "🙂", "{ $plan }", "%s", "' or 1=1 --", "\u{0}"] {
            let someone = app.person(first_name);
            let chat = app.greet(&someone).await;
            assert!(last(&chat).text.starts_with("Hello, "), "{first_name:?}: {chat:#?}");
        }
    }

    async fn names_of_keys_cannot_either(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        for unseen in ["\u{200f}", "\u{202e}", "\u{200b}", "\u{3164}"] {
            let chat = app.say(&ivan, &format!("/newkey lap{unseen}top")).await;
            assert!(last(&chat).text.starts_with("A key name must be 1 to 64 characters"), "{unseen:?}: {chat:#?}");
        }
        let chat = app.say(&ivan, "/newkey <i>&x</code>").await;
        sees!(chat, @"
        🔑 <b>&lt;i&gt;&amp;x&lt;/code&gt;</b>

        <code>nb_KEY</code>

        This is the only time you’ll see this key. Keep it somewhere safe: I’ll delete this message in 5 minutes.
        (protected)
        [📋 Copy the key = nb_KEY]
        [✅ Saved — delete now]
        ");
        let chat = app.say(&ivan, "/keys").await;
        sees!(chat, @"
        <b>You’re using 1 of 5 API keys.</b> Tap it to manage it.
        [🔑 <i>&x</code> · not used yet]
        [➕ New key]
        [‹ Menu]
        ");
        let row = last(&chat).buttons[0][0].label.clone();
        let chat = app.tap(&ivan, &row).await;
        assert!(last(&chat).text.contains("🔑 <i>&x</code>"), "{chat:#?}");
    }

    async fn two_requests_at_once_are_handled_in_order(app: App) {
        let ivan = app.person_on("Ivan", "elite").await;
        for number in 0..30 {
            app.sandbox.say(&ivan, &format!("/newkey {number}"));
        }
        app.settled().await;
        let expected: Vec<_> = (0..30).map(|number| number.to_string()).collect();
        assert_eq!(keys_of(&app, &ivan).await, expected);
    }

    async fn an_update_that_comes_again_does_nothing_again(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.greet(&ivan).await;
        let mut ask = message(&app, &ivan);
        ask["text"] = "/newkey laptop".into();
        let id = app.sandbox.push_update(json!({"message": ask}));
        app.settled().await;
        let (key, before) = (key_in(&app.sandbox.chat(ivan.id)), app.sandbox.chat(ivan.id).len());
        for _ in 0..3 {
            app.sandbox.push_update(json!({"update_id": id, "message": ask}));
            app.settled().await;
        }
        assert_eq!(app.sandbox.chat(ivan.id).len(), before);
        assert_eq!(keys_of(&app, &ivan).await, ["laptop"]);
        assert_eq!(verify(&app, &key).await.status, 200, "the key shown works");
    }
}

/// Builds a message in the person's private chat, as in an update.
fn message(app: &App, person: &Person) -> Value {
    json!({
        "message_id": 900, "date": app.clock.unix(),
        "from": {"id": person.id, "is_bot": false, "first_name": person.first_name, "username": person.username},
        "chat": {"id": person.id, "type": "private", "first_name": person.first_name},
    })
}

async fn keys_of(app: &App, person: &Person) -> Vec<String> {
    let listed = app.signed_in(person).await.get("keys").await.json();
    listed["keys"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap().to_owned()).collect()
}
