//! Bulk sending for broadcasts. Uses connections of its own, so that replies never queue behind a broadcast.
//!
//! teloxide sleeps ten seconds on every 5xx answer and drops the error code, so this client makes its own calls.

use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Url};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::gateway::telegram::envelope::{ApiEnvelope, MessageIdOnly};
use crate::gateway::telegram::error::of_answer;
use crate::gateway::telegram::{Destination, Result, TelegramError};
use crate::model::broadcasts::{AttachmentKind, LinkButton, LinkPreview, MediaLayout, ResolvedMessage, SendSpeed};
use crate::model::crypto::secret::Secret;
use crate::telemetry;

/// Limit of one call.
const BULK_CALL_TIMEOUT: Duration = Duration::from_secs(8);
/// Idle time after which a connection is closed; shorter than any server's own limit.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// Sender for broadcasts. Cheap to clone.
#[derive(Clone)]
pub struct BulkSender {
    client: Client,
    /// `https://api.telegram.org/bot…/`. Contains the bot token, so it is never printed.
    base: Arc<str>,
}

impl fmt::Debug for BulkSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BulkSender")
    }
}

/// Message serialized once and sent to many chats.
#[derive(Clone, Debug)]
pub struct BulkMessage {
    method: &'static str,
    /// JSON of the call after the chat id: `,"text":…}`.
    rest: String,
}

impl BulkMessage {
    /// Serializes a message. [`SendSpeed::Paid`] spends Stars (`allow_paid_broadcast`).
    #[must_use]
    pub fn new(message: &ResolvedMessage<'_>, speed: SendSpeed) -> Self {
        let mut call = Map::new();
        let (method, text) = match message.file {
            None => ("sendMessage", "text"),
            Some(file) => {
                let (method, field) = match file.kind {
                    AttachmentKind::Photo => ("sendPhoto", "photo"),
                    AttachmentKind::Document => ("sendDocument", "document"),
                };
                call.insert(field.to_owned(), json!(file.file_id));
                (method, "caption")
            }
        };
        if !message.html.is_empty() {
            call.insert(text.to_owned(), json!(message.html));
            call.insert("parse_mode".to_owned(), json!("HTML"));
        }
        if message.file.is_none() {
            call.insert("link_preview_options".to_owned(), preview_options(message.link_preview));
        }
        if message.file.is_some_and(|file| file.kind == AttachmentKind::Photo) {
            let MediaLayout { has_spoiler, caption_above } = message.layout;
            for (name, value) in [("has_spoiler", has_spoiler), ("show_caption_above_media", caption_above)] {
                if value {
                    call.insert(name.to_owned(), json!(true));
                }
            }
        }
        if !message.buttons.is_empty() {
            let row = |button: &LinkButton| json!([{"text": button.text, "url": button.url}]);
            let rows: Vec<Value> = message.buttons.iter().map(row).collect();
            call.insert("reply_markup".to_owned(), json!({ "inline_keyboard": rows }));
        }
        if speed == SendSpeed::Paid {
            call.insert("allow_paid_broadcast".to_owned(), json!(true));
        }
        let json = Value::Object(call).to_string();
        let fields = json.strip_prefix('{').unwrap_or_default();
        Self { method, rest: if fields == "}" { fields.to_owned() } else { format!(",{fields}") } }
    }

    fn to(&self, to: Destination) -> String {
        let mut call = String::with_capacity(self.rest.len() + 64);
        // Writing to a `String` never fails.
        let _ = write!(call, "{{\"chat_id\":{}", to.chat);
        if let Some(thread) = to.thread {
            let _ = write!(call, ",\"message_thread_id\":{thread}");
        }
        call.push_str(&self.rest);
        call
    }
}

/// Link preview as its author chose it, or else none.
fn preview_options(chosen: Option<&LinkPreview>) -> Value {
    chosen.map_or_else(|| json!({"is_disabled": true}), |preview| json!(preview))
}

/// Result of sending a message.
#[derive(Debug)]
pub struct BulkSendResult {
    /// Id of the message.
    pub outcome: Result<i64>,
    /// New id of a chat that has moved.
    pub moved_to: Option<i64>,
}

