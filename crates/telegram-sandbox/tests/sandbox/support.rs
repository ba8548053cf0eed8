//! A running sandbox with a client of its Bot API and a clock the test controls.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use telegram_sandbox::{Person, Sandbox, SandboxSettings};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

pub(crate) const TOKEN: &str = "7000000001:AAH-test_token";
pub(crate) const NOON: i64 = 1_800_000_000;

pub(crate) struct Fixture {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
    pub(crate) address: String,
    clock: Arc<AtomicI64>,
    /// Elapsed time of the next `getUpdates` call, and the time that passes with each, in milliseconds.
    poll_time: Arc<(AtomicU64, AtomicU64)>,
    _served: DropGuard,
}

/// Starts a sandbox in which Ivan has started the bot, without a pending update.
pub(crate) async fn fixture() -> Fixture {
    fixture_with(|_settings| ()).await
}

pub(crate) async fn fixture_with(set: impl FnOnce(&mut SandboxSettings)) -> Fixture {
    let clock = Arc::new(AtomicI64::new(NOON));
    let read = Arc::clone(&clock);
    let mut settings = SandboxSettings::new(TOKEN, move || read.load(Ordering::SeqCst));
    settings.people = vec![ivan()];
    // By default no call counts as a repetition of the one before.
    let poll_time = Arc::new((AtomicU64::new(0), AtomicU64::new(10_000)));
    let elapsed = Arc::clone(&poll_time);
    settings.poll_clock = Arc::new(move || {
        let pace = elapsed.1.load(Ordering::SeqCst);
        Duration::from_millis(elapsed.0.fetch_add(pace, Ordering::SeqCst))
    });
    set(&mut settings);
    let sandbox = Sandbox::new(settings);
    sandbox.allow_chats([ivan().id]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let end = CancellationToken::new();
    tokio::spawn(sandbox.clone().serve(listener, end.clone().cancelled_owned()));
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    Fixture { sandbox, http, address, clock, poll_time, _served: end.drop_guard() }
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

impl Fixture {
    pub(crate) fn method(&self, name: &str) -> String {
        format!("{}/bot{TOKEN}/{name}", self.address)
    }

    /// Calls a method with a JSON body and returns the whole response.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Value {
        self.http.post(self.method(method)).json(&params).send().await.unwrap().json().await.unwrap()
    }

    /// Calls a method that must succeed and returns its result.
    pub(crate) async fn done(&self, method: &str, params: Value) -> Value {
        let answer = self.call(method, params).await;
        assert_eq!(answer["ok"], true, "{method}: {answer}");
        answer["result"].clone()
    }

    /// Calls a method that must fail and returns code and description.
    pub(crate) async fn refused(&self, method: &str, params: Value) -> String {
        let answer = self.call(method, params).await;
        assert_eq!(answer["ok"], false, "{method}: {answer}");
        format!("{} {}", answer["error_code"], answer["description"].as_str().unwrap())
    }

    /// Sends Ivan an HTML text and returns the message.
    pub(crate) async fn send(&self, html: &str) -> Value {
        self.done("sendMessage", json!({"chat_id": ivan().id, "text": html, "parse_mode": "HTML"})).await
    }

    pub(crate) async fn updates(&self, params: Value) -> Vec<Value> {
        self.done("getUpdates", params).await.as_array().unwrap().clone()
    }

    /// Time from one `getUpdates` call to the next, from now on.
    pub(crate) fn poll_every(&self, pace: Duration) {
        let pace = u64::try_from(pace.as_millis()).unwrap();
        self.poll_time.1.store(pace, Ordering::SeqCst);
    }

    pub(crate) fn later(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }
}
