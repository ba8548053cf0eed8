//! Parts of an update that nobody knows yet. They cost nothing but themselves.

use serde_json::{Value, json};
use telegram_sandbox::Person;

use crate::on_both;
use crate::support::chat::{key_in, last, said};
use crate::support::{App, admin, ask};

/// Parts of tomorrow, and parts that a typed library cannot read, each in a place of its own.
fn odd_parts() -> Vec<Value> {
    let entity = |entity: Value| json!({"entities": [entity]});
    vec![
        entity(
            json!({"type": "date_time", "offset": 0, "length": 3, "unix_time": 1_800_000_000, "date_time_format": "wDT"}),
        ),
        entity(json!({"type": "of_tomorrow", "offset": 0, "length": 3, "deep": {"deeper": [1, 2]}})),
        entity(json!({"type": "text_link", "offset": 0, "length": 3, "url": "not a url"})),
        entity(json!({"type": "bold", "offset": 0})),
        entity(json!({"type": "bold", "offset": -1, "length": "x"})),
        entity(json!({})),
        entity(json!("no object")),
        json!({"entities": {"no": "list"}}),
        // A reply to a post of another chat, without a photo: https://github.com/teloxide/teloxide/issues/1420
        json!({"external_reply": {"origin": {"type": "channel", "date": 1, "message_id": 5, "chat": {"id": -100_200, "type": "channel", "title": "News"}},
            "chat": {"id": -100_200, "type": "channel", "title": "News"}, "message_id": 5}}),
        json!({"external_reply": {"origin": {"type": "of_tomorrow"}}}),
        json!({"external_reply": "no object"}),
        json!({"quote": {"text": "x", "position": 0, "entities": [{"type": "date_time", "offset": 0, "length": 1}]}}),
        json!({"reply_to_message": {"message_id": 3, "nonsense": true}}),
        json!({"hologram": {"file_id": "x"}, "effect_id": 7, "paid_star_count": "many"}),
        json!({"link_preview_options": {"is_disabled": "perhaps", "of_tomorrow": 1}}),
        json!({"reply_markup": {"inline_keyboard": [[{"text": "x", "style": "danger", "button_of_tomorrow": {}}]]}}),
        json!({"sender_boost_count": -5, "sender_tag": {"x": 1}, "direct_messages_topic": {"topic_id": 1}}),
        json!({"chat": {"id": 0, "type": "private", "first_name": "I", "accent_color_id": "blue", "of_tomorrow": []}}),
    ]
}

/// A message of the person with `part` in it.
fn message(app: &App, person: &Person, text: &str, part: &Value) -> Value {
    let mut message = json!({
        "message_id": 900, "date": app.clock.unix(), "text": text,
        "from": {"id": person.id, "is_bot": false, "first_name": person.first_name, "username": person.username, "field_of_tomorrow": {}},
        "chat": {"id": person.id, "type": "private", "first_name": person.first_name},
    });
    let fields = message.as_object_mut().unwrap();
    for (name, value) in part.as_object().unwrap() {
        fields.insert(name.clone(), value.clone());
    }
    fields["chat"]["id"] = person.id.into();
    message
}

async fn send(app: &App, person: &Person, text: &str, part: &Value) -> Vec<telegram_sandbox::VisibleMessage> {
    app.sandbox.push_update(json!({"message": message(app, person, text, part)}));
    app.settled().await;
    app.sandbox.chat(person.id)
}