impl BulkSender {
    /// Creates a sender for the bot of `token` at `api_url`. Makes no call.
    pub(super) fn new(token: &Secret, api_url: &Url) -> std::result::Result<Self, String> {
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(BULK_CALL_TIMEOUT)
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            .tcp_nodelay(true)
            .build()
            .map_err(|error| format!("the HTTP client could not be created: {error}"))?;
        let base = format!("{}/bot{}/", api_url.as_str().trim_end_matches('/'), token.reveal());
        Ok(Self { client, base: base.into() })
    }

    /// Sends a message. Never retries, except once for a chat that moved or a topic that no longer exists.
    pub async fn send(&self, to: impl Into<Destination>, message: &BulkMessage) -> BulkSendResult {
        let to = to.into();
        match self.call(message.method, message.to(to)).await {
            Err(TelegramError::Refused(text)) if to.is_lost(&text) => {
                let outcome =
                    self.call::<MessageIdOnly<i64>>(message.method, message.to(Destination::chat(to.chat))).await;
                BulkSendResult { outcome: outcome.map(|sent| sent.message_id), moved_to: None }
            }
            Err(TelegramError::Moved(moved)) => {
                let call = message.to(Destination::chat(moved));
                let outcome = self.call::<MessageIdOnly<i64>>(message.method, call).await;
                BulkSendResult { outcome: outcome.map(|sent| sent.message_id), moved_to: Some(moved) }
            }
            outcome => {
                let outcome = outcome.map(|sent: MessageIdOnly<i64>| sent.message_id);
                BulkSendResult { outcome, moved_to: None }
            }
        }
    }

    /// Deletes a message. Succeeds if the message no longer exists.
    pub async fn delete(&self, chat: i64, message: i64) -> Result<()> {
        let call = json!({"chat_id": chat, "message_id": message}).to_string();
        self.call::<bool>("deleteMessage", call).await.map(drop).or_else(TelegramError::pass_gone)
    }

    async fn call<T: DeserializeOwned>(&self, method: &str, call: String) -> Result<T> {
        let started = Instant::now();
        let request = self
            .client
            .post(format!("{}{method}", self.base))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(call);
        // Errors of `reqwest` contain the URL and with it the bot token, so they are never printed.
        let response = request.send().await.map_err(|error| lost(&error))?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(|error| lost(&error))?;
        telemetry::metrics::broadcast_send_duration_seconds(started.elapsed());
        read(status, &body)
    }
}

/// Classifies a call that got no response.
fn lost(error: &reqwest::Error) -> TelegramError {
    if error.is_connect() || error.is_builder() {
        TelegramError::Temporary("no connection".to_owned())
    } else if error.is_timeout() {
        TelegramError::Uncertain("timed out".to_owned())
    } else {
        TelegramError::Uncertain("connection lost".to_owned())
    }
}

