//! Webhook mode. Pushed updates are handled like polled ones and acknowledged after handling.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use telegram_sandbox::{Fault, FaultKind, Person};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::on_both;
use crate::support::chat::{key_in, last, said};
use crate::support::{App, verify};

/// Setting of the webhook mode, at the service's own address.
const HOOK: [(&str, &str); 1] = [("TELEGRAM_WEBHOOK_URL", "{url}/telegram/hook")];

on_both! {
    async fn telegram_is_told_where_to_push_and_with_what_secret(app: App) with HOOK; {
        let hooked = hooked(&app).await;
        assert_eq!(hooked["url"], format!("{}/telegram/hook", app.url));
        assert!(hooked["secret_token"].as_str().unwrap().len() >= 32, "{hooked}");
        let kinds =
            json!(["message", "edited_message", "callback_query", "my_chat_member", "pre_checkout_query", "subscription"]);
        assert_eq!(hooked["allowed_updates"], kinds);
        assert_eq!(app.sandbox.call_count("getUpdates"), 0);
    }

    async fn conversations_are_the_same_as_when_polling(app: App) with HOOK; {
        let ivan = app.person_on("Ivan", "vip").await;
        hooked(&app).await;
        assert!(last(&app.greet(&ivan).await).text.starts_with("Hello, Ivan!"));
        app.tap(&ivan, "➕ New key").await;
        app.say(&ivan, "laptop").await;
        let key = key_in(&app.tap(&ivan, "No end").await);
        assert_eq!(verify(&app, &key).await.status, 200);
        let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
        app.tap(&ivan, &row).await;
        app.tap(&ivan, "🗑 Revoke").await;
        app.tap(&ivan, "Yes, revoke it").await;
        assert_eq!(verify(&app, &key).await.status, 401);
        assert_eq!(app.sandbox.call_count("getUpdates"), 0);
    }

    async fn a_sender_without_the_secret_is_refused(app: App) with HOOK; {
        let ivan = app.person_on("Ivan", "vip").await;
        let secret = secret(&app).await;
        let update = newkey(&app, &ivan, 7000);
        for wrong in [None, Some(""), Some("guess"), Some(&secret[1..]), Some(&format!("{secret}0")), Some(&secret.to_uppercase())] {
            assert_eq!(push(&app.url, wrong, update.to_string()).await, StatusCode::UNAUTHORIZED, "{wrong:?}");
        }
        app.settled().await;
        assert!(app.sandbox.chat(ivan.id).is_empty());
        assert_eq!(push(&app.url, Some(&secret), update.to_string()).await, StatusCode::OK);
    }

    async fn what_cannot_be_read_is_skipped(app: App) with HOOK; {
        let ivan = app.person_on("Ivan", "vip").await;
        let secret = secret(&app).await;
        for garbage in ["", "null", "[]", "{}", "{\"update_id\":1", "nonsense", "{\"update_id\":-1,\"message\":{}}", "\u{0}"] {
            assert_eq!(push(&app.url, Some(&secret), garbage.to_owned()).await, StatusCode::OK, "{garbage:?}");
        }
        let huge = format!("{{\"update_id\":1,\"x\":\"{}\"}}", "x".repeat(2_000_000));
        assert_eq!(push(&app.url, Some(&secret), huge).await, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(last(&app.greet(&ivan).await).text.starts_with("Hello, Ivan!"));
        let method_not_allowed = reqwest::get(format!("{}/telegram/hook", app.url)).await.unwrap();
        assert_eq!(method_not_allowed.status(), StatusCode::METHOD_NOT_ALLOWED);
    }

    async fn an_update_that_is_delivered_again_does_nothing_again(app: App) with HOOK; {
        let ivan = app.person_on("Ivan", "vip").await;
        app.sandbox.allow_chats([ivan.id]);
        let secret = secret(&app).await;
        let update = newkey(&app, &ivan, 7000);
        for _ in 0..3 {
            assert_eq!(push(&app.url, Some(&secret), update.to_string()).await, StatusCode::OK);
        }
        let chat = app.sandbox.chat(ivan.id);
        assert_eq!(said(&chat), 1, "{chat:#?}");
        assert_eq!(verify(&app, &key_in(&chat)).await.status, 200);
    }

    async fn deliveries_of_one_update_at_the_same_time_do_its_work_once(app: App) with HOOK; {
        let ivan = app.person_on("Ivan", "vip").await;
        app.sandbox.allow_chats([ivan.id]);
        let secret = secret(&app).await;
        let update = newkey(&app, &ivan, 7000).to_string();
        let pushes = (0..8).map(|_| push(&app.url, Some(&secret), update.clone()));
        for status in futures::future::join_all(pushes).await {
            assert!(matches!(status, StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE), "{status}");
        }
        let chat = app.sandbox.chat(ivan.id);
        assert_eq!((said(&chat), keys_of(&app, &ivan).await), (1, 1), "{chat:#?}");
        assert_eq!(verify(&app, &key_in(&chat)).await.status, 200);
    }

    async fn the_order_of_a_chat_is_kept(app: App) with HOOK; {
        let ivan = app.person_on("Ivan", "elite").await;
        hooked(&app).await;
        for number in 0..30 {
            app.sandbox.say(&ivan, &format!("/newkey {number}"));
        }
        app.settled().await;
        let listed = app.signed_in(&ivan).await.get("keys").await.json();
        let names: Vec<_> = listed["keys"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap()).collect();
        assert_eq!(names, (0..30).map(|number| number.to_string()).collect::<Vec<_>>());
    }

    async fn a_push_is_answered_only_when_its_work_is_done(app: App) with HOOK; {
        let ivan = app.person_on("Ivan", "vip").await;
        app.sandbox.allow_chats([ivan.id]);
        let secret = secret(&app).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Slow(Duration::from_millis(300))));
        assert_eq!(push(&app.url, Some(&secret), newkey(&app, &ivan, 7000).to_string()).await, StatusCode::OK);
        assert_eq!(said(&app.sandbox.chat(ivan.id)), 1, "the key was sent before the push was acknowledged");
    }

    async fn a_push_while_we_stop_is_to_come_again(app: App) with HOOK; {
        let ivan = app.person_on("Ivan", "vip").await;
        app.sandbox.allow_chats([ivan.id]);
        let secret = secret(&app).await;
        let body = newkey(&app, &ivan, 7000).to_string();
        // `100 Continue` shows that the service reads this request. Then the stop is requested, and the body follows.
        let mut line = TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
        let head = format!(
            "POST /telegram/hook HTTP/1.1\r\nhost: here\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\
             x-telegram-bot-api-secret-token: {secret}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        line.write_all(head.as_bytes()).await.unwrap();
        let mut begun = [0; 12];
        line.read_exact(&mut begun).await.unwrap();
        assert_eq!(&begun, b"HTTP/1.1 100");
        app.service.ask_to_stop();
        line.write_all(body.as_bytes()).await.unwrap();
        let mut rest = String::new();
        line.read_to_string(&mut rest).await.unwrap();
        assert!(rest.contains("503 Service Unavailable") && rest.to_lowercase().contains("retry-after: 1"), "{rest}");
        assert!(app.sandbox.chat(ivan.id).is_empty());
    }

    async fn work_in_flight_is_finished_before_we_stop(app: App) with HOOK; {
        let ivan = app.person_on("Ivan", "vip").await;
        hooked(&app).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Slow(Duration::from_millis(500))));
        app.sandbox.say(&ivan, "/newkey laptop");
        // The key is committed before its message is sent.
        while keys_of(&app, &ivan).await == 0 {}
        app.service.stop().await;
        assert_eq!(said(&app.sandbox.chat(ivan.id)), 1, "the key was sent nevertheless");
    }

    async fn an_update_delivered_to_two_instances_does_its_work_once(app: App) with HOOK; {
        let ivan = app.person_on("Ivan", "vip").await;
        app.sandbox.allow_chats([ivan.id]);
        let secret = secret(&app).await;
        let hook = format!("{}/telegram/hook", app.url);
        let other = app.another(&[("TELEGRAM_WEBHOOK_URL", &hook)]).await;
        for number in 0..5 {
            let update = newkey(&app, &ivan, 7000 + number).to_string().replace("laptop", &format!("key {number}"));
            let (here, there) = tokio::join!(
                push(&app.url, Some(&secret), update.clone()),
                push(&other.url, Some(&secret), update.clone())
            );
            assert!(here == StatusCode::OK || there == StatusCode::OK, "{here} {there}");
            // The instance that answered 503 gets the update again, as Telegram would deliver it.
            assert_eq!(push(&other.url, Some(&secret), update).await, StatusCode::OK);
        }
        other.stop().await;
        assert_eq!((said(&app.sandbox.chat(ivan.id)), keys_of(&app, &ivan).await), (5, 5));
        for message in app.sandbox.chat(ivan.id) {
            // With SQLite, another instance sees changes with a short delay.
            let (key, since) = (key_in(&[message]), std::time::Instant::now());
            while verify(&app, &key).await.status != 200 {
                assert!(since.elapsed() < Duration::from_secs(5), "the key is not valid");
            }
        }
    }

    async fn a_question_of_one_instance_is_answered_to_another(app: App) with HOOK; {
        let ivan = app.person_on("Ivan", "vip").await;
        app.sandbox.allow_chats([ivan.id]);
        let secret = secret(&app).await;
        let other = app.another(&[("TELEGRAM_WEBHOOK_URL", &format!("{}/telegram/hook", app.url))]).await;
        let said_to = async |url: &str, id: i64, text: &str| {
            let update = newkey(&app, &ivan, id).to_string().replace("/newkey laptop", text);
            assert_eq!(push(url, Some(&secret), update).await, StatusCode::OK);
        };
        said_to(&app.url, 7000, "/newkey").await;
        said_to(&other.url, 7001, "laptop").await;
        // A redelivered answer is ignored.
        said_to(&app.url, 7001, "laptop").await;
        other.stop().await;
        let chat = app.tap(&ivan, "No end").await;
        assert!(last(&chat).text.starts_with("🔑 laptop"), "{chat:#?}");
        said_to(&app.url, 7002, "desktop").await;
        let chat = app.sandbox.chat(ivan.id);
        assert!(last(&chat).text.starts_with("I only understand commands"), "{chat:#?}");
        assert_eq!((said(&chat), keys_of(&app, &ivan).await), (3, 1), "the question became the card of the key");
    }

    async fn an_instance_that_stops_leaves_the_webhook_to_the_others(app: App) with HOOK; {
        hooked(&app).await;
        app.service.stop().await;
        assert_eq!(app.sandbox.call_count("deleteWebhook"), 0);
        assert_eq!(app.sandbox.call_count("setWebhook"), 1);
    }
}

/// Waits for the `setWebhook` call; returns its parameters.
async fn hooked(app: &App) -> Value {
    let set = app.sandbox.wait_for(|_| app.calls("setWebhook").first().map(|call| call.params.clone())).await;
    set.expect("a setWebhook call")
}

async fn secret(app: &App) -> String {
    hooked(app).await["secret_token"].as_str().unwrap().to_owned()
}

async fn push(url: &str, secret: Option<&str>, body: String) -> StatusCode {
    let mut request = reqwest::Client::new().post(format!("{url}/telegram/hook")).body(body);
    if let Some(secret) = secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    request.send().await.unwrap().status()
}

/// Builds the update of `/newkey laptop` by a person.
fn newkey(app: &App, person: &Person, update_id: i64) -> Value {
    json!({"update_id": update_id, "message": {
        "message_id": 900, "date": app.clock.unix(), "text": "/newkey laptop",
        "from": {"id": person.id, "is_bot": false, "first_name": person.first_name, "username": person.username},
        "chat": {"id": person.id, "type": "private", "first_name": person.first_name},
    }})
}

async fn keys_of(app: &App, person: &Person) -> usize {
    app.signed_in(person).await.get("keys").await.json()["keys"].as_array().unwrap().len()
}
