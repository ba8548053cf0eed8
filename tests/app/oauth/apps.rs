//! Apps of a person: the list and *Cut off* in chat, on the page and over HTTP; notices, activity and export.

use reqwest::Method;
use serde_json::{Value, json};
use telegram_sandbox::Person;

use super::{TestClient, client, error, refresh, register, text, tokens, website, with_token};
use crate::pages::{Reader, check, leads_to};
use crate::support::chat::{last, shown, warnings};
use crate::support::{App, russian};
use crate::{on_both, sees};
use neuralbox_auth::model::oauth::client_spec::ClientSpec;

const OFFLINE: &str = "openid profile offline_access";

/// A person who chats with the bot.
async fn ivan(app: &App) -> Person {
    app.chatting(app.person("Ivan"), "vip").await
}

async fn userinfo(app: &App, tokens: &Value) -> u16 {
    with_token(app, Method::GET, "/oauth2/userinfo", text(tokens, "access_token")).await.status
}

/// Texts of the warnings that mention a word.
fn about(app: &App, person: &Person, word: &str) -> Vec<String> {
    warnings(&app.sandbox.chat(person.id)).iter().map(shown).filter(|text| text.contains(word)).collect()
}

async fn is_cut_off(app: &App, client: &TestClient, tokens: &Value) {
    assert_eq!(userinfo(app, tokens).await, 401);
    assert_eq!(error(&refresh(app, client, text(tokens, "refresh_token")).await), "400 invalid_grant");
}

