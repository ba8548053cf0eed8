//! Webhook. An update is answered with 2xx only after it is handled; until then Telegram keeps it and the order of
//! its chat.

use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use subtle::ConstantTimeEq;
use teloxide::types::{Update, UpdateKind};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::bot::Bot;
use crate::bot::updates::backoff::Backoff;
use crate::bot::updates::dispatcher::UpdateOutcome;
use crate::bot::updates::polling;
use crate::model::crypto::secret::Secret;

/// Maximum size of an update in bytes; Telegram's are far smaller.
const MAX_UPDATE_BYTES: usize = 1024 * 1024;
/// Longest time for reading the body, and again for handling the update.
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(20);
/// Interval of the connection checks once the webhook is set.
const CHECK_INTERVAL: Duration = Duration::from_mins(1);

#[derive(Clone)]
struct WebhookState {
    bot: Bot,
    secret: Secret,
    stop: CancellationToken,
}

/// Route of the webhook. A request without the right secret gets 401 and nothing else.
pub fn webhook(bot: Bot, path: &str, secret: Secret, stop: CancellationToken) -> Router {
    Router::new().route(path, post(receive)).with_state(WebhookState { bot, secret, stop })
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
    let update = match std::str::from_utf8(&body).map(serde_json::from_str::<Update>) {
        Ok(Ok(update)) if !matches!(update.kind, UpdateKind::Error(_)) => update,
        // Redelivery would not help. The content stays out of the log.
        _ => {
            tracing::warn!(bytes = body.len(), "update: unreadable, skipped");
            return StatusCode::OK.into_response();
        }
    };
    match tokio::time::timeout(WEBHOOK_TIMEOUT, state.bot.enqueue_pushed(&update)).await {
        Ok(Ok(UpdateOutcome::Done)) => StatusCode::OK.into_response(),
        // Longer work continues; the next delivery finds the update in flight or finished.
        Ok(Ok(UpdateOutcome::Redeliver) | Err(_)) | Err(_) => later(),
    }
}

fn later() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")]).into_response()
}

/// Finishes updates parked by an earlier run with long polling. Telegram no longer has them.
pub(in crate::bot) async fn finish_parked(bot: &Bot, stop: &CancellationToken) {
    let mut in_flight = polling::parked(bot, stop).await;
    while in_flight.take_again(bot) && !stop.is_cancelled() {
        in_flight.finish().await;
        in_flight.finish_or_park(bot, Duration::ZERO).await;
        let _ = tokio::time::timeout(polling::REQUEUE_INTERVAL, stop.cancelled()).await;
    }
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
