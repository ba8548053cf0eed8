//! Bot API errors. Codes, descriptions and parameters follow `tdlib/telegram-bot-api`.

use std::borrow::Cow;

use serde_json::{Value, json};

/// A response with `"ok": false`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    /// HTTP status and `error_code`.
    pub(crate) code: u16,
    /// Full `description`, prefix included.
    pub(crate) description: Cow<'static, str>,
    /// `ResponseParameters`: `retry_after` in seconds, or `migrate_to_chat_id`.
    pub(crate) parameters: Option<(&'static str, i64)>,
}

impl ApiError {
    /// An error with this code and description.
    pub(crate) fn new(code: u16, description: impl Into<Cow<'static, str>>) -> Self {
        Self { code, description: description.into(), parameters: None }
    }

    /// 400 `Bad Request: …`. The first letter of `reason` is lowered, as the server does.
    pub(crate) fn bad(reason: impl AsRef<str>) -> Self {
        Self::new(400, format!("Bad Request: {}", lower_first(reason.as_ref())))
    }

    /// 403 `Forbidden: …`
    pub(crate) fn forbidden(reason: &str) -> Self {
        Self::new(403, format!("Forbidden: {reason}"))
    }

    /// 409 `Conflict: …`
    pub(crate) fn conflict(reason: &str) -> Self {
        Self::new(409, format!("Conflict: {reason}"))
    }

    /// 429 with `parameters.retry_after` in seconds.
    pub(crate) fn too_many(retry_after: u32) -> Self {
        let description = format!("Too Many Requests: retry after {retry_after}");
        Self { parameters: Some(("retry_after", retry_after.into())), ..Self::new(429, description) }
    }

    /// 400 with `parameters.migrate_to_chat_id`.
    pub(crate) fn moved(to: i64) -> Self {
        let refusal = Self::bad("group chat was upgraded to a supergroup chat");
        Self { parameters: Some(("migrate_to_chat_id", to)), ..refusal }
    }

    /// 403 for a person who blocked the bot.
    pub(crate) fn blocked() -> Self {
        Self::forbidden("bot was blocked by the user")
    }

    /// JSON body of the response.
    pub(crate) fn body(&self) -> Value {
        let mut body = json!({"ok": false, "error_code": self.code, "description": self.description});
        if let (Value::Object(fields), Some((name, value))) = (&mut body, self.parameters) {
            fields.insert("parameters".into(), json!({name: value}));
        }
        body
    }
}

/// Lowers the first letter, unless the text is a code such as `BUTTON_DATA_INVALID`.
fn lower_first(text: &str) -> Cow<'_, str> {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if first.is_ascii_uppercase() && !second.is_ascii_uppercase() => {
            Cow::Owned(format!("{}{}", first.to_ascii_lowercase(), text.get(1..).unwrap_or_default()))
        }
        _ => Cow::Borrowed(text),
    }
}
