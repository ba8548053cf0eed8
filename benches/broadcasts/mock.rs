//! A light Bot API: takes messages, counts them, and refuses them beyond a limit. It also hands out one person's `/profile`s and
//! times the answers. The sandbox stores every message and call, which would distort the figures.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::Fault;

/// Telegram id of the person who requests their profile.
pub(crate) const ASKER: i64 = 5;

/// State of the mock.
struct Mock {
    started: Instant,
    limit: u64,
    /// Seconds since the start, and messages in that second.
    second: Mutex<(u64, u64)>,
    message: AtomicI64,
    accepted: AtomicU64,
    refused: AtomicU64,
    early: AtomicU64,
    /// End of the wait that the last refusal asked for.
    held_until: Mutex<Option<Instant>>,
    sent_to: Mutex<HashMap<i64, u8>>,
    update: AtomicI64,
    asked: Mutex<Option<Instant>>,
    ask: Notify,
    answered: Mutex<Vec<f64>>,
    answer: Notify,
}

/// Serves the mock on any port, which it prints, until its parent ends.
pub(crate) async fn serve(limit: u32) -> Result<(), Fault> {
    let mock = Arc::new(Mock {
        started: Instant::now(),
        limit: u64::from(limit),
        second: Mutex::default(),
        message: AtomicI64::new(1),
        accepted: AtomicU64::new(0),
        refused: AtomicU64::new(0),
        early: AtomicU64::new(0),
        held_until: Mutex::default(),
        sent_to: Mutex::default(),
        update: AtomicI64::new(1),
        asked: Mutex::default(),
        ask: Notify::new(),
        answered: Mutex::default(),
        answer: Notify::new(),
    });
    let routes = Router::new()
        .route("/{bot}/{method}", post(call).get(call))
        .route("/counts", get(counts))
        .route("/ask", post(ask))
        .with_state(mock);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, routes).await?;
    Ok(())
}

