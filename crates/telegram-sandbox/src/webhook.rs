//! Delivers updates to the bot's webhook: in order within a lane, again until a 2xx.
//!
//! As Telegram's `WebhookActor` does, with waits short enough for tests. A 2xx answer may carry one method call.
//! <https://core.telegram.org/bots/webhooks>

use std::{sync::Arc, time::Duration};

use axum::http::header;
use reqwest::{Client, Response, redirect};
use serde_json::{Map, Value};
use tokio::task::JoinSet;

use super::{Sandbox, bot_api, updates::Webhook};

/// First and longest wait between attempts.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));
/// Longest `Retry-After` honoured, in seconds.
const LONGEST_RETRY_AFTER: u64 = 3600;
/// How long the bot may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Delivers until serving ends.
pub(super) async fn deliver(sandbox: Sandbox) {
    let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().timeout(PATIENCE).build();
    let Ok(client) = client else { return };
    let mut changes = sandbox.changes();
    let mut deliveries = JoinSet::new();
    loop {
        for (serial, update) in sandbox.look_mut(|world| world.updates.depart()) {
            deliveries.spawn(deliver_one(sandbox.clone(), client.clone(), serial, update));
        }
        tokio::select! {
            _ = changes.changed() => {}
            Some(_ended) = deliveries.join_next() => {}
            () = sandbox.closing().cancelled() => return,
        }
    }
}

/// Delivers one update, however often it takes; gives it back when the webhook is gone.
async fn deliver_one(sandbox: Sandbox, client: Client, serial: u64, update: Arc<Value>) {
    let mut wait = BACKOFF.0;
    while let Some(webhook) = sandbox.look(|world| world.updates.webhook.clone()) {
        match attempt(&client, &webhook, &update).await {
            Ok(answer) => {
                sandbox.change(|world| world.updates.arrive(serial, true));
                return run_answer(&sandbox, answer).await;
            }
            Err(failure) => {
                let now = sandbox.look(super::world::World::now);
                sandbox.change(|world| world.updates.last_error = Some((now, failure.reason)));
                pause_unless_rehooked(&sandbox, &webhook, failure.retry_after.unwrap_or(wait)).await;
                wait = (wait * 2).min(BACKOFF.1);
            }
        }
    }
    sandbox.change(|world| world.updates.arrive(serial, false));
}

struct Failure {
    reason: String,
    retry_after: Option<Duration>,
}

async fn attempt(client: &Client, webhook: &Webhook, update: &Value) -> Result<Response, Failure> {
    let mut request = client.post(&webhook.url).json(update);
    if let Some(secret) = &webhook.secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let sent = request.send().await;
    let answer = sent.map_err(|error| Failure { reason: error.without_url().to_string(), retry_after: None })?;
    if answer.status().is_success() {
        return Ok(answer);
    }
    let after = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    Err(Failure {
        reason: format!("Wrong response from the webhook: {}", answer.status()),
        retry_after: after.map(|seconds| Duration::from_secs(seconds.min(LONGEST_RETRY_AFTER))),
    })
}

/// Waits, but not for a webhook that is changed or gone meanwhile.
async fn pause_unless_rehooked(sandbox: &Sandbox, webhook: &Webhook, time: Duration) {
    let mut changes = sandbox.changes();
    let rehooked = async {
        while sandbox.look(|world| world.updates.webhook.as_ref() == Some(webhook)) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    };
    let _either = tokio::time::timeout(time, rehooked).await;
}

/// Makes the call an answer carries, if it carries one.
async fn run_answer(sandbox: &Sandbox, answer: Response) {
    let Ok(mut fields) = answer.json::<Map<String, Value>>().await else { return };
    if let Some(Value::String(method)) = fields.remove("method") {
        bot_api::call_from_webhook(sandbox, &method, fields).await;
    }
}