on_both! {
    async fn commands_are_understood_beside_them(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "elite").await;
        for (number, part) in odd_parts().iter().enumerate() {
            let chat = send(&app, &ivan, "/profile", part).await;
            assert!(last(&chat).text.starts_with("Ivan\nAccount"), "{part}: {chat:#?}");
            let chat = send(&app, &ivan, &format!("/newkey tomorrow {number}"), part).await;
            assert!(last(&chat).text.starts_with(&format!("🔑 tomorrow {number}\n")), "{part}: {chat:#?}");
        }
    }

    async fn questions_are_answered_beside_them(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "elite").await;
        for (number, part) in odd_parts().iter().enumerate() {
            app.say(&ivan, "/newkey").await;
            send(&app, &ivan, &format!("laptop {number}"), part).await;
            let chat = app.tap(&ivan, "No end").await;
            assert!(last(&chat).text.starts_with(&format!("🔑 laptop {number}\n")), "{part}: {chat:#?}");
        }
    }

    async fn a_pasted_key_is_found_beside_them_and_in_an_edit(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "elite").await;
        for (number, part) in odd_parts().iter().enumerate() {
            let key = key_in(&app.say(&ivan, &format!("/newkey k{number}")).await);
            for kind in ["message", "edited_message"] {
                let before = (said(&app.sandbox.chat(ivan.id)), app.calls("deleteMessage").len());
                app.sandbox.push_update(json!({ kind: message(&app, &ivan, &format!("my key: {key}"), part) }));
                app.settled().await;
                let chat = app.sandbox.chat(ivan.id);
                assert!(last(&chat).text.starts_with(&format!("That message contained your key k{number}")), "{part}: {chat:#?}");
                assert_eq!((said(&chat), app.calls("deleteMessage").len()), (before.0 + 1, before.1 + 1), "{part}");
            }
        }
    }

    async fn an_admins_text_with_a_date_is_broadcast(app: App) {
        let ada = admin();
        app.chatting(app.person("Ivan"), "free").await;
        app.sandbox.allow_chats([ada.id]);
        for part in odd_parts() {
            app.say(&ada, "/broadcast").await;
            let chat = send(&app, &ada, "Sale on Friday", &part).await;
            assert!(last(&chat).html.contains("Sale on Friday") && last(&chat).button("👁 Preview and send").is_some(), "{part}: {chat:#?}");
            app.tap(&ada, "🗑 Delete draft").await;
        }
    }

    async fn a_button_is_understood_beside_them(app: App) {
        let ivan = app.person("Ivan");
        let menu = last(&app.greet(&ivan).await).id;
        for (number, part) in odd_parts().iter().enumerate() {
            let mut tapped = message(&app, &ivan, "x", part);
            tapped["message_id"] = menu.into();
            let data = if number % 2 == 0 { "v1:profile" } else { "v1:menu" };
            app.sandbox.push_update(json!({"callback_query": {
                "id": format!("9{number}"), "chat_instance": "1", "data": data, "message": tapped, "of_tomorrow": {"x": 1},
                "from": {"id": ivan.id, "is_bot": false, "first_name": "Ivan"},
            }}));
            app.settled().await;
            assert_eq!(app.calls("answerCallbackQuery").len(), number + 1, "{part}");
        }
    }

    async fn kinds_of_tomorrow_are_counted_and_nothing_stops(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        app.sandbox.push_update(json!({"update_of_tomorrow": {"secret": "content of a stranger"}}));
        let content = json!({"hologram": {"secret": "content of a stranger"}, "entities": [{"type": "date_time", "offset": 0, "length": 1}]});
        send(&app, &ivan, "hello", &content).await;
        let metrics = ask(reqwest::Client::new().get(format!("{}/metrics", app.metrics_url))).await.text;
        for place in ["update", "field", "entity"] {
            let line = format!("neuralbox_bot_unknown_parts_total{{place=\"{place}\"}}");
            assert!(metrics.contains(&line), "{place}: {metrics}");
        }
        assert!(!metrics.contains("content of a stranger"));
        for body in [json!({"message": 5}), json!({"message": null}), json!({"callback_query": []}), json!({"my_chat_member": {}})] {
            app.sandbox.push_update(body);
        }
        let chat = app.say(&ivan, "/profile").await;
        assert!(last(&chat).text.starts_with("Ivan\nAccount"), "{chat:#?}");
    }

    async fn what_is_about_the_chat_itself_is_not_answered(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        let before = said(&app.sandbox.chat(ivan.id));
        for about in ["forum_topic_created", "forum_topic_edited", "pinned_message"] {
            let mut message = message(&app, &ivan, "", &json!({ about: {} }));
            message.as_object_mut().unwrap().remove("text");
            app.sandbox.push_update(json!({"message": message}));
        }
        app.settled().await;
        assert_eq!(said(&app.sandbox.chat(ivan.id)), before);
    }
}