on_both! {
    async fn in_chat_they_are_listed_and_cut_off(app: App) {
        let (ivan, client) = (ivan(&app).await, client(&app).await);
        let chat = app.say(&ivan, "/apps").await;
        sees!(chat, @"
        <b>You haven’t signed in to any app with NeuralBox.</b>
        [‹ Profile]
        ");
        let tokens = tokens(&app, &ivan, &client, OFFLINE).await;
        let chat = app.say(&ivan, "apps").await;
        let seen = last(&chat).text.clone();
        assert!(seen.starts_with("1 app can use your account.\n\n1. Grafana, app.example\n• "), "{seen}");
        assert!(seen.ends_with("Last used: just now"), "{seen}");
        let message = last(&chat).id;
        for _ in 0..2 {
            app.sandbox.tap(&ivan, message, "✖ Cut off · Grafana").unwrap();
        }
        app.settled().await;
        let said = app.calls("answerCallbackQuery");
        let said: Vec<_> = said.iter().rev().take(2).map(|call| call.params["text"].as_str().unwrap().to_owned()).collect();
        assert_eq!(said, ["It no longer has access.", "Grafana no longer has access."]);
        assert_eq!(last(&app.sandbox.chat(ivan.id)).text, "You haven’t signed in to any app with NeuralBox.");
        is_cut_off(&app, &client, &tokens).await;
    }

    async fn on_the_security_page(app: App) {
        let (ivan, client) = (ivan(&app).await, client(&app).await);
        let tokens = tokens(&app, &ivan, &client, OFFLINE).await;
        for (language, cut_off) in [("en", "Cut off"), ("ru", "Закрыть доступ")] {
            let page = Reader::signed_in(&app, &ivan, language).await.get("/web/profile/security").await;
            check(&page);
            assert!(page.text.contains("<bdi>Grafana</bdi>") && page.text.contains("<bdi>app.example</bdi>"), "{page:?}");
            assert!(page.text.contains(&format!(">{cut_off}</button>")), "{page:?}");
        }
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        for _ in 0..2 {
            let answer = reader.post("/web/profile/security/apps/cut-off", &[("client_id", &client.id)]).await;
            assert_eq!(leads_to(&answer), "/web/profile/security?done=app-cut-off");
        }
        let page = reader.get("/web/profile/security?done=app-cut-off").await;
        assert!(page.text.contains("That app no longer has access.") && !page.text.contains("Grafana"), "{page:?}");
        is_cut_off(&app, &client, &tokens).await;
    }

    async fn over_http_by_a_session_only(app: App) {
        let (ivan, client) = (ivan(&app).await, client(&app).await);
        let tokens = tokens(&app, &ivan, &client, OFFLINE).await;
        let mut browser = app.signed_in(&ivan).await;
        let apps = browser.get("apps").await.json()["apps"].clone();
        assert_eq!(
            apps,
            json!([{
                "client_id": client.id, "name": "Grafana", "host": "app.example", "scope": OFFLINE,
                "since": apps[0]["since"], "last_used_at": apps[0]["last_used_at"],
            }])
        );
        let path = format!("/api/v2/apps/{}", client.id);
        let answer = with_token(&app, Method::GET, "/api/v2/apps", text(&tokens, "access_token")).await;
        assert_eq!(answer.problem().split(' ').next(), Some("403"), "an app sees no apps: {answer:?}");
        let olga = app.person("Olga");
        let mut olgas = app.signed_in(&olga).await;
        assert_eq!(olgas.delete(&path).await.problem(), "404 Not found (app_not_found)", "Ivan's is not hers");
        assert_eq!(userinfo(&app, &tokens).await, 200);
        assert_eq!(browser.delete(&path).await.status, 204);
        assert_eq!(browser.delete(&path).await.problem(), "404 Not found (app_not_found)");
        assert_eq!(browser.get("apps").await.json(), json!({"apps": []}));
        is_cut_off(&app, &client, &tokens).await;
    }

    async fn a_new_sign_in_through_an_app_is_told_and_ended(app: App) {
        let (ivan, client) = (ivan(&app).await, client(&app).await);
        let tokens = tokens(&app, &ivan, &client, OFFLINE).await;
        let chat = app.warned(&ivan, 2).await;
        let warning = warnings(&chat).into_iter().find(|message| message.text.contains("Grafana")).expect("a warning");
        insta::allow_duplicates! {
            insta::assert_snapshot!(shown(&warning), @"
            🔔 <b>Signed in to Grafana, app.example</b>

            From unknown program, network 127.0.0.x. Wasn’t you? End it.
            [✖ End] [🧩 Apps]
            ");
        }
        app.sandbox.tap(&ivan, warning.id, "✖ End").unwrap();
        app.settled().await;
        let chat = app.sandbox.chat(ivan.id);
        let ended = chat.iter().find(|message| message.id == warning.id).expect("the warning");
        assert!(ended.text.starts_with("🚫 Grafana is signed out"), "{ended:#?}");
        is_cut_off(&app, &client, &tokens).await;
    }

    async fn somebody_else_cannot_end_it(app: App) {
        let (ivan, client) = (ivan(&app).await, client(&app).await);
        let tokens = tokens(&app, &ivan, &client, OFFLINE).await;
        let olga = app.chatting(app.person("Olga"), "vip").await;
        for data in ["v1:endapp:1".to_owned(), format!("v1:cutapp:{}", client.id)] {
            app.sandbox.push_update(json!({"callback_query": {
                "id": data, "chat_instance": "1", "data": data,
                "from": {"id": olga.id, "is_bot": false, "first_name": "Olga"},
            }}));
            app.settled().await;
        }
        assert_eq!(userinfo(&app, &tokens).await, 200);
    }

    async fn keys_that_an_app_makes_are_told_with_revoke(app: App) {
        let maria = app.chatting(russian(app.person("Мария")), "vip").await;
        let client = client(&app).await;
        let tokens = tokens(&app, &maria, &client, "openid keys:write keys:read").await;
        let token = text(&tokens, "access_token");
        let new = reqwest::Client::new().post(format!("{}/api/v2/keys", app.url)).bearer_auth(token);
        let made = crate::support::ask(new.json(&json!({"name": "laptop"}))).await;
        assert_eq!(made.status, 201, "{made:?}");
        let key = made.json()["id"].clone();
        app.comes(&maria, "Новый ключ").await;
        let rotated = with_token(&app, Method::POST, &format!("/api/v2/keys/{key}/rotate"), token).await;
        assert_eq!(rotated.status, 200, "{rotated:?}");
        app.comes(&maria, "перевыпущен").await;
        let told = about(&app, &maria, "Приложение Grafana создало");
        assert_eq!(told.len(), 2, "{told:#?}");
        assert!(told.iter().all(|text| text.contains("[🗑 Отозвать]")), "{told:#?}");
        let lines = app.signed_in(&maria).await.get("activity").await.json();
        let made = lines["events"].as_array().unwrap().iter().find(|line| line["kind"] == "key_created").unwrap();
        assert_eq!(made["by"], "app", "{made}");
    }

    async fn a_reused_refresh_token_ends_the_access_and_is_told(app: App) {
        let (ivan, client) = (ivan(&app).await, client(&app).await);
        let tokens = tokens(&app, &ivan, &client, OFFLINE).await;
        let first = text(&tokens, "refresh_token").to_owned();
        let second = refresh(&app, &client, &first).await.json();
        app.clock.pass(60);
        let third = refresh(&app, &client, text(&second, "refresh_token")).await.json();
        assert_eq!(error(&refresh(&app, &client, &first).await), "400 invalid_grant");
        is_cut_off(&app, &client, &third).await;
        let told = app.comes(&ivan, "may have copied the sign-in of Grafana, app.example").await;
        assert!(told.button("🧩 Apps").is_some(), "{told:#?}");
        let lines = app.signed_in(&ivan).await.get("activity").await.text;
        assert!(lines.contains("app_refresh_token_reused"), "{lines}");
    }

    async fn activity_and_export_name_them(app: App) {
        let (ivan, client) = (ivan(&app).await, client(&app).await);
        tokens(&app, &ivan, &client, OFFLINE).await;
        let mut browser = app.signed_in(&ivan).await;
        let export = browser.get("me/export").await.json();
        assert_eq!(export["apps"][0]["client_id"], client.id);
        assert_eq!(export["apps"][0]["scope"], OFFLINE);
        browser.delete(&format!("apps/{}", client.id)).await;
        let lines = browser.get("activity").await.json();
        let kinds: Vec<_> = lines["events"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect();
        assert!(kinds.contains(&"app_authorized") && kinds.contains(&"app_cut_off"), "{kinds:?}");
        let chat = app.say(&ivan, "/apps").await;
        assert!(last(&chat).text.starts_with("You haven’t"), "{chat:#?}");
    }

    async fn two_apps_of_one_name_are_told_apart_by_their_hosts(app: App) {
        let ivan = ivan(&app).await;
        let client = client(&app).await;
        tokens(&app, &ivan, &client, OFFLINE).await;
        let other = ClientSpec {
            redirect_uris: Some(vec![crate::oauth::CALLBACK.to_owned()]),
            home_uri: Some("https://evil.example/".to_owned()),
            ..website()
        };
        let other = register(&app, other).await;
        tokens(&app, &ivan, &other, OFFLINE).await;
        let chat = app.say(&ivan, "/apps").await;
        let seen = &last(&chat).text;
        assert!(seen.starts_with("2 apps can use your account."), "{seen}");
        assert!(seen.matches("Grafana, app.example").count() == 2, "the host is where the browser is sent: {seen}");
    }
}
