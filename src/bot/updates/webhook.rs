//! Updates that Telegram pushes. They are answered with 2xx when their work is done, not before: until then Telegram keeps
//! them, and keeps the order of each chat.

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

/// The longest update we read, in bytes; Telegram's are far shorter.
const MAX_UPDATE_BYTES: usize = 1024 * 1024;
/// How long Telegram is kept waiting, for the rest of its body and for the work to be done.
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(20);
/// How often Telegram is asked whether it still answers, once the webhook is set.
const CHECK_INTERVAL: Duration = Duration::from_mins(1);

#[derive(Clone)]
struct WebhookState {
    bot: Bot,
    secret: Secret,
    stop: CancellationToken,
}

/// The route that Telegram pushes to. Whoever does not know the secret gets 401 and learns nothing.
pub fn webhook(bot: Bot, path: &str, secret: Secret, stop: CancellationToken) -> Router {
    Router::new().route(path, post(receive)).with_state(WebhookState { bot, secret, stop })
}

async fn receive(State(door): State<WebhookState>, request: Request) -> Response {
    let shown = request.headers().get("x-telegram-bot-api-secret-token").map_or(&[][..], |secret| secret.as_bytes());
    if !bool::from(shown.ct_eq(door.secret.reveal().as_bytes())) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let body = axum::body::to_bytes(request.into_body(), MAX_UPDATE_BYTES);
    let body = match tokio::time::timeout(WEBHOOK_TIMEOUT, body).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => return later(),
    };
    if door.stop.is_cancelled() {
        return later();
    }
    let update = match std::str::from_utf8(&body).map(serde_json::from_str::<Update>) {
        Ok(Ok(update)) if !matches!(update.kind, UpdateKind::Error(_)) => update,
        // Delivering it again would not help: it is said, without its content, and passed over.
        _ => {
            tracing::warn!(bytes = body.len(), "an update could not be read");
            return StatusCode::OK.into_response();
        }
    };
    match tokio::time::timeout(WEBHOOK_TIMEOUT, door.bot.enqueue_pushed(&update)).await {
        Ok(Ok(UpdateOutcome::Done)) => StatusCode::OK.into_response(),
        // Longer work goes on; the next delivery finds it in hand, or done.
        Ok(Ok(UpdateOutcome::Again) | Err(_)) | Err(_) => later(),
    }
}

fn later() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")]).into_response()
}

/// Finishes what was kept while updates were asked for: nobody pushes it.
pub(in crate::bot) async fn finish_parked(bot: &Bot, stop: &CancellationToken) {
    let mut hand = polling::parked(bot, stop).await;
    while hand.take_again(bot) && !stop.is_cancelled() {
        hand.finish().await;
        hand.settle(bot, true).await;
        let _ = tokio::time::timeout(polling::REQUEUE_INTERVAL, stop.cancelled()).await;
    }
}

/// Tells Telegram where to push, as often as it takes, and then looks after the link until `stop`.
pub(in crate::bot) async fn register_webhook(bot: &Bot, url: Url, secret: Secret, stop: CancellationToken) {
    let mut patience = Backoff::default();
    let mut announced = false;
    while !stop.is_cancelled() {
        let round = async {
            if announced {
                return bot.context.telegram.username().await.map(drop);
            }
            polling::log_identity(bot, &stop).await?;
            bot.context.telegram.set_webhook(url.clone(), &secret).await?;
            announced = true;
            Ok(())
        };
        let outcome = tokio::select! {
            outcome = round => outcome,
            () = stop.cancelled() => break,
        };
        let well = outcome.is_ok();
        patience.after(outcome, &bot.context.link, &stop).await;
        if well {
            let _ = tokio::time::timeout(CHECK_INTERVAL, stop.cancelled()).await;
        }
    }
}