async fn call(
    State(mock): State<Arc<Mock>>,
    Path((_, method)): Path<(String, String)>,
    body: Bytes,
) -> (StatusCode, String) {
    match method.to_lowercase().as_str() {
        "sendmessage" => mock.send(&body),
        "getupdates" => (StatusCode::OK, mock.updates().await),
        "getme" => (
            StatusCode::OK,
            json!({"ok": true, "result": {"id": 1, "is_bot": true, "first_name": "B", "username": "bench_bot"}})
                .to_string(),
        ),
        "getwebhookinfo" => (
            StatusCode::OK,
            json!({"ok": true, "result": {"url": "", "has_custom_certificate": false, "pending_update_count": 0}})
                .to_string(),
        ),
        _ => (StatusCode::OK, r#"{"ok":true,"result":true}"#.to_owned()),
    }
}

fn lock<T>(value: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Mock {
    fn send(&self, body: &[u8]) -> (StatusCode, String) {
        let call: Value = serde_json::from_slice(body).unwrap_or_default();
        let chat = call.get("chat_id").and_then(Value::as_i64).unwrap_or_default();
        let is_news = call.get("text").and_then(Value::as_str).is_some_and(|text| text.contains("news"));
        if chat == ASKER && !is_news {
            if let Some(asked) = lock(&self.asked).take() {
                lock(&self.answered).push(asked.elapsed().as_secs_f64());
                self.answer.notify_one();
            }
        } else if self.is_too_much() {
            self.refused.fetch_add(1, Ordering::Relaxed);
            let refusal = json!({"ok": false, "error_code": 429, "description": "Too Many Requests: retry after 1", "parameters": {"retry_after": 1}});
            return (StatusCode::TOO_MANY_REQUESTS, refusal.to_string());
        } else {
            self.accepted.fetch_add(1, Ordering::Relaxed);
            *lock(&self.sent_to).entry(chat).or_default() += 1;
        }
        let id = self.message.fetch_add(1, Ordering::Relaxed);
        (
            StatusCode::OK,
            format!(
                r#"{{"ok":true,"result":{{"message_id":{id},"date":0,"chat":{{"id":{chat},"type":"private","first_name":"P"}},"text":"x"}}}}"#
            ),
        )
    }

    /// Refuses messages beyond the limit of this second, and counts those that come during a wait.
    fn is_too_much(&self) -> bool {
        if self.limit == 0 {
            return false;
        }
        let mut held = lock(&self.held_until);
        if held.is_some_and(|until| Instant::now() + Duration::from_millis(100) < until) {
            self.early.fetch_add(1, Ordering::Relaxed);
        }
        let (now, mut second) = (self.started.elapsed().as_secs(), lock(&self.second));
        if second.0 != now {
            *second = (now, 0);
        }
        second.1 += 1;
        let much = second.1 > self.limit;
        if much {
            *held = Some(Instant::now() + Duration::from_secs(1));
        }
        much
    }

    async fn updates(&self) -> String {
        let waited = tokio::time::timeout(Duration::from_secs(5), self.ask.notified()).await;
        if waited.is_err() {
            return r#"{"ok":true,"result":[]}"#.to_owned();
        }
        let id = self.update.fetch_add(1, Ordering::Relaxed);
        let from = json!({"id": ASKER, "is_bot": false, "first_name": "Ivan", "language_code": "en"});
        let message = json!({"message_id": id, "date": 1_795_435_200, "chat": {"id": ASKER, "type": "private", "first_name": "Ivan"}, "from": from, "text": "/profile", "entities": [{"type": "bot_command", "offset": 0, "length": 8}]});
        json!({"ok": true, "result": [{"update_id": id, "message": message}]}).to_string()
    }
}

async fn counts(State(mock): State<Arc<Mock>>) -> String {
    let sent_to = lock(&mock.sent_to);
    let twice = sent_to.values().filter(|times| **times > 1).count();
    let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
    json!({"accepted": read(&mock.accepted), "refused": read(&mock.refused), "early": read(&mock.early), "people": sent_to.len(), "twice": twice}).to_string()
}

/// Sends `/profile` and returns the duration of the answer, in seconds.
async fn ask(State(mock): State<Arc<Mock>>) -> String {
    *lock(&mock.asked) = Some(Instant::now());
    mock.ask.notify_one();
    let _ = tokio::time::timeout(Duration::from_secs(30), mock.answer.notified()).await;
    lock(&mock.answered).pop().unwrap_or(30.0).to_string()
}

/// The mock as a process. Killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    /// Base URL.
    pub(crate) url: String,
}

/// Counts of the mock.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub(crate) struct Counts {
    /// Messages accepted.
    pub(crate) accepted: u64,
    /// Messages refused.
    pub(crate) refused: u64,
    /// Messages that came during a wait.
    pub(crate) early: u64,
    /// Chats with a message.
    pub(crate) people: u64,
    /// Chats with more than one.
    pub(crate) twice: u64,
}

impl Process {
    /// Starts the mock.
    pub(crate) fn start(limit: u32) -> Result<Self, Fault> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.args(["mock", &limit.to_string()]).stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().ok_or("the mock has no output")?;
        let mut port = String::new();
        BufReader::new(out).read_line(&mut port)?;
        Ok(Self { child, url: format!("http://127.0.0.1:{}", port.trim()) })
    }

    /// Counts of the mock.
    pub(crate) async fn counts(&self) -> Result<Counts, Fault> {
        Ok(reqwest::get(format!("{}/counts", self.url)).await?.json().await?)
    }

    /// Requests the profile of the person and returns the duration of the answer, in milliseconds.
    pub(crate) async fn ask(&self) -> Result<f64, Fault> {
        let took: f64 = reqwest::Client::new().post(format!("{}/ask", self.url)).send().await?.text().await?.parse()?;
        Ok(took * 1000.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