/// Classifies a response. A response that is not Telegram's may come from a proxy that forwarded the message.
fn read<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T> {
    let Ok(answer) = serde_json::from_slice::<ApiEnvelope<T>>(body) else {
        return Err(match status {
            429 => TelegramError::Wait(Duration::from_secs(1)),
            _ => TelegramError::Uncertain(format!("response {status} is not Telegram's")),
        });
    };
    match answer {
        ApiEnvelope { ok: true, result: Some(result), .. } => Ok(result),
        ApiEnvelope { ok: true, .. } => Err(TelegramError::Uncertain("response without a result".to_owned())),
        ApiEnvelope { error_code, description, parameters, .. } => {
            Err(of_answer(error_code.unwrap_or(status), &description, &parameters))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::broadcasts::Attachment;

    fn class(status: u16, body: &str) -> TelegramError {
        read::<MessageIdOnly<i64>>(status, body.as_bytes()).map(|sent| sent.message_id).expect_err("a refusal")
    }

    fn refusal(code: u16, text: &str) -> TelegramError {
        class(code, &json!({"ok": false, "error_code": code, "description": text}).to_string())
    }

    #[test]
    fn every_answer_has_a_class() {
        for gone in [
            "Forbidden: bot was blocked by the user",
            "Forbidden: user is deactivated",
            "Forbidden: bot can't initiate conversation with a user",
            "Forbidden: a reason of tomorrow",
        ] {
            assert!(matches!(refusal(403, gone), TelegramError::Unreachable(_)), "{gone}");
        }
        for gone in
            ["Bad Request: chat not found", "Bad Request: private chat not found", "Bad Request: PEER_ID_INVALID"]
        {
            assert!(matches!(refusal(400, gone), TelegramError::Unreachable(_)), "{gone}");
        }
        for wrong in ["Bad Request: message is too long", "Bad Request: wrong file identifier/HTTP URL specified"] {
            assert_eq!(refusal(400, wrong), TelegramError::Refused(wrong.to_owned()));
        }
        assert_eq!(refusal(401, "Unauthorized"), TelegramError::Unauthorized);
        assert_eq!(refusal(404, "Not Found"), TelegramError::Unauthorized);
        assert_eq!(refusal(429, "Too Many Requests: retry later"), TelegramError::Wait(Duration::from_secs(1)));
        assert_eq!(refusal(400, "Bad Request: message to delete not found"), TelegramError::Gone);
        assert_eq!(refusal(500, "Internal Server Error"), TelegramError::Uncertain("Internal Server Error".to_owned()));
        let flood = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}"#;
        assert_eq!(class(429, flood), TelegramError::Wait(Duration::from_secs(7)));
        let moved = r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001}}"#;
        assert_eq!(class(400, moved), TelegramError::Moved(-1001));
        for (status, body) in [(502, "<html>Bad Gateway</html>"), (200, "<html>"), (200, r#"{"ok":true}"#), (200, "")] {
            assert!(matches!(class(status, body), TelegramError::Uncertain(_)), "{status} {body}");
        }
        assert!(matches!(class(429, "<html>slow down</html>"), TelegramError::Wait(_)));
    }

    #[test]
    fn a_bulk_message_is_a_call_of_its_kind() {
        let button = LinkButton { text: "Open".to_owned(), url: "https://a.example/".to_owned() };
        let (layout, link_preview) = (MediaLayout { has_spoiler: true, caption_above: true }, None);
        let message = ResolvedMessage { html: "<b>Hi</b>", buttons: &[button], file: None, layout, link_preview };
        let call: Value =
            serde_json::from_str(&BulkMessage::new(&message, SendSpeed::Paid).to(Destination::chat(1001)))
                .expect("JSON");
        assert_eq!(
            (&call["chat_id"], &call["text"], &call["allow_paid_broadcast"]),
            (&json!(1001), &json!("<b>Hi</b>"), &json!(true))
        );
        assert_eq!(call["reply_markup"]["inline_keyboard"][0][0]["url"], "https://a.example/");
        let file = Attachment { kind: AttachmentKind::Photo, file_id: "AgAC".to_owned() };
        let plain = MediaLayout::default();
        let photo = |layout| ResolvedMessage { html: "", buttons: &[], file: Some(&file), layout, link_preview };
        let letter = BulkMessage::new(&photo(plain), SendSpeed::Free);
        let call: Value = serde_json::from_str(&letter.to(Destination::chat(7))).expect("JSON");
        assert_eq!((letter.method, call), ("sendPhoto", json!({"chat_id": 7, "photo": "AgAC"})));
        let letter = BulkMessage::new(&photo(layout), SendSpeed::Free);
        let call: Value = serde_json::from_str(&letter.to(Destination { chat: 7, thread: Some(3) })).expect("JSON");
        assert_eq!(
            call,
            json!({"chat_id": 7, "message_thread_id": 3, "photo": "AgAC", "has_spoiler": true, "show_caption_above_media": true})
        );
        assert_eq!(preview_options(None), json!({"is_disabled": true}));
        assert_eq!(preview_options(Some(&LinkPreview::default())), json!({}));
    }
}
