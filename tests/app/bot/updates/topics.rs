//! Topics. Whatever a message or a tap brings about goes into its topic; a warning goes to the chat as such.

use telegram_sandbox::{Fault, FaultKind, UserMessage, VisibleMessage};

use crate::on_both;
use crate::support::chat::last;
use crate::support::{App, admin};

const TOPIC: i64 = 77;
const GROUP: i64 = -1_001_234_567;

/// Messages of the bot.
fn of_bot(chat: &[VisibleMessage]) -> impl Iterator<Item = &VisibleMessage> {
    chat.iter().filter(|message| message.from_bot)
}

on_both! {
    async fn every_command_is_answered_in_its_topic(app: App) {
        let ada = admin();
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        app.sandbox.allow_chats([ada.id]);
        for text in [
            "/start", "/start signin_unknown", "/profile", "/newkey", "laptop", "/newkey desktop", "/keys", "/help", "/language",
            "/cancel", "/signin", "/sessions", "/plans", "/notify", "/user #1", "/plan #1 vip", "/grant #1 5", "/stats",
            "/broadcast", "News", "/broadcasts", "/dance", "hello", "/plan", "/user #999",
        ] {
            let before = app.sandbox.chat(ada.id).len();
            app.sandbox.say_in_topic(ada.id, TOPIC, &ada, text);
            app.settled().await;
            let chat = app.sandbox.chat(ada.id);
            let in_place = ["News", "/cancel"].contains(&text);
            assert!(in_place || of_bot(&chat[before..]).count() > 0, "{text} is answered");
            for message in of_bot(&chat[before..]) {
                assert_eq!(message.topic, Some(TOPIC), "{text}: {message:#?}");
            }
        }
    }

    async fn a_key_and_what_follows_its_taps_stay_in_the_topic(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.sandbox.say_in_topic(ivan.id, TOPIC, &ivan, "/newkey laptop");
        app.settled().await;
        assert!(last(&app.sandbox.chat(ivan.id)).protected);
        app.sandbox.say_in_topic(ivan.id, TOPIC, &ivan, "/keys");
        app.settled().await;
        let row = last(&app.sandbox.chat(ivan.id)).buttons[0][0].label.clone();
        app.tap(&ivan, &row).await;
        app.tap(&ivan, "🔄 Rotate").await;
        app.tap(&ivan, "Stop it now").await;
        let list = last(&app.sandbox.chat(ivan.id)).id;
        // The edited message is gone, so a new one is sent: into the topic too.
        app.sandbox.say_in_topic(ivan.id, TOPIC, &ivan, "/profile");
        app.settled().await;
        let description = "Bad Request: message to edit not found".to_owned();
        app.sandbox.inject_fault(Fault::once("editMessageText", FaultKind::Refused { code: 400, description }));
        app.tap(&ivan, "‹ Menu").await;
        let chat = app.sandbox.chat(ivan.id);
        assert!(last(&chat).id > list && last(&chat).text.starts_with("Hello, Ivan!"), "{chat:#?}");
        for message in of_bot(&chat) {
            assert_eq!(message.topic, Some(TOPIC), "{message:#?}");
        }
    }

    async fn an_answer_that_comes_later_comes_into_the_topic(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::TooManyRequests { retry_after: 60 }));
        app.sandbox.say_in_topic(ivan.id, TOPIC, &ivan, "/profile");
        app.settled().await;
        app.clock.pass(61);
        let late = app.comes(&ivan, "Account #1").await;
        assert_eq!(late.topic, Some(TOPIC));
    }

    async fn a_warning_goes_to_the_chat_as_such(app: App) {
        let ivan = app.person("Ivan");
        app.sandbox.say_in_topic(ivan.id, TOPIC, &ivan, "/start");
        app.settled().await;
        app.signed_in(&ivan).await;
        let chat = app.warned(&ivan, 1).await;
        assert_eq!(crate::support::chat::warnings(&chat)[0].topic, None);
    }

    async fn general_and_chains_of_replies_are_no_topics(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        for thread in [serde_json::json!({"message_thread_id": 5}), serde_json::json!({"message_thread_id": 1, "is_topic_message": true})] {
            let mut message = serde_json::json!({
                "message_id": 900, "date": app.clock.unix(), "text": "/profile",
                "from": {"id": ivan.id, "is_bot": false, "first_name": "Ivan"},
                "chat": {"id": ivan.id, "type": "private", "first_name": "Ivan"},
            });
            message.as_object_mut().unwrap().extend(thread.as_object().unwrap().clone());
            app.sandbox.push_update(serde_json::json!({"message": message}));
            app.settled().await;
            let chat = app.sandbox.chat(ivan.id);
            assert!(last(&chat).text.starts_with("Ivan\nAccount") && last(&chat).topic.is_none(), "{chat:#?}");
        }
        assert!(app.calls("sendMessage").iter().all(|call| call.params.get("message_thread_id").is_none()));
    }

    async fn in_a_group_the_link_to_the_private_chat_is_in_the_topic(app: App) {
        let ivan = app.person("Ivan");
        app.sandbox.say_in_topic(GROUP, TOPIC, &ivan, "/keys");
        app.settled().await;
        let chat = app.sandbox.chat(GROUP);
        assert_eq!(last(&chat).topic, Some(TOPIC), "{chat:#?}");
    }

    async fn a_topic_that_was_deleted_meanwhile_costs_no_answer(app: App) {
        let ivan = app.person("Ivan");
        app.meet(&ivan).await;
        app.sandbox.say_in_topic(ivan.id, TOPIC, &ivan, "/start");
        app.settled().await;
        let menu = last(&app.sandbox.chat(ivan.id)).id;
        app.sandbox.delete_topic(ivan.id, TOPIC);
        let description = "Bad Request: message to edit not found".to_owned();
        app.sandbox.inject_fault(Fault::once("editMessageText", FaultKind::Refused { code: 400, description }));
        app.sandbox.tap(&ivan, menu, "👤 Profile").unwrap();
        app.settled().await;
        let chat = app.sandbox.chat(ivan.id);
        assert!(last(&chat).text.starts_with("Ivan\nAccount") && last(&chat).topic.is_none(), "{chat:#?}");
    }

    async fn a_dialogue_and_a_preview_stay_in_the_topic(app: App) {
        let ada = admin();
        app.sandbox.allow_chats([ada.id]);
        app.sandbox.say_in_topic(ada.id, TOPIC, &ada, "/broadcast");
        app.settled().await;
        app.sandbox.say_in_topic(ada.id, TOPIC, &ada, "Hello, everyone");
        app.settled().await;
        app.tap(&ada, "👁 Preview and send").await;
        for message in of_bot(&app.sandbox.chat(ada.id)) {
            assert_eq!(message.topic, Some(TOPIC), "{message:#?}");
        }
        app.sandbox.send(&ada, UserMessage::html("/help")).unwrap();
        app.settled().await;
        assert_eq!(last(&app.sandbox.chat(ada.id)).topic, None, "outside of the topic the answer is outside of it");
    }
}
