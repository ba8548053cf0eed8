//! The control API and the pages.

use serde_json::{Value, json};

use crate::stage::{Stage, stage};

async fn post(stage: &Stage, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/_sandbox{path}", stage.address);
    let answer = stage.http.post(url).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

async fn get(stage: &Stage, path: &str) -> Value {
    stage.http.get(format!("{}/_sandbox{path}", stage.address)).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_driver_talks_and_taps() {
    let stage = stage().await;
    let (status, said) = post(&stage, "/chats/1001/messages", json!({"text": "/start"})).await;
    assert_eq!((status, &said["message_id"]), (201, &json!(1)));
    let started = stage.updates(json!({})).await[0]["update_id"].as_i64().unwrap() + 1;
    let rows = json!([[{"text": "Go", "callback_data": "go"}, {"text": "Web", "url": "http://localhost:8080/web"}]]);
    stage.done("sendMessage", json!({"chat_id": 1001, "text": "Hi", "reply_markup": {"inline_keyboard": rows}})).await;
    let answer = async {
        let update = stage.updates(json!({"offset": started, "timeout": 50})).await;
        let query = &update[0]["callback_query"]["id"];
        stage.done("answerCallbackQuery", json!({"callback_query_id": query, "text": "Gone"})).await;
    };
    let ((status, tapped), ()) =
        tokio::join!(post(&stage, "/chats/1001/taps", json!({"message_id": 2, "data": "go"})), answer);
    assert_eq!((status, &tapped["answer"]["text"]), (200, &json!("Gone")));
    let (_, opened) = post(&stage, "/chats/1001/taps", json!({"message_id": 2, "label": "Web"})).await;
    assert_eq!(opened, json!({"url": "http://localhost:8080/web"}));
    assert_eq!(post(&stage, "/chats/1001/taps", json!({"message_id": 9, "label": "Web"})).await.0, 404);
    let calls = get(&stage, "/calls?method=answercallbackquery").await;
    assert_eq!(calls[0]["params"]["text"], "Gone");
}

#[tokio::test]
async fn events_wait_for_news() {
    let stage = stage().await;
    let first = get(&stage, "/chats/1001/events").await;
    assert_eq!(first["messages"], json!([]));
    let version = first["version"].as_str().unwrap();
    let path = format!("/chats/1001/events?after={version}");
    let (news, _sent) = tokio::join!(get(&stage, &path), stage.send("<b>News</b>"));
    assert_eq!(news["messages"][0]["entities"][0]["type"], "bold");
    assert_ne!(news["version"], first["version"]);
    assert_eq!(news["people"][0]["last"]["text"], "News");
}

#[tokio::test]
async fn people_come_and_block() {
    let stage = stage().await;
    let (status, _) = post(&stage, "/people", json!({"id": 7, "first_name": "Olga", "caption": "Free plan"})).await;
    assert_eq!(status, 201);
    assert_eq!(post(&stage, "/people", json!({"id": 0, "first_name": "Nobody"})).await.0, 422);
    assert_eq!(get(&stage, "/people").await[1]["person"]["caption"], "Free plan");
    assert_eq!(post(&stage, "/chats/1001/block", json!({})).await.0, 204);
    let send = json!({"chat_id": 1001, "text": "x"});
    assert_eq!(stage.refused("sendMessage", send.clone()).await, "403 Forbidden: bot was blocked by the user");
    assert_eq!(post(&stage, "/chats/1001/unblock", json!({})).await.0, 204);
    stage.done("sendMessage", send).await;
}

#[tokio::test]
async fn faults_and_updates_are_ordered_over_http() {
    let stage = stage().await;
    let fault = json!({"kind": "too_many_requests", "method": "sendmessage", "retry_after": 7});
    assert_eq!(post(&stage, "/faults", fault).await.0, 204);
    let answer = stage.call("sendMessage", json!({"chat_id": 1001, "text": "x"})).await;
    assert_eq!(answer["parameters"], json!({"retry_after": 7}));
    let (_, pushed) = post(&stage, "/updates", json!({"message": {"text": "raw", "chat": {"id": 1001}}})).await;
    assert_eq!(stage.updates(json!({})).await[0]["update_id"], pushed["update_id"]);
}

#[tokio::test]
async fn foreign_names_and_pages_are_refused() {
    let stage = stage().await;
    let get = async |path: &str, name: &str, value: &str| {
        stage.http.get(format!("{}{path}", stage.address)).header(name, value).send().await.unwrap().status().as_u16()
    };
    for path in ["/", "/widget", "/_sandbox/people", "/embed/test_bot", "/assets/chat.js"] {
        assert_eq!(get(path, "host", "rebound.example:80").await, 403, "{path}");
        assert_eq!(get(path, "origin", "https://elsewhere.example").await, 403, "{path}");
        assert_eq!(get(path, "host", "localhost:80").await, 200, "{path}");
    }
}

#[tokio::test]
async fn pages_bring_everything_along_under_a_strict_policy() {
    let stage = stage().await;
    for path in ["/", "/chat", "/widget", "/embed/test_bot"] {
        let page = stage.http.get(format!("{}{path}", stage.address)).send().await.unwrap();
        let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let body = page.text().await.unwrap();
        let asks = ["src=\"", "href=\""].into_iter().flat_map(|mark| body.split(mark).skip(1));
        for asset in asks.filter_map(|rest| rest.split('"').next()) {
            let status = stage.http.get(format!("{}{asset}", stage.address)).send().await.unwrap().status();
            assert_eq!(status, 200, "{path} asks for {asset}");
        }
    }
}

#[tokio::test]
async fn the_sandbox_ends_while_polls_wait() {
    let stage = stage().await;
    let sandbox = telegram_sandbox::Sandbox::new(telegram_sandbox::SandboxSettings::new("1:x", || 0));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/bot1:x/getUpdates?timeout=50", listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn(sandbox.clone().serve(listener, async { drop(stopped.await) }));
    let poll = tokio::spawn(stage.http.get(url).send());
    sandbox.wait_for(|sandbox| sandbox.is_polled().then_some(())).await.unwrap();
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
    assert_eq!(poll.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_driver_sends_more_than_plain_text() {
    let stage = stage().await;
    let (status, _) =
        post(&stage, "/chats/1001/messages", json!({"html": "<b>x</b>", "photo": "AgAC", "forwarded": true})).await;
    assert_eq!(status, 201);
    let update = stage.updates(json!({})).await.pop().unwrap();
    let message = &update["message"];
    assert_eq!((&message["caption"], &message["photo"][0]["file_id"]), (&json!("x"), &json!("AgAC")));
    assert_eq!(message["caption_entities"][0]["type"], "bold");
    assert!(message["forward_origin"].is_object());
    let (status, fault) = post(&stage, "/chats/1001/messages", json!({"html": "<b>x"})).await;
    assert_eq!((status, &fault["error"]), (422, &json!("Can't find end tag corresponding to start tag \"b\"")));
    assert_eq!(post(&stage, "/chats/1001/messages", json!({})).await.0, 422);
}
