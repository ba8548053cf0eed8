//! The bot in groups. It answers with a link to the private chat and shows nothing personal.

use serde_json::{Value, json};

use crate::support::chat::{key_in, last, said};
use crate::support::{App, admin};
use crate::{on_both, sees};

const GROUP: i64 = -1_001_234_567;

on_both! {
    async fn a_command_is_answered_with_a_link_to_the_private_chat(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.greet(&ivan).await;
        for command in ["/start", "/keys@NeuralBox_Bot", "/newkey laptop", "/profile", "/help", "/plan #1 elite", "/cancel", "/signin", "/start signin_x", "/sessions", "/plans"] {
            let before = said(&app.sandbox.chat(GROUP));
            app.sandbox.say_in_group(GROUP, &ivan, command);
            app.settled().await;
            let chat = app.sandbox.chat(GROUP);
            assert_eq!(said(&chat), before + 1, "{command}");
            assert_eq!(last(&chat).text, "I don’t show anything personal in groups. Message me privately.", "{command}");
        }
        sees!(app.sandbox.chat(GROUP), @"
        I don’t show anything personal in groups. Message me privately.
        [Open the chat → https://t.me/neuralbox_bot?start=group]
        ");
        let listed = app.signed_in(&ivan).await.get("keys").await.json();
        assert_eq!(listed["keys"], json!([]), "no key is created from a group");
    }

    async fn chatter_and_other_bots_commands_are_none_of_its_business(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        for text in ["hello", "/dance", "/keys@other_bot", "/start@", "/", "look: /keys"] {
            app.sandbox.say_in_group(GROUP, &ivan, text);
        }
        app.settled().await;
        assert_eq!(said(&app.sandbox.chat(GROUP)), 0, "{:#?}", app.sandbox.chat(GROUP));
    }

    async fn an_admin_of_ours_has_no_power_in_a_group(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.greet(&ivan).await;
        app.sandbox.say_in_group(GROUP, &ada, "/plan #1 elite");
        app.settled().await;
        assert_eq!(app.signed_in(&ivan).await.get("me").await.json()["plan"], "free");
    }

    async fn an_anonymous_sender_is_nobody(app: App) {
        // An anonymous admin, a channel in a group, a post of the linked channel, a message without a sender.
        let hidden = [
            json!({"from": user(1_087_968_824, true), "sender_chat": {"id": GROUP, "type": "supergroup", "title": "Group"}}),
            json!({"from": user(136_817_688, true), "sender_chat": {"id": -100_200, "type": "channel", "title": "News"}}),
            json!({"from": user(777_000, false), "sender_chat": {"id": -100_200, "type": "channel", "title": "News"}}),
            json!({}),
        ];
        app.sandbox.allow_chats([GROUP]);
        for who in hidden {
            let mut message = json!({
                "message_id": 5, "date": app.clock.unix(), "text": "/start",
                "chat": {"id": GROUP, "type": "supergroup", "title": "Group"},
            });
            message.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
            app.sandbox.push_update(json!({"message": message}));
        }
        app.settled().await;
        assert_eq!(said(&app.sandbox.chat(GROUP)), 0);
    }

    async fn channel_posts_and_edits_in_channels_are_ignored(app: App) {
        for kind in ["channel_post", "edited_channel_post"] {
            let channel = json!({"id": -100_200, "type": "channel", "title": "News"});
            let post = json!({"message_id": 1, "date": app.clock.unix(), "edit_date": app.clock.unix(), "text": "/keys",
                "chat": channel, "sender_chat": channel});
            app.sandbox.push_update(json!({ kind: post }));
        }
        assert_still_alive(&app).await;
        assert_eq!(said(&app.sandbox.chat(-100_200)), 0);
    }

    async fn a_button_that_got_into_a_group_shows_nothing_there(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.sandbox.allow_chats([GROUP]);
        app.sandbox.push_update(json!({"callback_query": {
            "id": "77", "from": user(ivan.id, false), "chat_instance": "1", "data": "v1:revoke:1",
            "message": {"message_id": 3, "date": app.clock.unix(), "text": "x", "from": user(1_000_000_001, true),
                "chat": {"id": GROUP, "type": "supergroup", "title": "Group"}},
        }}));
        app.settled().await;
        let chat = app.sandbox.chat(GROUP);
        assert_eq!(last(&chat).text, "I don’t show anything personal in groups. Message me privately.");
        assert_eq!(app.calls("answerCallbackQuery").len(), 1);
        assert_eq!(crate::support::verify(&app, &key).await.status, 200);
    }
}

fn user(id: i64, bot: bool) -> Value {
    json!({"id": id, "is_bot": bot, "first_name": "Someone"})
}

async fn assert_still_alive(app: &App) {
    let olga = app.person("Olga");
    assert!(last(&app.greet(&olga).await).text.starts_with("Hello, Olga!"));
}
