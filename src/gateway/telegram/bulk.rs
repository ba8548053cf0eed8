//! Sending to very many: the same message again and again, on connections of its own, so that replies never wait behind it.
//!
//! teloxide sleeps ten seconds over every answer of 5xx and forgets the error's code, so these calls are made here.

use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::gateway::telegram::error::of_answer;
use crate::gateway::telegram::{Result, TelegramError};
use crate::model::broadcasts::{AttachmentKind, LinkButton, ResolvedMessage};
use crate::model::crypto::secret::Secret;
use crate::telemetry;

/// How long a call may take.
const BULK_CALL_TIMEOUT: Duration = Duration::from_secs(8);
/// How long a connection is kept that nobody uses: shorter than any server does.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// Sends in bulk. Cheap to clone.
#[derive(Clone)]
pub struct BulkSender {
    client: Client,
    /// `https://api.telegram.org/bot…/`: secret.
    base: Arc<str>,
}

impl fmt::Debug for BulkSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bulk")
    }
}

/// A message that is written once and sent to many.
#[derive(Clone, Debug)]
pub struct BulkMessage {
    method: &'static str,
    /// The call's JSON after the chat: `,"text":…}`.
    rest: String,
}

impl BulkMessage {
    /// Writes it; `paid` if Stars are paid to be faster.
    #[must_use]
    pub fn new(said: &ResolvedMessage<'_>, paid: bool) -> Self {
        let mut call = Map::new();
        let (method, text) = match said.file {
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
        if !said.html.is_empty() {
            call.insert(text.to_owned(), json!(said.html));
            call.insert("parse_mode".to_owned(), json!("HTML"));
        }
        if said.file.is_none() {
            call.insert("link_preview_options".to_owned(), json!({"is_disabled": true}));
        }
        if !said.buttons.is_empty() {
            let row = |button: &LinkButton| json!([{"text": button.text, "url": button.url}]);
            let rows: Vec<Value> = said.buttons.iter().map(row).collect();
            call.insert("reply_markup".to_owned(), json!({ "inline_keyboard": rows }));
        }
        if paid {
            call.insert("allow_paid_broadcast".to_owned(), json!(true));
        }
        let whole = Value::Object(call).to_string();
        let fields = whole.strip_prefix('{').unwrap_or_default();
        Self { method, rest: if fields == "}" { fields.to_owned() } else { format!(",{fields}") } }
    }

    fn to(&self, chat: i64) -> String {
        let mut call = String::with_capacity(self.rest.len() + 32);
        // Writing to a text cannot fail.
        let _ = write!(call, "{{\"chat_id\":{chat}{}", self.rest);
        call
    }
}

/// What every call answers.
#[derive(Deserialize)]
struct ApiEnvelope<T> {
    ok: bool,
    result: Option<T>,
    error_code: Option<u16>,
    description: Option<String>,
    #[serde(default)]
    parameters: ResponseParameters,
}

#[derive(Default, Deserialize)]
struct ResponseParameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

#[derive(Deserialize)]
struct MessageIdOnly {
    message_id: i64,
}

impl BulkSender {
    /// Speaks for the bot of `token` to the server at `api_url`. Calls nothing yet.
    pub(super) fn new(token: &Secret, api_url: &Url) -> std::result::Result<Self, String> {
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(BULK_CALL_TIMEOUT)
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            .tcp_nodelay(true)
            .build()
            .map_err(|fault| format!("the HTTP client could not be made: {fault}"))?;
        let base = format!("{}/bot{}/", api_url.as_str().trim_end_matches('/'), token.reveal());
        Ok(Self { client, base: base.into() })
    }

    /// Sends a message: its number. Whatever goes wrong, it is not sent again here, but for a chat that has moved, once.
    pub async fn send(&self, chat: i64, letter: &BulkMessage) -> (Result<i64>, Option<i64>) {
        match self.call(letter.method, letter.to(chat)).await {
            Err(TelegramError::Moved(moved)) => {
                let sent = self.call::<MessageIdOnly>(letter.method, letter.to(moved)).await;
                (sent.map(|sent| sent.message_id), Some(moved))
            }
            sent => (sent.map(|sent: MessageIdOnly| sent.message_id), None),
        }
    }

    /// Deletes a message. One that is gone is fine.
    pub async fn delete(&self, chat: i64, message: i64) -> Result<()> {
        let call = json!({"chat_id": chat, "message_id": message}).to_string();
        self.call::<bool>("deleteMessage", call).await.map(drop).or_else(TelegramError::pass_unchanged)
    }

