//! Warnings about API keys: created or rotated elsewhere, used from a new network, over the rate limit.

use reqwest::Method;
use serde_json::json;

use crate::support::chat::{key_in, last, said, warnings};
use crate::support::{Answer, App, ask, russian, verify};
use crate::{is_warned, on_both};

const PROXY: [(&str, &str); 1] = [("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1")];

/// Verifies a key with a request forwarded for that address.
async fn verify_from(app: &App, key: &str, address: &str) -> Answer {
    let request = app.browser().request(Method::GET, "auth/verify").bearer_auth(key);
    ask(request.header("x-forwarded-for", address)).await
}

/// Verifies a key from an address and records the use.
async fn used_from(app: &App, key: &str, address: &str) {
    app.clock.pass(1);
    assert_eq!(verify_from(app, key, address).await.status, 200);
    app.domain.flush_last_used().await.unwrap();
}

on_both! {
    async fn a_key_created_on_the_web_causes_a_notice_and_one_created_in_chat_does_not(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey chat").await;
        // No warning for this session: its sign-in created the account.
        let maria = app.person("Мария");
        let mut browser = app.signed_in(&maria).await;
        app.put_on_plan(&maria, "vip").await;
        app.greet(&russian(maria.clone())).await;
        let key = browser.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
        let chat = app.warned(&maria, 1).await;
        is_warned!(chat, @"
        🔔 <b>Новый ключ: laptop</b>

        <code>nb_·…·</code> создан не в этом чате. Если это были не вы, отзовите ключ и проверьте сеансы.
        [🗑 Отозвать] [🔑 Мои ключи]
        ");
        assert!(!chat.iter().any(|message| message.text.contains(&key)), "the warning does not contain the key");
        app.tap(&maria, "🗑 Отозвать").await;
        app.tap(&maria, "Да, отозвать").await;
        assert_eq!(verify(&app, &key).await.problem(), "401 Invalid or expired token (key_revoked)");
        assert_eq!(warnings(&app.sandbox.chat(ivan.id)).len(), 0);
    }

    async fn a_key_rotated_on_the_web_causes_a_notice_and_one_rotated_in_chat_does_not(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.say(&ivan, "/newkey laptop").await;
        let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
        for label in [&row, "🔄 Rotate", "1 hour"] {
            app.tap(&ivan, label).await;
        }
        let mut browser = app.signed_in(&ivan).await;
        app.warned(&ivan, 1).await;
        let rotated = browser.post("keys/1/rotate", json!({"grace_seconds": 3600})).await.json();
        let chat = app.warned(&ivan, 2).await;
        is_warned!(chat, @"
        🔔 <b>Your key laptop was rotated</b>

        <code>nb_·…·</code> was created outside this chat. If it wasn’t you, revoke the key and check your sessions. The old key keeps working for 1 hour.
        [🗑 Revoke] [🔑 My keys]
        ");
        assert!(!chat.iter().any(|message| message.text.contains(rotated["key"].as_str().unwrap())));
        app.greet(&russian(ivan.clone())).await;
        browser.post("keys/1/rotate", json!({"grace_seconds": 0})).await;
        let chat = app.warned(&ivan, 3).await;
        is_warned!(chat, @"
        🔔 <b>Ключ laptop перевыпущен</b>

        <code>nb_·…·</code> создан не в этом чате. Если это были не вы, отзовите ключ и проверьте сеансы. Прежний ключ больше не работает.
        [🗑 Отозвать] [🔑 Мои ключи]
        ");
    }

    async fn a_form_that_is_sent_twice_causes_one_notice(app: App) {
        let ivan = app.person("Ivan");
        let mut browser = app.signed_in(&ivan).await;
        app.put_on_plan(&ivan, "vip").await;
        app.greet(&ivan).await;
        browser.post("keys", json!({"name": "one"})).await;
        assert_eq!(browser.post("keys", json!({"name": "one"})).await.status, 409);
        browser.post("keys", json!({"name": "two"})).await;
        let chat = app.warned(&ivan, 2).await;
        let told = warnings(&chat).into_iter().map(|message| message.text.lines().next().unwrap().to_owned());
        assert_eq!(told.collect::<Vec<_>>(), ["🔔 New key: one", "🔔 New key: two"]);
    }

    async fn a_new_network_is_reported_and_the_first_is_not_new(app: App) with PROXY; {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        used_from(&app, &key, "203.0.113.9").await;
        used_from(&app, &key, "203.0.113.200").await;
        used_from(&app, &key, "10.1.2.3").await;
        used_from(&app, &key, "198.51.100.7").await;
        let chat = app.warned(&ivan, 1).await;
        is_warned!(chat, @"
        🔔 <b>Your key laptop was used from a new network</b>

        <code>nb_·…·</code>, from 198.51.100.x. If that isn’t one of your programs, revoke the key.
        [✅ It was me]
        [🔄 Rotate] [🗑 Revoke]
        [🔑 My keys]
        ");
        used_from(&app, &key, "2001:db8:1:2::3").await;
        app.clock.pass(86_400);
        used_from(&app, &key, "198.51.100.8").await;
        used_from(&app, &key, "192.0.2.1").await;
        let chat = app.warned(&ivan, 2).await;
        assert!(warnings(&chat)[1].text.contains("192.0.2.x"), "one a day, for unknown networks: {chat:#?}");
    }

    async fn a_network_reported_by_another_instance_is_not_reported_again(app: App) with PROXY; {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        used_from(&app, &key, "203.0.113.9").await;
        used_from(&app, &key, "198.51.100.7").await;
        app.warned(&ivan, 1).await;
        app.service.stop().await;
        let next = app.another(&PROXY).await;
        app.clock.pass(86_400);
        for address in ["198.51.100.7", "203.0.113.9"] {
            app.clock.pass(1);
            let request = reqwest::Client::new().get(format!("{}/api/v2/auth/verify", next.url)).bearer_auth(&key);
            assert_eq!(ask(request.header("x-forwarded-for", address)).await.status, 200);
            next.domain.flush_last_used().await.unwrap();
        }
        app.say(&ivan, "/profile").await;
        assert_eq!(app.warned(&ivan, 1).await.len(), app.sandbox.chat(ivan.id).len());
        next.stop().await;
    }

    async fn many_refusals_cause_one_notice_an_hour(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let storm = async |requests: usize| {
            for _ in 0..requests {
                verify(&app, &key).await;
            }
            app.domain.add_rate_limit_alerts().await.unwrap();
        };
        storm(600 + 99).await;
        app.clock.pass(3600);
        storm(600 + 100).await;
        let chat = app.warned(&ivan, 1).await;
        is_warned!(chat, @"
        🔔 <b>Many of your requests were rejected</b>

        Your plan allows 600 requests a minute, and 100 more were rejected within one minute. One of your programs may be running out of control.
        [🔑 My keys]
        [⭐ Elite · 2,500 Stars]
        [⭐ Plans]
        ");
        storm(150).await;
        app.clock.pass(3601);
        app.say(&russian(ivan.clone()), "/profile").await;
        storm(600 + 100).await;
        let chat = app.warned(&ivan, 2).await;
        is_warned!(chat, @"
        🔔 <b>Много ваших запросов отклонено</b>

        Ваш тариф допускает 600 запросов в минуту, а сверх того за минуту отклонено 100 запросов. Возможно, одна из ваших программ вышла из-под контроля.
        [🔑 Мои ключи]
        [⭐ Elite · 2 500 звёзд]
        [⭐ Тарифы]
        ");
        assert!(said(&chat) <= 3, "{chat:#?}");
        assert!(last(&chat).text.starts_with("Ivan"), "{chat:#?}");
    }
}
