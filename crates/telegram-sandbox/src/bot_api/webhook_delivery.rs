//! Webhook delivery. Posts updates in order within a queue, and repeats each until the bot answers 2xx.
//!
//! Follows Telegram's `WebhookActor`, with waits short enough for tests. A 2xx response may contain one method call.
//! <https://core.telegram.org/bots/webhooks>

use std::time::Duration;

use axum::http::header;
use reqwest::{Client, Response, redirect};
use serde_json::{Map, Value};
use tokio::task::JoinSet;

use crate::{
    Sandbox, bot_api,
    state::{
        State,
        updates::{Webhook, WebhookDelivery},
    },
};

/// Wait after the first failed attempt; doubles with each further one.
const MIN_BACKOFF: Duration = Duration::from_millis(50);
/// Longest wait between attempts.
const MAX_BACKOFF: Duration = Duration::from_secs(2);
/// Longest `Retry-After` honoured, in seconds.
const MAX_RETRY_AFTER_SECS: u64 = 3600;
/// Time the bot has to respond.
const DELIVERY_TIMEOUT: Duration = Duration::from_mins(1);

/// Delivers updates until the sandbox stops.
pub(crate) async fn deliver(sandbox: Sandbox) {
    let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().timeout(DELIVERY_TIMEOUT).build();
    let Ok(client) = client else { return };
    let mut changes = sandbox.subscribe_changes();
    let mut deliveries = JoinSet::new();
    loop {
        for delivery in sandbox.change_silently(|state| state.updates.start_deliveries()) {
            deliveries.spawn(deliver_update(sandbox.clone(), client.clone(), delivery));
        }
        tokio::select! {
            _ = changes.changed() => {}
            Some(_ended) = deliveries.join_next() => {}
            () = sandbox.closing_token().cancelled() => return,
        }
    }
}

/// Delivers one update, with retries. Requeues it if the webhook is removed.
async fn deliver_update(sandbox: Sandbox, client: Client, delivery: WebhookDelivery) {
    let mut wait = MIN_BACKOFF;
    while let Some(webhook) = sandbox.read(|state| state.updates.webhook.clone()) {
        match post_update(&client, &webhook, &delivery.update).await {
            Ok(answer) => {
                sandbox.change(|state| state.updates.confirm_delivery(delivery.serial));
                return run_response_call(&sandbox, answer).await;
            }
            Err(failure) => {
                let now = sandbox.read(State::now);
                sandbox.change(|state| state.updates.last_error = Some((now, failure.reason)));
                wait_or_webhook_change(&sandbox, &webhook, failure.retry_after.unwrap_or(wait)).await;
                wait = (wait * 2).min(MAX_BACKOFF);
            }
        }
    }
    sandbox.change(|state| state.updates.release_delivery(delivery.serial));
}

struct DeliveryFailure {
    reason: String,
    retry_after: Option<Duration>,
}

async fn post_update(client: &Client, webhook: &Webhook, update: &Value) -> Result<Response, DeliveryFailure> {
    let mut request = client.post(&webhook.url).json(update);
    if let Some(secret) = &webhook.secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let sent = request.send().await;
    let answer =
        sent.map_err(|error| DeliveryFailure { reason: error.without_url().to_string(), retry_after: None })?;
    if answer.status().is_success() {
        return Ok(answer);
    }
    let retry_after =
        answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    Err(DeliveryFailure {
        reason: format!("Wrong response from the webhook: {}", answer.status()),
        retry_after: retry_after.map(|seconds| Duration::from_secs(seconds.min(MAX_RETRY_AFTER_SECS))),
    })
}

/// Waits for `time`, or until the webhook changes.
async fn wait_or_webhook_change(sandbox: &Sandbox, webhook: &Webhook, time: Duration) {
    let mut changes = sandbox.subscribe_changes();
    let webhook_changed = async {
        while sandbox.read(|state| state.updates.webhook.as_ref() == Some(webhook)) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    };
    let _either = tokio::time::timeout(time, webhook_changed).await;
}

/// Makes the call that a response contains, if any.
async fn run_response_call(sandbox: &Sandbox, answer: Response) {
    let Ok(mut fields) = answer.json::<Map<String, Value>>().await else { return };
    if let Some(Value::String(method)) = fields.remove("method") {
        bot_api::call_from_webhook(sandbox, &method, fields).await;
    }
}