    async fn call<T: DeserializeOwned>(&self, method: &str, call: String) -> Result<T> {
        let asked = Instant::now();
        let request = self
            .client
            .post(format!("{}{method}", self.base))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(call);
        // The errors of `reqwest` show the address, and with it the token: they are never printed.
        let answer = request.send().await.map_err(|fault| lost(&fault))?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(|fault| lost(&fault))?;
        telemetry::bulk_sent(asked.elapsed());
        read(status, &body)
    }
}

/// What a call without an answer means.
fn lost(fault: &reqwest::Error) -> TelegramError {
    if fault.is_connect() || fault.is_builder() {
        TelegramError::Temporary("no connection".to_owned())
    } else if fault.is_timeout() {
        TelegramError::Uncertain("timed out".to_owned())
    } else {
        TelegramError::Uncertain("connection lost".to_owned())
    }
}

/// What an answer means. Whoever wrote one that is not Telegram's, the message may be on its way.
fn read<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T> {
    let Ok(answer) = serde_json::from_slice::<ApiEnvelope<T>>(body) else {
        return Err(match status {
            429 => TelegramError::Wait(Duration::from_secs(1)),
            _ => TelegramError::Uncertain(format!("an answer of {status} that is not Telegram's")),
        });
    };
    match answer {
        ApiEnvelope { ok: true, result: Some(result), .. } => Ok(result),
        ApiEnvelope { ok: true, .. } => Err(TelegramError::Uncertain("an answer without a result".to_owned())),
        ApiEnvelope { error_code, description, parameters, .. } => Err(of_answer(
            error_code.unwrap_or(status),
            description.as_deref().unwrap_or_default(),
            parameters.retry_after,
            parameters.migrate_to_chat_id,
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::broadcasts::Attachment;

    fn class(status: u16, body: &str) -> TelegramError {
        read::<MessageIdOnly>(status, body.as_bytes()).map(|sent| sent.message_id).expect_err("a refusal")
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
            assert_eq!(refusal(403, gone), TelegramError::Unreachable, "{gone}");
        }
        for gone in
            ["Bad Request: chat not found", "Bad Request: private chat not found", "Bad Request: PEER_ID_INVALID"]
        {
            assert_eq!(refusal(400, gone), TelegramError::Unreachable, "{gone}");
        }
        for wrong in ["Bad Request: message is too long", "Bad Request: wrong file identifier/HTTP URL specified"] {
            assert_eq!(refusal(400, wrong), TelegramError::Refused(wrong.to_owned()));
        }
        assert_eq!(refusal(401, "Unauthorized"), TelegramError::Unauthorized);
        assert_eq!(refusal(404, "Not Found"), TelegramError::Unauthorized);
        assert_eq!(refusal(429, "Too Many Requests: retry later"), TelegramError::Wait(Duration::from_secs(1)));
        assert_eq!(refusal(400, "Bad Request: message to delete not found"), TelegramError::Unchanged);
        assert_eq!(refusal(500, "Internal Server Error"), TelegramError::Uncertain("Internal Server Error".to_owned()));
        let asked = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}"#;
        assert_eq!(class(429, asked), TelegramError::Wait(Duration::from_secs(7)));
        let moved = r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001}}"#;
        assert_eq!(class(400, moved), TelegramError::Moved(-1001));
        for (status, body) in [(502, "<html>Bad Gateway</html>"), (200, "<html>"), (200, r#"{"ok":true}"#), (200, "")] {
            assert!(matches!(class(status, body), TelegramError::Uncertain(_)), "{status} {body}");
        }
        assert!(matches!(class(429, "<html>slow down</html>"), TelegramError::Wait(_)));
    }

    #[test]
    fn a_letter_is_a_call_of_its_kind() {
        let button = LinkButton { text: "Open".to_owned(), url: "https://a.example/".to_owned() };
        let said = ResolvedMessage { html: "<b>Hi</b>", buttons: &[button], file: None };
        let call: Value = serde_json::from_str(&BulkMessage::new(&said, true).to(1001)).expect("JSON");
        assert_eq!(
            (&call["chat_id"], &call["text"], &call["allow_paid_broadcast"]),
            (&json!(1001), &json!("<b>Hi</b>"), &json!(true))
        );
        assert_eq!(call["reply_markup"]["inline_keyboard"][0][0]["url"], "https://a.example/");
        let file = Attachment { kind: AttachmentKind::Photo, file_id: "AgAC".to_owned() };
        let letter = BulkMessage::new(&ResolvedMessage { html: "", buttons: &[], file: Some(&file) }, false);
        let call: Value = serde_json::from_str(&letter.to(7)).expect("JSON");
        assert_eq!((letter.method, call), ("sendPhoto", json!({"chat_id": 7, "photo": "AgAC"})));
    }
}
