//! Calls of the Bot API.
//!
//! teloxide 0.17 sleeps ten seconds within a call whenever the server answers 5xx, and drops the error code. Its
//! payloads are posted here instead, so that a reply never waits longer than Telegram does and every answer keeps its
//! code.

use std::marker::PhantomData;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use teloxide::Bot;
use teloxide::requests::{HasPayload, Payload};

use super::{MAX_INLINE_WAIT, RETRY_PAUSE, Result, TelegramError, pause};
use crate::gateway::telegram::envelope::ApiEnvelope;

/// Call with the type of its result.
pub(super) struct ApiCall<T> {
    method: &'static str,
    body: Vec<u8>,
    read: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> ApiCall<T> {
    /// Creates the call that a teloxide request would make.
    pub(super) fn of<R>(request: &R) -> Self
    where
        R: HasPayload,
        R::Payload: Serialize,
    {
        // Payloads of strings and numbers always serialize. If one did not, the server would refuse the empty body.
        let body = serde_json::to_vec(request.payload_ref()).unwrap_or_default();
        Self { method: R::Payload::NAME, body, read: PhantomData }
    }

    /// Makes the call once.
    pub(super) async fn once(&self, bot: &Bot) -> Result<T> {
        let mut url = bot.api_url();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(&format!("bot{}", bot.token())).push(self.method);
        }
        let request = bot.client().post(url).header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let response =
            request.body(self.body.clone()).send().await.map_err(|error| TelegramError::of_network(&error))?;
        let status = response.status().as_u16();
        let text = response.text().await.map_err(|error| TelegramError::of_network(&error))?;
        match serde_json::from_str::<ApiEnvelope<T>>(&text) {
            Ok(ApiEnvelope { ok: true, result: Some(result), .. }) => Ok(result),
            Ok(ApiEnvelope { ok: false, error_code, description, parameters, .. }) => {
                Err(TelegramError::of_answer(error_code.unwrap_or(status), &description, &parameters))
            }
            // Most likely a proxy's page. The proxy may have forwarded the message.
            _ => Err(TelegramError::Uncertain(format!("response {status} is not the Bot API's"))),
        }
    }

    /// Makes the call, and repeats it once after a short wait that Telegram asks for.
    pub(super) async fn patiently(&self, bot: &Bot) -> Result<T> {
        match self.once(bot).await {
            Err(TelegramError::Wait(length)) if length <= MAX_INLINE_WAIT => pause(length).await,
            outcome => return outcome,
        }
        self.once(bot).await
    }

    /// Makes an idempotent call. Like [`ApiCall::patiently`], and also repeats it once if its outcome is unknown.
    pub(super) async fn persistently(&self, bot: &Bot) -> Result<T> {
        match self.once(bot).await {
            Err(TelegramError::Wait(length)) if length <= MAX_INLINE_WAIT => pause(length).await,
            Err(TelegramError::Uncertain(_) | TelegramError::Temporary(_)) => pause(RETRY_PAUSE).await,
            outcome => return outcome,
        }
        self.once(bot).await
    }
}
