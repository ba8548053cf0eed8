//! Control API and pages.

use serde_json::{Value, json};

use crate::support::{Fixture, fixture};

async fn post(fixture: &Fixture, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/_sandbox{path}", fixture.address);
    let answer = fixture.http.post(url).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

async fn get(fixture: &Fixture, path: &str) -> Value {
    fixture.http.get(format!("{}/_sandbox{path}", fixture.address)).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_driver_sends_and_taps() {
    let fixture = fixture().await;
    let (status, said) = post(&fixture, "/chats/1001/messages", json!({"text": "/start"})).await;
    assert_eq!((status, &said["message_id"]), (201, &json!(1)));
    let started = fixture.updates(json!({})).await[0]["update_id"].as_i64().unwrap() + 1;
    let rows = json!([[{"text": "Go", "callback_data": "go"}, {"text": "Web", "url": "http://localhost:8080/web"}]]);
    fixture
        .done("sendMessage", json!({"chat_id": 1001, "text": "Hi", "reply_markup": {"inline_keyboard": rows}}))
        .await;
    let answer = async {
        let update = fixture.updates(json!({"offset": started, "timeout": 50})).await;
        let query = &update[0]["callback_query"]["id"];
        fixture.done("answerCallbackQuery", json!({"callback_query_id": query, "text": "Gone"})).await;
    };
    let ((status, tapped), ()) =
        tokio::join!(post(&fixture, "/chats/1001/taps", json!({"message_id": 2, "data": "go"})), answer);
    assert_eq!((status, &tapped["answer"]["text"]), (200, &json!("Gone")));
    let (_, opened) = post(&fixture, "/chats/1001/taps", json!({"message_id": 2, "label": "Web"})).await;
    assert_eq!(opened, json!({"url": "http://localhost:8080/web"}));
    assert_eq!(post(&fixture, "/chats/1001/taps", json!({"message_id": 9, "label": "Web"})).await.0, 404);
    let calls = get(&fixture, "/calls?method=answercallbackquery").await;
    assert_eq!(calls[0]["params"]["text"], "Gone");
}

#[tokio::test]
async fn events_wait_for_a_change() {
    let fixture = fixture().await;
    let first = get(&fixture, "/chats/1001/events").await;
    assert_eq!(first["messages"], json!([]));
    let version = first["version"].as_str().unwrap();
    let path = format!("/chats/1001/events?after={version}");
    let (news, _sent) = tokio::join!(get(&fixture, &path), fixture.send("<b>News</b>"));
    assert_eq!(news["messages"][0]["entities"][0]["type"], "bold");
    assert_ne!(news["version"], first["version"]);
    assert_eq!(news["people"][0]["last"]["text"], "News");
}

#[tokio::test]
async fn people_are_added_and_block_the_bot() {
    let fixture = fixture().await;
    let (status, _) = post(&fixture, "/people", json!({"id": 7, "first_name": "Olga", "caption": "Free plan"})).await;
    assert_eq!(status, 201);
    assert_eq!(post(&fixture, "/people", json!({"id": 0, "first_name": "Nobody"})).await.0, 422);
    assert_eq!(get(&fixture, "/people").await[1]["person"]["caption"], "Free plan");
    assert_eq!(post(&fixture, "/chats/1001/block", json!({})).await.0, 204);
    let send = json!({"chat_id": 1001, "text": "x"});
    assert_eq!(fixture.refused("sendMessage", send.clone()).await, "403 Forbidden: bot was blocked by the user");
    assert_eq!(post(&fixture, "/chats/1001/unblock", json!({})).await.0, 204);
    fixture.done("sendMessage", send).await;
}

#[tokio::test]
async fn faults_and_updates_are_added_over_http() {
    let fixture = fixture().await;
    let fault = json!({"kind": "too_many_requests", "method": "sendmessage", "retry_after": 7});
    assert_eq!(post(&fixture, "/faults", fault).await.0, 204);
    let answer = fixture.call("sendMessage", json!({"chat_id": 1001, "text": "x"})).await;
    assert_eq!(answer["parameters"], json!({"retry_after": 7}));
    let (_, pushed) = post(&fixture, "/updates", json!({"message": {"text": "raw", "chat": {"id": 1001}}})).await;
    assert_eq!(fixture.updates(json!({})).await[0]["update_id"], pushed["update_id"]);
}

#[tokio::test]
async fn other_hosts_and_origins_are_refused() {
    let fixture = fixture().await;
    let get = async |path: &str, name: &str, value: &str| {
        fixture
            .http
            .get(format!("{}{path}", fixture.address))
            .header(name, value)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    for path in ["/", "/widget", "/_sandbox/people", "/embed/test_bot", "/assets/chat.js"] {
        assert_eq!(get(path, "host", "rebound.example:80").await, 403, "{path}");
        assert_eq!(get(path, "origin", "https://elsewhere.example").await, 403, "{path}");
        assert_eq!(get(path, "host", "localhost:80").await, 200, "{path}");
    }
}

#[tokio::test]
async fn pages_load_only_local_files_under_a_strict_policy() {
    let fixture = fixture().await;
    for path in ["/", "/chat", "/widget", "/embed/test_bot"] {
        let page = fixture.http.get(format!("{}{path}", fixture.address)).send().await.unwrap();
        let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let body = page.text().await.unwrap();
        let asks = ["src=\"", "href=\""].into_iter().flat_map(|mark| body.split(mark).skip(1));
        for asset in asks.filter_map(|rest| rest.split('"').next()) {
            let status = fixture.http.get(format!("{}{asset}", fixture.address)).send().await.unwrap().status();
            assert_eq!(status, 200, "{path} asks for {asset}");
        }
    }
}

#[tokio::test]
async fn the_sandbox_stops_while_polls_wait() {
    let fixture = fixture().await;
    let sandbox = telegram_sandbox::Sandbox::new(telegram_sandbox::SandboxSettings::new("1:x", || 0));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/bot1:x/getUpdates?timeout=50", listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn(sandbox.clone().serve(listener, async { drop(stopped.await) }));
    let poll = tokio::spawn(fixture.http.get(url).send());
    sandbox.wait_for(|sandbox| sandbox.is_polled().then_some(())).await.unwrap();
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
    assert_eq!(poll.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_driver_sends_more_than_plain_text() {
    let fixture = fixture().await;
    let (status, _) =
        post(&fixture, "/chats/1001/messages", json!({"html": "<b>x</b>", "photo": "AgAC", "forwarded": true})).await;
    assert_eq!(status, 201);
    let update = fixture.updates(json!({})).await.pop().unwrap();
    let message = &update["message"];
    assert_eq!((&message["caption"], &message["photo"][0]["file_id"]), (&json!("x"), &json!("AgAC")));
    assert_eq!(message["caption_entities"][0]["type"], "bold");
    assert!(message["forward_origin"].is_object());
    let (status, fault) = post(&fixture, "/chats/1001/messages", json!({"html": "<b>x"})).await;
    assert_eq!((status, &fault["error"]), (422, &json!("Can't find end tag corresponding to start tag \"b\"")));
    assert_eq!(post(&fixture, "/chats/1001/messages", json!({})).await.0, 422);
}
