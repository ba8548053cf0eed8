//! Everyday words, deep links and files.

use serde_json::json;

use crate::support::chat::{last, said};
use crate::support::{App, russian};
use crate::{on_both, sees};

on_both! {
    async fn everyday_words_open_their_screens(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        for (word, shows) in [
            ("menu", "Hello, Ivan!"), ("Keys", "You don’t have any API keys yet."), ("balance?", "Ivan\nAccount"),
            ("buy", "Plans"), ("help", "I help you"), ("  new   key ", "What should the new key be called?"),
            ("cancel", "Canceled."), ("ключи", "You don’t have any API keys yet."),
        ] {
            let chat = app.say(&ivan, word).await;
            assert!(last(&chat).text.starts_with(shows), "{word}: {chat:#?}");
        }
        let maria = app.chatting(russian(app.person("Мария")), "vip").await;
        for (word, shows) in [
            ("Меню", "Здравствуйте, Мария!"), ("ключи", "У вас пока нет API-ключей."), ("баланс", "Мария\nАккаунт"),
            ("купить!", "Тарифы"), ("помощь", "Я помогаю"), ("новый ключ", "Как назвать новый ключ?"), ("отмена", "Отменено."),
        ] {
            let chat = app.say(&maria, word).await;
            assert!(last(&chat).text.starts_with(shows), "{word}: {chat:#?}");
        }
    }

    async fn a_word_that_answers_a_question_is_the_answer(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.say(&ivan, "/newkey").await;
        app.say(&ivan, "menu").await;
        let chat = app.tap(&ivan, "No end").await;
        assert!(last(&chat).text.starts_with("🔑 menu"), "a key may have that name: {chat:#?}");
        let chat = app.say(&ivan, "menu").await;
        assert!(last(&chat).text.starts_with("Hello, Ivan!"), "the question is answered: {chat:#?}");
    }

    async fn deep_links_open_their_screens_and_unknown_ones_the_menu(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        for (payload, shows) in [
            ("newkey", "What should the new key be called?"), ("keys", "You don’t have any API keys yet."), ("plans", "Plans"),
            ("ref_7", "Hello, Ivan!"), ("user", "Hello, Ivan!"), ("", "Hello, Ivan!"),
        ] {
            let chat = app.say(&ivan, &format!("/start {payload}")).await;
            assert!(last(&chat).text.starts_with(shows), "{payload}: {chat:#?}");
        }
    }

    async fn files_are_not_read_and_a_question_stays_open(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let file = |number: i64, what: serde_json::Value| {
            let mut message = json!({
                "message_id": 900 + number, "date": app.clock.unix(),
                "from": {"id": ivan.id, "is_bot": false, "first_name": "Ivan", "username": ivan.username},
                "chat": {"id": ivan.id, "type": "private", "first_name": "Ivan"},
            });
            message.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
            json!({"message": message})
        };
        let photo = json!({"photo": [{"file_id": "p", "width": 9, "height": 9}]});
        let kinds = [photo, json!({"voice": {"file_id": "v"}}), json!({"document": {"file_id": "d"}, "caption": "my .env"})];
        for (kind, number) in kinds.into_iter().zip(0..) {
            app.sandbox.push_update(file(number, kind));
            app.settled().await;
            sees!(app.sandbox.chat(ivan.id), @"
            I don’t read files, photos or voice messages. If there’s a key in it, delete the message.
            [‹ Menu]
            ");
        }
        app.say(&ivan, "/newkey").await;
        app.sandbox.push_update(file(10, json!({"voice": {"file_id": "v"}})));
        app.settled().await;
        let before = said(&app.sandbox.chat(ivan.id));
        app.say(&ivan, "laptop").await;
        let chat = app.tap(&ivan, "No end").await;
        assert!(last(&chat).text.starts_with("🔑 laptop") && said(&chat) == before + 1, "{chat:#?}");
    }
}
