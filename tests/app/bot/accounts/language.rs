//! Choice of the bot's language.

use telegram_sandbox::Person;

use crate::support::chat::last;
use crate::support::{App, russian};
use crate::{on_both, sees};

on_both! {
    async fn a_chosen_language_stays(app: App) {
        let ivan = app.person("Ivan");
        let chat = app.say(&ivan, "/language").await;
        sees!(chat, @"
        Choose a language
        [✅ English]
        [Русский]
        [‹ Profile]
        ");
        let chat = app.tap(&ivan, "Русский").await;
        assert_eq!(app.word(), "Язык: русский.");
        sees!(chat, @"
        Здравствуйте, <b>Ivan</b>!

        Тариф: <b>Free</b>
        Баланс: <b>100 токенов</b>
        [🔑 Мои ключи] [➕ Новый ключ]
        [📱 Сеансы] [🌐 Сайт]
        [👤 Профиль] [⭐ Тарифы]
        [ℹ️ Помощь]
        ");
        let chat = app.say(&ivan, "/keys").await;
        assert!(last(&chat).text.starts_with("У вас пока нет API-ключей."), "{chat:#?}");
        assert_eq!(app.signed_in(&ivan).await.get("me").await.json()["language"], "ru");
    }

    async fn a_chosen_language_counts_more_than_that_of_telegram(app: App) {
        let maria = russian(app.person("Мария"));
        let chat = app.say(&maria, "/language").await;
        sees!(chat, @"
        Выберите язык
        [English]
        [✅ Русский]
        [‹ Профиль]
        ");
        app.tap(&maria, "English").await;
        assert_eq!(app.word(), "Language set to English.");
        let chat = app.greet(&maria).await;
        assert!(last(&chat).text.starts_with("Hello, Мария!"), "{chat:#?}");
    }

    async fn a_language_nobody_taught_the_bot_is_answered_in_english(app: App) {
        for tag in ["de", "pt-BR", "", "-", "RU-ru-x", "x".repeat(100).as_str()] {
            let someone = Person { language_code: Some(tag.to_owned()), ..app.person("Someone") };
            let chat = app.greet(&someone).await;
            let hello = if tag.starts_with("RU") { "Здравствуйте" } else { "Hello" };
            assert!(last(&chat).text.starts_with(hello), "{tag}: {chat:#?}");
        }
    }
}
