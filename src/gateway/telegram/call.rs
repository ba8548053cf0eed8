//! One call of the Bot API.
//!
//! teloxide 0.17 sleeps ten seconds within a call whenever the server answers 5xx, and drops the error's number. Its payloads are
//! posted here instead: whoever waits for a reply waits no longer than Telegram does, and every answer is told by its number too.

use std::marker::PhantomData;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use teloxide::Bot;
use teloxide::requests::{HasPayload, Payload};

use super::{AGAIN_AFTER, Result, SHORT_WAIT, Trouble, pause};

/// A call, and what is read of its answer.
pub(super) struct Call<T> {
    method: &'static str,
    body: Vec<u8>,
    read: PhantomData<fn() -> T>,
}

/// What the server answers.
#[derive(Deserialize)]
struct Answer<T> {
    ok: bool,
    result: Option<T>,
    error_code: Option<u16>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

impl<T: DeserializeOwned> Call<T> {
    /// The call that a request of teloxide's would make.
    pub(super) fn of<R>(request: &R) -> Self
    where
        R: HasPayload,
        R::Payload: Serialize,
    {
        // Payloads are made of texts and numbers, which cannot fail; if one did, the server would refuse the empty body.
        let body = serde_json::to_vec(request.payload_ref()).unwrap_or_default();
        Self { method: R::Payload::NAME, body, read: PhantomData }
    }

    /// Makes it, once.
    pub(super) async fn once(&self, bot: &Bot) -> Result<T> {
        let mut url = bot.api_url();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(&format!("bot{}", bot.token())).push(self.method);
        }
        let ask = bot.client().post(url).header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let response = ask.body(self.body.clone()).send().await.map_err(|fault| Trouble::of_network(&fault))?;
        let status = response.status().as_u16();
        let text = response.text().await.map_err(|fault| Trouble::of_network(&fault))?;
        match serde_json::from_str::<Answer<T>>(&text) {
            Ok(Answer { ok: true, result: Some(result), .. }) => Ok(result),
            Ok(Answer { ok: false, error_code, description, parameters, .. }) => {
                let (wait, moved) = (parameters.retry_after, parameters.migrate_to_chat_id);
                Err(Trouble::of_answer(error_code.unwrap_or(status), &description, (wait, moved)))
            }
            // A proxy's page, most likely: whoever wrote it, the message may be on its way.
            _ => Err(Trouble::Uncertain(format!("the answer, {status}, is not the Bot API's"))),
        }
    }

    /// Makes it; once more after a wait that Telegram asks for, if it is short.
    pub(super) async fn patiently(&self, bot: &Bot) -> Result<T> {
        match self.once(bot).await {
            Err(Trouble::Wait(length)) if length <= SHORT_WAIT => pause(length).await,
            outcome => return outcome,
        }
        self.once(bot).await
    }

    /// The same for a call that may be made twice: once more, too, when it is not known what became of it.
    pub(super) async fn persistently(&self, bot: &Bot) -> Result<T> {
        match self.once(bot).await {
            Err(Trouble::Wait(length)) if length <= SHORT_WAIT => pause(length).await,
            Err(Trouble::Uncertain(_) | Trouble::Temporary(_)) => pause(AGAIN_AFTER).await,
            outcome => return outcome,
        }
        self.once(bot).await
    }
}
