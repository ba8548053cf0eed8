//! Webhook deliveries: secret, order, retries.

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
};

use crate::support::{Fixture, anna, fixture, ivan};

/// A webhook that records requests and responds with a configurable status.
struct Hook {
    url: String,
    status: Arc<AtomicU16>,
    came: Mutex<mpsc::UnboundedReceiver<(HeaderMap, Value)>>,
}

type Answers = (mpsc::UnboundedSender<(HeaderMap, Value)>, Arc<AtomicU16>);

async fn hook() -> Hook {
    let (tell, came) = mpsc::unbounded_channel();
    let status = Arc::new(AtomicU16::new(200));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let router = Router::new().route("/hook", post(receive)).with_state((tell, Arc::clone(&status)));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Hook { url, status, came: Mutex::new(came) }
}

async fn receive(State((tell, status)): State<Answers>, headers: HeaderMap, Json(update): Json<Value>) -> StatusCode {
    let status = StatusCode::from_u16(status.load(Ordering::SeqCst)).unwrap();
    tell.send((headers, update)).unwrap();
    status
}

impl Hook {
    async fn next(&self) -> (HeaderMap, Value) {
        self.came.lock().await.recv().await.unwrap()
    }

    async fn text(&self) -> String {
        self.next().await.1["message"]["text"].as_str().unwrap().to_owned()
    }
}

async fn set(fixture: &Fixture, hook: &Hook) {
    fixture.done("setWebhook", json!({"url": hook.url, "secret_token": "a_Secret-1"})).await;
}

#[tokio::test]
async fn updates_are_delivered_with_the_secret_and_confirmed_by_2xx() {
    let (fixture, hook) = (fixture().await, hook().await);
    set(&fixture, &hook).await;
    fixture.sandbox.say(&ivan(), "hello");
    let (headers, update) = hook.next().await;
    assert_eq!(headers["x-telegram-bot-api-secret-token"], "a_Secret-1");
    assert_eq!(update["message"]["text"], "hello");
    fixture.sandbox.wait_until_idle().await.unwrap();
    assert_eq!(fixture.done("getWebhookInfo", json!({})).await["pending_update_count"], 0);
}

#[tokio::test]
async fn a_failed_delivery_is_retried_and_delays_only_its_chat() {
    let (fixture, hook) = (fixture().await, hook().await);
    set(&fixture, &hook).await;
    hook.status.store(500, Ordering::SeqCst);
    fixture.sandbox.say(&ivan(), "first");
    fixture.sandbox.say(&ivan(), "second");
    for _attempt in 0..3 {
        assert_eq!(hook.text().await, "first");
    }
    fixture.sandbox.say(&anna(), "other chat");
    while hook.text().await != "other chat" {}
    let info = fixture.done("getWebhookInfo", json!({})).await;
    assert_eq!(info["pending_update_count"], 3);
    hook.status.store(200, Ordering::SeqCst);
    while hook.text().await != "second" {}
    fixture.sandbox.wait_until_idle().await.unwrap();
    let info = fixture.done("getWebhookInfo", json!({})).await;
    assert_eq!(info["last_error_message"], "Wrong response from the webhook: 500 Internal Server Error");
}

#[tokio::test]
async fn pending_updates_survive_a_change_of_webhook() {
    let (fixture, first, second) = (fixture().await, hook().await, hook().await);
    set(&fixture, &first).await;
    first.status.store(503, Ordering::SeqCst);
    fixture.sandbox.say(&ivan(), "patience");
    first.next().await;
    set(&fixture, &second).await;
    assert_eq!(second.text().await, "patience");
    fixture.sandbox.wait_until_idle().await.unwrap();
}

#[tokio::test]
async fn pending_updates_are_dropped_or_fetched_after_the_webhook_is_deleted() {
    let (fixture, hook) = (fixture().await, hook().await);
    set(&fixture, &hook).await;
    hook.status.store(500, Ordering::SeqCst);
    fixture.sandbox.say(&ivan(), "later");
    hook.next().await;
    fixture.done("deleteWebhook", json!({})).await;
    assert_eq!(fixture.updates(json!({})).await[0]["message"]["text"], "later");
    fixture.done("deleteWebhook", json!({"drop_pending_updates": true})).await;
    assert!(fixture.updates(json!({})).await.is_empty());
}

#[tokio::test]
async fn addresses_and_secrets_are_validated() {
    let fixture = fixture().await;
    let set = async |url: &str, secret: &str| {
        fixture.refused("setWebhook", json!({"url": url, "secret_token": secret})).await
    };
    let local = "http://localhost:8080/hook";
    assert_eq!(set(local, "with space").await, "400 Bad Request: secret token contains unallowed characters");
    assert_eq!(set(local, &"x".repeat(257)).await, "400 Bad Request: secret token is too long");
    let plain = set("http://example.com/hook", "s").await;
    assert_eq!(plain, "400 Bad Request: bad webhook: An HTTPS URL must be provided for webhook");
    let abroad = set("https://example.com/hook", "s").await;
    assert_eq!(abroad, "400 Bad Request: bad webhook: the sandbox delivers to loopback addresses only");
}

#[tokio::test]
async fn a_response_may_contain_a_call() {
    let fixture = fixture().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let call = json!({"method": "sendMessage", "chat_id": 1001, "text": "by answer"});
    let router = Router::new().route("/", post(async || Json(call)));
    tokio::spawn(async move { axum::serve(listener, router).await });
    fixture.done("setWebhook", json!({"url": url})).await;
    fixture.sandbox.say(&ivan(), "hello");
    let answered = fixture.sandbox.wait_for(|sandbox| sandbox.last(1001).filter(|message| message.from_bot));
    assert_eq!(answered.await.unwrap().text, "by answer");
}
