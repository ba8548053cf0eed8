//! Webhook. An update is answered with 2xx once it is stored.
//!
//! Until the answer Telegram keeps the order of its chat, so the answer waits briefly for a quick update. Only a few may
//! wait, so slow chats never hold all of Telegram's connections.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;
use subtle::ConstantTimeEq;
use tokio::sync::{Semaphore, oneshot};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::bot::Bot;
use crate::bot::updates::backoff::Backoff;
use crate::bot::updates::inbox::{Intake, MAX_OPEN_UPDATES};
use crate::bot::updates::polling;
use crate::model::crypto::secret::Secret;

/// Maximum size of an update in bytes; Telegram's are far smaller.
const MAX_UPDATE_BYTES: usize = 1024 * 1024;
/// Longest time for reading the body, and for waiting until fewer updates are open.
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(20);
/// Longest time for which the answer waits for the handling of a stored update.
const HANDLING_WAIT: Duration = Duration::from_millis(500);
/// Maximum number of answers that wait. A quarter of the connections that Telegram opens.
const MAX_WAITING_ANSWERS: usize = 10;
/// Interval of the connection checks once the webhook is set.
const CHECK_INTERVAL: Duration = Duration::from_mins(1);

#[derive(Clone)]
struct WebhookState {
    bot: Bot,
    secret: Secret,
    stop: CancellationToken,
    waiting_answers: Arc<Semaphore>,
}

/// Route of the webhook. A request without the right secret gets 401 and nothing else.
pub fn webhook(bot: Bot, path: &str, secret: Secret, stop: CancellationToken) -> Router {
    let waiting_answers = Arc::new(Semaphore::new(MAX_WAITING_ANSWERS));
    Router::new().route(path, post(receive)).with_state(WebhookState { bot, secret, stop, waiting_answers })
}

async fn receive(State(state): State<WebhookState>, request: Request) -> Response {
    let secret = request.headers().get("x-telegram-bot-api-secret-token").map_or(&[][..], |value| value.as_bytes());
    if !bool::from(secret.ct_eq(state.secret.reveal().as_bytes())) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let body = axum::body::to_bytes(request.into_body(), MAX_UPDATE_BYTES);
    let body = match tokio::time::timeout(WEBHOOK_TIMEOUT, body).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => return later(),
    };
    if state.stop.is_cancelled() {
        return later();
    }
    let Ok(update) = serde_json::from_slice::<Value>(&body) else {
        // Redelivery would not help. The content stays out of the log.
        tracing::warn!(bytes = body.len(), "update: unreadable, skipped");
        return StatusCode::OK.into_response();
    };
    let room = state.bot.chat_queues.wait_below(MAX_OPEN_UPDATES);
    if tokio::time::timeout(WEBHOOK_TIMEOUT, room).await.is_err() {
        return later();
    }
    let Some(intake) = state.open_intake(update).await else { return later() };
    // In a task of its own: if the connection is cut, the update is stored and queued nevertheless.
    let bot = state.bot.clone();
    match tokio::spawn(async move { bot.take_in(intake).await }).await {
        Ok(Ok(handled)) => {
            state.wait_briefly(handled).await;
            StatusCode::OK.into_response()
        }
        Ok(Err(error)) => {
            tracing::warn!(?error, "updates: not stored, will be delivered again");
            later()
        }
        Err(_) => later(),
    }
}

impl WebhookState {
    /// Admits the update. If this instance is handling it already, waits briefly for the end; `None` if that is not
    /// enough.
    async fn open_intake(&self, update: Value) -> Option<Intake> {
        let intake = self.bot.open_intake(vec![update.clone()]);
        let Some(known) = intake.known.first() else { return Some(intake) };
        tokio::time::timeout(HANDLING_WAIT, self.bot.chat_queues.wait_for_end(*known)).await.ok()?;
        Some(self.bot.open_intake(vec![update])).filter(|intake| intake.known.is_empty())
    }

    /// Waits until the updates are handled, briefly, and only if few others wait.
    async fn wait_briefly(&self, handled: Vec<oneshot::Receiver<()>>) {
        let Ok(_permit) = self.waiting_answers.try_acquire() else { return };
        let _ = tokio::time::timeout(HANDLING_WAIT, futures::future::join_all(handled)).await;
    }
}

fn later() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")]).into_response()
}

/// Registers the webhook, with retries, and then checks the connection until `stop`.
pub(in crate::bot) async fn register_webhook(bot: &Bot, url: Url, secret: Secret, stop: CancellationToken) {
    let mut backoff = Backoff::default();
    let mut registered = false;
    while !stop.is_cancelled() {
        let round = async {
            if registered {
                return bot.context.telegram.username().await.map(drop);
            }
            polling::log_identity(bot, &stop).await?;
            bot.context.telegram.set_webhook(url.clone(), &secret).await?;
            registered = true;
            Ok(())
        };
        let outcome = tokio::select! {
            outcome = round => outcome,
            () = stop.cancelled() => break,
        };
        let is_ok = outcome.is_ok();
        backoff.after(outcome, &bot.context.connection, &stop).await;
        if is_ok {
            let _ = tokio::time::timeout(CHECK_INTERVAL, stop.cancelled()).await;
        }
    }
}
