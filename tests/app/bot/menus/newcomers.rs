//! The first `/start`: what the bot is for, and the one next step.

use telegram_sandbox::Person;

use crate::support::chat::{last, said};
use crate::support::{App, russian};
use crate::{on_both, sees};

on_both! {
    async fn a_stranger_is_told_what_this_is_and_what_comes_first(app: App) {
        let ivan = app.person("Ivan");
        let chat = app.say(&ivan, "/start").await;
        sees!(chat, @"
        👋 Hi, <b>Ivan</b>! Here you get keys for the NeuralBox API.

        1. Choose a plan
        2. Create a key
        3. Send your first request
        [⭐ Plans]
        [‹ Menu]
        ");
        let me = app.signed_in(&ivan).await.get("me").await.json();
        assert_eq!((&me["name"], &me["token_balance"]), (&"Ivan".into(), &100.into()));
        let chat = app.tap(&ivan, "‹ Menu").await;
        assert!(said(&chat) == 1 && last(&chat).text.starts_with("Hello, Ivan!"), "{chat:#?}");
    }

    async fn in_russian(app: App) {
        let maria = russian(app.person("Мария"));
        let chat = app.say(&maria, "/start").await;
        sees!(chat, @"
        👋 Здравствуйте, <b>Мария</b>! Здесь вы получите ключи для API NeuralBox.

        1. Выберите тариф
        2. Создайте ключ
        3. Отправьте первый запрос
        [⭐ Тарифы]
        [‹ Меню]
        ");
    }

    async fn a_returning_person_gets_the_menu(app: App) {
        let ivan = app.person("Ivan");
        app.say(&ivan, "/start").await;
        let chat = app.say(&ivan, "/start").await;
        sees!(chat, @"
        Hello, <b>Ivan</b>!

        Plan: <b>Free</b>
        Balance: <b>100 tokens</b>
        [🔑 My keys] [➕ New key]
        [📱 Sessions] [🌐 Dashboard]
        [👤 Profile] [⭐ Plans]
        [ℹ️ Help]
        ");
    }

    async fn a_person_with_a_plan_creates_a_key_next(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let chat = app.say(&ivan, "/start").await;
        assert!(last(&chat).button("⭐ Plans").is_none(), "{chat:#?}");
        let chat = app.tap(&ivan, "➕ New key").await;
        assert!(last(&chat).text.starts_with("What should the new key be called?"), "{chat:#?}");
    }

    async fn a_reader_of_ukrainian_is_asked_for_a_language_once(app: App) {
        for (tag, is_asked) in [("uk", true), ("be", true), ("kk-KZ", true), ("de", false), ("en", false)] {
            let someone = Person { language_code: Some(tag.to_owned()), ..app.person("Someone") };
            let chat = app.say(&someone, "/start").await;
            assert_eq!(last(&chat).button("Русский").is_some(), is_asked, "{tag}: {chat:#?}");
            let chat = app.say(&someone, "/start").await;
            assert!(last(&chat).button("Русский").is_none(), "{tag}: {chat:#?}");
        }
    }
}
