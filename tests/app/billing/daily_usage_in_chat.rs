//! Usage in chat: the picture, the sums, and the card of a key.

use serde_json::json;
use telegram_sandbox::{Fault, FaultKind};

use crate::support::chat::{key_in, last, said};
use crate::support::gateway::{SERVICE, charge};
use crate::support::{App, russian, verify};
use crate::{on_both, sees};

on_both! {
    async fn is_a_picture_with_sums(app: App) with SERVICE; {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        verify(&app, &key).await;
        charge(&app, &json!({"key_id": 1, "tokens": 200, "request_id": "a"})).await;
        app.domain.flush_last_used().await.unwrap();
        app.clock.pass(2 * 86_400);
        verify(&app, &key).await;
        verify(&app, &key).await;
        charge(&app, &json!({"key_id": 1, "tokens": 1, "request_id": "b"})).await;
        app.domain.flush_last_used().await.unwrap();
        let chat = app.say(&ivan, "/usage").await;
        sees!(chat, @"
        (photo)
        📊 <b>Usage of the last 30 days</b>

        🟦 Tokens · 🟩 Requests

        Today: <b>1 token</b>, 2 requests
        7 days: <b>201 tokens</b>, 3 requests
        30 days: <b>201 tokens</b>, 3 requests

        Busiest day: 23 Nov 2026, 200 tokens, 1 request. Days are in UTC.
        [🔑 My keys] [⭐ Plans]
        [‹ Menu]
        ");
        let chat = app.say(&russian(ivan.clone()), "/usage").await;
        sees!(chat, @"
        (photo)
        📊 <b>Использование за 30 дней</b>

        🟦 Токены · 🟩 Запросы

        Сегодня: <b>1 токен</b>, 2 запроса
        7 дней: <b>201 токен</b>, 3 запроса
        30 дней: <b>201 токен</b>, 3 запроса

        Самый загруженный день: 23 ноября 2026, 200 токенов, 1 запрос. Дни — по UTC.
        [🔑 Мои ключи] [⭐ Тарифы]
        [‹ Меню]
        ");
        app.say(&ivan, "/usage").await;
        let chat = app.tap(&ivan, "‹ Menu").await;
        assert!(last(&chat).text.starts_with("Hello, Ivan!"), "{chat:#?}");
    }

    async fn of_a_key_stands_on_its_card(app: App) with SERVICE; {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.say(&ivan, "/newkey desktop").await;
        verify(&app, &key).await;
        charge(&app, &json!({"key_id": 1, "tokens": 200, "request_id": "a"})).await;
        charge(&app, &json!({"key_id": 2, "tokens": 5, "request_id": "b"})).await;
        app.domain.flush_last_used().await.unwrap();
        let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
        let chat = app.tap(&ivan, &row).await;
        let card = &last(&chat).text;
        assert!(card.contains("Today: 200 tokens, 1 request\n7 days: 200 tokens, 1 request\n30 days: 200 tokens, 1 request"), "{card}");
        assert!(card.ends_with("Limit: 599 of 600 requests left this minute"), "{card}");
    }

    async fn without_any_there_is_no_picture(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.say(&ivan, "/profile").await;
        let chat = app.tap(&ivan, "📊 Usage").await;
        sees!(chat, @"
        <b>No usage in the last 30 days.</b> Tokens and requests of your keys appear here.
        [🔑 My keys] [⭐ Plans]
        [‹ Menu]
        ");
        assert_eq!(app.sandbox.call_count("sendPhoto"), 0);
    }

    async fn is_sent_as_text_if_the_picture_is_refused(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        verify(&app, &key).await;
        app.domain.flush_last_used().await.unwrap();
        let description = "Bad Request: not enough rights to send photos to the chat".to_owned();
        app.sandbox.inject_fault(Fault::once("sendPhoto", FaultKind::Refused { code: 400, description }));
        let before = said(&app.sandbox.chat(ivan.id));
        let chat = app.say(&ivan, "/usage").await;
        assert!(last(&chat).text.contains("Today: 0 tokens, 1 request") && last(&chat).file.is_none(), "{chat:#?}");
        assert_eq!(said(&chat), before + 1);
    }
}
