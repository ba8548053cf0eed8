//! Telegram unreachable, or unusable for us. HTTP keeps working, readiness names the cause, and the bot recovers.

use std::net::SocketAddr;

use serde_json::Value;
use telegram_sandbox::{Fault, FaultKind, Sandbox};
use tokio::net::TcpSocket;
use tokio_util::sync::CancellationToken;

use crate::on_both;
use crate::support::chat::last;
use crate::support::{App, TOKEN, ask};

on_both! {
    async fn the_rest_works_while_telegram_is_unavailable_and_the_bot_afterwards(app: App) {
        // Bound but not listening: the port is reserved, and connections are refused.
        let closed = TcpSocket::new_v4().unwrap();
        closed.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let telegram_url = format!("http://{}", closed.local_addr().unwrap());
        let service = app.another(&[("TELEGRAM_API_URL", &telegram_url)]).await;

        let down = until_telegram_is(&service.url, |said| said.contains("no connection")).await;
        assert_eq!(down["status"], "not ready");
        assert_eq!(down["checks"]["database"], "ok");
        assert_eq!(ready(&service.url, "?exclude=telegram").await.0, 200);
        let ivan = app.person("Ivan");
        let mut browser = crate::support::Browser::new(&service.url);
        browser.sign_in(&app, &ivan).await;
        assert_eq!(browser.get("me").await.json()["name"], "Ivan");

        let time = app.clock.clone();
        let telegram = Sandbox::new(telegram_sandbox::SandboxSettings::new(TOKEN, move || time.unix()).with_bot("NeuralBox", "neuralbox_bot"));
        let written = telegram.clone();
        written.say(&ivan, "/profile");
        let end = CancellationToken::new();
        let serving = tokio::spawn(telegram.clone().serve(closed.listen(64).unwrap(), end.clone().cancelled_owned()));
        telegram.wait_for(|telegram| telegram.last(ivan.id).filter(|message| message.from_bot)).await.unwrap();
        telegram.wait_until_idle().await.unwrap();
        assert!(last(&telegram.chat(ivan.id)).text.starts_with("Ivan\nAccount #1"));
        until_telegram_is(&service.url, |said| said == "ok").await;
        assert_eq!(ready(&service.url, "").await.0, 200);
        service.stop().await;
        end.cancel();
        serving.await.unwrap().unwrap();
    }

    async fn a_webhook_that_someone_set_is_not_robbed_of_its_updates(app: App) {
        let time = app.clock.clone();
        let telegram = Sandbox::new(telegram_sandbox::SandboxSettings::new(TOKEN, move || time.unix()).with_bot("NeuralBox", "neuralbox_bot"));
        let end = CancellationToken::new();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let telegram_url = format!("http://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(telegram.clone().serve(listener, end.clone().cancelled_owned()));
        let method = |name: &str| format!("{telegram_url}/bot{TOKEN}/{name}");
        let set = serde_json::json!({"url": "http://127.0.0.1:9/of-production"});
        let set = ask(reqwest::Client::new().post(method("setWebhook")).json(&set)).await;
        assert_eq!(set.json()["ok"], true, "{set:?}");

        let service = app.another(&[("TELEGRAM_API_URL", &telegram_url)]).await;
        let down = until_telegram_is(&service.url, |said| said.contains("a webhook is set")).await;
        assert!(down["checks"]["telegram"].as_str().unwrap().contains("TELEGRAM_WEBHOOK_URL"), "{down}");
        assert_eq!((telegram.call_count("getUpdates"), telegram.call_count("deleteWebhook")), (0, 0));

        ask(reqwest::Client::new().post(method("deleteWebhook"))).await;
        until_telegram_is(&service.url, |said| said == "ok").await;
        service.stop().await;
        end.cancel();
        serving.await.unwrap().unwrap();
    }

    async fn someone_else_who_polls_the_same_bot_is_shown_and_outlived(app: App) {
        until_telegram_is(&app.url, |said| said == "ok").await;
        let said = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
        let conflict = FaultKind::Refused { code: 409, description: said.to_owned() };
        app.sandbox.inject_fault(Fault::once("getUpdates", conflict).times(3));
        let ivan = app.person("Ivan");
        app.meet(&ivan).await;
        app.sandbox.say(&ivan, "/start");
        until_telegram_is(&app.url, |said| said.contains("another receiver takes this bot's updates")).await;
        app.settled().await;
        assert!(last(&app.sandbox.chat(ivan.id)).text.starts_with("Hello, Ivan!"));
        app.say(&ivan, "/profile").await;
        until_telegram_is(&app.url, |said| said == "ok").await;
    }

    async fn metrics_are_served_on_their_own_address_and_nowhere_else(app: App) {
        until_telegram_is(&app.url, |said| said == "ok").await;
        let there = ask(reqwest::Client::new().get(format!("{}/metrics", app.metrics_url))).await;
        assert_eq!(there.status, 200);
        assert!(there.text.contains("neuralbox_telegram_up 1"), "{}", there.text);
        assert_eq!(ask(reqwest::Client::new().get(format!("{}/metrics", app.url))).await.status, 404);
    }

    async fn a_token_that_telegram_refuses_is_shown(app: App) {
        let service = app.another(&[("TELEGRAM_BOT_TOKEN", "1000000001:another-token")]).await;
        until_telegram_is(&service.url, |said| said == "Telegram refuses the bot token").await;
        let (_, said) = ready(&service.url, "").await;
        assert!(!said.to_string().contains("another-token"), "{said}");
        service.stop().await;
    }
}

async fn ready(url: &str, query: &str) -> (u16, Value) {
    let answer = ask(reqwest::Client::new().get(format!("{url}/readyz{query}"))).await;
    (answer.status, answer.json())
}

/// Polls readiness until the state of Telegram is the wanted one.
async fn until_telegram_is(url: &str, wanted: impl Fn(&str) -> bool) -> Value {
    let mut last = Value::Null;
    for _ in 0..10_000 {
        let (status, said) = ready(url, "").await;
        let telegram = said["checks"]["telegram"].as_str().unwrap().to_owned();
        assert_eq!(status == 200, telegram == "ok", "{said}");
        if wanted(&telegram) {
            return said;
        }
        last = said;
        tokio::task::yield_now().await;
    }
    panic!("readiness stayed {last}");
}
