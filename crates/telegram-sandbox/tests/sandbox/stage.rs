//! A sandbox that serves, a bot that calls it, a clock to turn.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use serde_json::{Value, json};
use telegram_sandbox::{Person, Sandbox, SandboxSettings};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

pub(crate) const TOKEN: &str = "7000000001:AAH-test_token";
pub(crate) const NOON: i64 = 1_800_000_000;

pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
    pub(crate) address: String,
    clock: Arc<AtomicI64>,
    _served: DropGuard,
}

/// A served sandbox where Ivan has already pressed Start, and the bot has seen it.
pub(crate) async fn stage() -> Stage {
    stage_with(|_settings| ()).await
}

pub(crate) async fn stage_with(set: impl FnOnce(&mut SandboxSettings)) -> Stage {
    let clock = Arc::new(AtomicI64::new(NOON));
    let read = Arc::clone(&clock);
    let mut settings = SandboxSettings::new(TOKEN, move || read.load(Ordering::SeqCst));
    settings.people = vec![ivan()];
    set(&mut settings);
    let sandbox = Sandbox::new(settings);
    sandbox.allow_chats([ivan().id]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let end = CancellationToken::new();
    tokio::spawn(sandbox.clone().serve(listener, end.clone().cancelled_owned()));
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    Stage { sandbox, http, address, clock, _served: end.drop_guard() }
}

pub(crate) fn ivan() -> Person {
    let mut ivan = Person::new(1001, "Ivan");
    ivan.last_name = Some("Petrov".into());
    ivan.language_code = Some("ru".into());
    ivan
}

pub(crate) fn anna() -> Person {
    Person::new(1002, "Anna")
}

impl Stage {
    pub(crate) fn method(&self, name: &str) -> String {
        format!("{}/bot{TOKEN}/{name}", self.address)
    }

    /// Calls a method with a JSON body; gives the whole answer.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Value {
        self.http.post(self.method(method)).json(&params).send().await.unwrap().json().await.unwrap()
    }

    /// Calls a method that must succeed; gives its result.
    pub(crate) async fn done(&self, method: &str, params: Value) -> Value {
        let answer = self.call(method, params).await;
        assert_eq!(answer["ok"], true, "{method}: {answer}");
        answer["result"].clone()
    }

    /// Calls a method that must be refused; gives code and description.
    pub(crate) async fn refused(&self, method: &str, params: Value) -> String {
        let answer = self.call(method, params).await;
        assert_eq!(answer["ok"], false, "{method}: {answer}");
        format!("{} {}", answer["error_code"], answer["description"].as_str().unwrap())
    }

    /// Sends Ivan an HTML text; gives the message.
    pub(crate) async fn send(&self, html: &str) -> Value {
        self.done("sendMessage", json!({"chat_id": ivan().id, "text": html, "parse_mode": "HTML"})).await
    }

    pub(crate) async fn updates(&self, params: Value) -> Vec<Value> {
        self.done("getUpdates", params).await.as_array().unwrap().clone()
    }

    pub(crate) fn later(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }
}
