//! Receiving updates: `getUpdates`, and the registration of the webhook.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide::requests::Payload;

use super::{Result, Telegram, TelegramError};
use crate::gateway::telegram::call::ApiCall;
use crate::model::crypto::secret::Secret;

/// Time the server may hold `getUpdates` open.
const LONG_POLL_SECS: u32 = 10;
/// Maximum number of updates of one call.
const MAX_UPDATES: u8 = 100;
/// Connections that Telegram may open to a webhook.
const MAX_WEBHOOK_CONNECTIONS: u8 = 40;

/// Update kinds the bot handles. Sent with every call, because Telegram remembers the last list. teloxide does not know
/// `subscription` (Bot API 10.2).
const ALLOWED_UPDATES: [&str; 6] =
    ["message", "edited_message", "callback_query", "my_chat_member", "pre_checkout_query", "subscription"];

/// Kind of a `getUpdates` call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poll {
    /// Returns immediately.
    Short,
    /// Waits for an update.
    Long,
}

#[derive(Clone, Serialize)]
struct GetUpdates {
    offset: i32,
    timeout: u32,
    limit: u8,
    allowed_updates: [&'static str; ALLOWED_UPDATES.len()],
}

impl Payload for GetUpdates {
    type Output = Vec<Value>;

    const NAME: &'static str = "getUpdates";
}

/// `getWebhookInfo`, reduced to one field: teloxide's own type fails if we have subscribed to a kind of update that it
/// does not know.
#[derive(Clone, Serialize)]
struct GetWebhookInfo {}

/// Registered webhook, reduced to the one field we need.
#[derive(Deserialize)]
struct RegisteredWebhook {
    /// Empty if none is set.
    #[serde(default)]
    url: String,
}

impl Payload for GetWebhookInfo {
    type Output = RegisteredWebhook;

    const NAME: &'static str = "getWebhookInfo";
}

#[derive(Clone, Serialize)]
struct SetWebhook {
    url: reqwest::Url,
    secret_token: String,
    max_connections: u8,
    allowed_updates: [&'static str; ALLOWED_UPDATES.len()],
}

impl Payload for SetWebhook {
    type Output = bool;

    const NAME: &'static str = "setWebhook";
}

impl Telegram {
    /// Fetches the updates from `offset` on and confirms all before it. A long poll holds the call until an
    /// update arrives, at most [`LONG_POLL_SECS`].
    pub async fn updates(&self, offset: u32, poll: Poll) -> Result<Vec<Value>> {
        let timeout = if poll == Poll::Long { LONG_POLL_SECS } else { 0 };
        ApiCall::of(&GetUpdates::new(offset, timeout, MAX_UPDATES)).once(&self.bot).await
    }

    /// Confirms all updates before `offset` without handling any. Returns immediately.
    pub async fn confirm(&self, offset: u32) -> Result<()> {
        ApiCall::<IgnoredAny>::of(&GetUpdates::new(offset, 0, 1)).once(&self.bot).await.map(drop)
    }

    /// Fetches the URL of the registered webhook, if any.
    pub async fn webhook(&self) -> Result<Option<reqwest::Url>> {
        let registered = ApiCall::<RegisteredWebhook>::of(&GetWebhookInfo {}).once(&self.bot).await?;
        if registered.url.is_empty() {
            return Ok(None);
        }
        let url = reqwest::Url::parse(&registered.url);
        url.map(Some).map_err(|error| TelegramError::Uncertain(format!("the webhook has no valid URL: {error}")))
    }

    /// Registers a webhook at `url`. Telegram sends `secret` in `X-Telegram-Bot-Api-Secret-Token`.
    pub async fn set_webhook(&self, url: reqwest::Url, secret: &Secret) -> Result<()> {
        let request = SetWebhook {
            url,
            secret_token: secret.reveal().to_owned(),
            max_connections: MAX_WEBHOOK_CONNECTIONS,
            allowed_updates: ALLOWED_UPDATES,
        };
        ApiCall::<IgnoredAny>::of(&request).once(&self.bot).await.map(drop)
    }
}

impl GetUpdates {
    fn new(offset: u32, timeout: u32, limit: u8) -> Self {
        let offset = i32::try_from(offset).unwrap_or(i32::MAX);
        Self { offset, timeout, limit, allowed_updates: ALLOWED_UPDATES }
    }
}
