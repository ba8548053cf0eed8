//! The delivery job fans out broadcasts, sends leased batches of recipients and records the results.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::domain::broadcasts::delivery::{DeliveryOutcome, DeliveryResult, NextDelivery, Recipient, RecipientBatch};
use crate::domain::broadcasts::pacing::PauseReason;
use crate::domain::{Domain, Result};
use crate::gateway::telegram::{BulkMessage, BulkSendResult, BulkSender, TelegramError};
use crate::jobs::context::JobContext;
use crate::model::broadcasts::{BroadcastContent, BroadcastId, SendSpeed};
use crate::model::text::language::Language;

/// Maximum number of batches sent concurrently: while one records its results, others are sending.
const MAX_CONCURRENT_BATCHES: usize = 4;
/// Pause after an error.
const RETRY_PAUSE: Duration = Duration::from_secs(1);
/// Interval at which expired leases, and ended and stalled broadcasts are looked up.
const POLL_INTERVAL: Duration = Duration::from_secs(2);
/// Timers are no finer than this, so recipients due within it are sent immediately.
const TIMER_RESOLUTION: Duration = Duration::from_millis(1);

impl JobContext {
    /// Delivers and retracts broadcasts until `stop`, then finishes the batches in flight.
    pub async fn deliver_broadcasts(&self, stop: CancellationToken) {
        tokio::join!(
            fan_out(&self.domain, &stop),
            expire_leases(&self.domain, &stop),
            report(&self.domain, &stop),
            self.deliver_batches(&stop),
            self.retract(&stop)
        );
    }

    async fn deliver_batches(&self, stop: &CancellationToken) {
        let (mut batches, mut cache) = (JoinSet::new(), MessageCache::default());
        while !stop.is_cancelled() {
            if batches.len() >= MAX_CONCURRENT_BATCHES {
                batches.join_next().await;
                continue;
            }
            match self.next(&mut cache).await {
                Ok(RenderedBatch { batch, messages }) => {
                    let (context, stop) = (self.clone(), stop.clone());
                    batches.spawn(async move { context.send_batch(batch, &messages, &stop).await });
                }
                Err(DeliveryPause::Until(length)) => wait(length, stop, &mut batches).await,
                Err(DeliveryPause::Idle) => {
                    tokio::select! {
                        () = self.domain.wait_for_broadcasts() => {}
                        () = stop.cancelled() => {}
                        Some(_) = batches.join_next() => {}
                    }
                }
            }
        }
        while batches.join_next().await.is_some() {}
    }
}

/// Starts due broadcasts and enqueues their recipients.
async fn fan_out(domain: &Domain, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        match domain.fan_out().await {
            Ok(true) => {}
            Ok(false) => {
                tokio::select! {
                    () = domain.wait_for_broadcasts() => {}
                    () = stop.cancelled() => {}
                }
            }
            Err(error) => {
                tracing::warn!(?error, "broadcast: fan-out failed, retrying");
                pause(RETRY_PAUSE, stop).await;
            }
        }
    }
}

/// Settles the recipients of expired leases, left behind by instances that died.
async fn expire_leases(domain: &Domain, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = domain.expire_leases().await {
            tracing::warn!(?error, "broadcast: expired leases not handled, retrying");
        }
        pause(POLL_INTERVAL, stop).await;
    }
}

/// Notifies admins of broadcasts that ended or stalled.
async fn report(domain: &Domain, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = domain.report_broadcasts().await {
            tracing::warn!(?error, "broadcast: end or stall not reported, retrying");
        }
        pause(POLL_INTERVAL, stop).await;
    }
}

async fn pause(length: Duration, stop: &CancellationToken) {
    let _ = tokio::time::timeout(length, stop.cancelled()).await;
}

/// Waits, at most until a batch in flight is done.
async fn wait(length: Duration, stop: &CancellationToken, batches: &mut JoinSet<()>) {
    let length = length.max(TIMER_RESOLUTION);
    if batches.is_empty() {
        pause(length.min(RETRY_PAUSE), stop).await;
    } else {
        let _ = tokio::time::timeout(length.min(RETRY_PAUSE), batches.join_next()).await;
    }
}

/// Reason that there is no batch to send.
enum DeliveryPause {
    Until(Duration),
    Idle,
}

/// Batch to send, with its messages by language.
struct RenderedBatch {
    batch: RecipientBatch,
    messages: Arc<HashMap<Language, BulkMessage>>,
}

/// Rendered messages of the broadcasts being delivered, by language. Each broadcast is rendered once.
#[derive(Default)]
struct MessageCache(HashMap<BroadcastId, Arc<HashMap<Language, BulkMessage>>>);

impl MessageCache {
    async fn of(&mut self, domain: &Domain, batch: &RecipientBatch) -> Result<Arc<HashMap<Language, BulkMessage>>> {
        if let Some(messages) = self.0.get(&batch.broadcast) {
            return Ok(Arc::clone(messages));
        }
        let content = domain.content_to_deliver(batch.broadcast).await?;
        let messages = Arc::new(content.map(|content| render(&content, batch.speed)).unwrap_or_default());
        if self.0.len() > 16 {
            self.0.clear();
        }
        self.0.insert(batch.broadcast, Arc::clone(&messages));
        Ok(messages)
    }
}

fn render(content: &BroadcastContent, speed: SendSpeed) -> HashMap<Language, BulkMessage> {
    let render = |language| content.resolve(language).map(|message| (language, BulkMessage::new(&message, speed)));
    Language::ALL.into_iter().filter_map(render).collect()
}

impl JobContext {
    /// Leases the next batch and renders its messages.
    async fn next(&self, cache: &mut MessageCache) -> std::result::Result<RenderedBatch, DeliveryPause> {
        let retry = |error| {
            tracing::warn!(?error, "broadcast: leasing recipients failed, retrying");
            DeliveryPause::Until(RETRY_PAUSE)
        };
        match self.domain.lease_recipients().await.map_err(retry)? {
            NextDelivery::Deliver(batch) => {
                let messages = cache.of(&self.domain, &batch).await.map_err(retry)?;
                Ok(RenderedBatch { batch, messages })
            }
            NextDelivery::Wait(length) => Err(DeliveryPause::Until(length)),
            NextDelivery::Nothing => Err(DeliveryPause::Idle),
        }
    }

    /// Sends to every recipient of the batch at their time, then records the results.
    async fn send_batch(
        &self,
        mut batch: RecipientBatch,
        messages: &HashMap<Language, BulkMessage>,
        stop: &CancellationToken,
    ) {
        let (domain, bulk) = (&self.domain, self.telegram.bulk());
        let mut in_flight = FuturesUnordered::new();
        for recipient in std::mem::take(&mut batch.recipients) {
            let ahead = recipient.at.saturating_duration_since(Instant::now());
            if ahead > TIMER_RESOLUTION {
                let due = tokio::time::Instant::from_std(recipient.at);
                // Results of messages in flight are recorded in the meantime.
                let meanwhile = async {
                    while let Some(SendReport { recipient, result, moved_to }) = in_flight.next().await {
                        batch.record(domain, &recipient, result, moved_to);
                    }
                    stop.cancelled().await;
                };
                let _ = tokio::time::timeout_at(due, meanwhile).await;
            }
            if stop.is_cancelled() || domain.is_flood_waiting() || !batch.is_usable() {
                batch.record(domain, &recipient, DeliveryResult::NotYet, None);
                continue;
            }
            match messages.get(&recipient.language) {
                Some(_) if !domain.claim_chat(recipient.chat) => {
                    batch.record(domain, &recipient, DeliveryResult::TooSoon, None);
                }
                Some(message) => in_flight.push(send(domain, bulk, recipient, message)),
                None => {
                    let outcome = DeliveryOutcome::Failed("no text in the recipient's language".to_owned());
                    batch.record(domain, &recipient, DeliveryResult::Finally(outcome), None);
                }
            }
        }
        while let Some(SendReport { recipient, result, moved_to }) = in_flight.next().await {
            batch.record(domain, &recipient, result, moved_to);
        }
        drop(in_flight);
        record_deliveries(domain, &batch, stop).await;
    }
}

/// Records the results of a batch. Retries while the database is unavailable, until the lease expires.
async fn record_deliveries(domain: &Domain, batch: &RecipientBatch, stop: &CancellationToken) {
    while let Err(error) = domain.record_deliveries(batch).await {
        if stop.is_cancelled() || !batch.is_leased() {
            tracing::error!(?error, "broadcast: results not recorded, recipients will count as uncertain");
            return;
        }
        tracing::warn!(?error, "broadcast: results not recorded, retrying");
        pause(RETRY_PAUSE, stop).await;
    }
}

/// Result of sending to one recipient.
struct SendReport {
    recipient: Recipient,
    result: DeliveryResult,
    /// New id of a chat that has moved.
    moved_to: Option<i64>,
}

/// Sends to one recipient. If Telegram asks to wait or is unavailable, pauses every sender immediately.
async fn send(domain: &Domain, bulk: &BulkSender, recipient: Recipient, message: &BulkMessage) -> SendReport {
    let BulkSendResult { outcome, moved_to } = bulk.send(recipient.chat, message).await;
    let (result, reason) = delivery_result(outcome);
    if let Some(reason) = reason
        && let Err(error) = domain.set_flood_wait(reason).await
    {
        tracing::warn!(?error, "flood wait: not shared with other instances");
    }
    SendReport { recipient, result, moved_to }
}

/// Result for the recipient, and the pause it means for all later ones.
fn delivery_result(outcome: std::result::Result<i64, TelegramError>) -> (DeliveryResult, Option<PauseReason>) {
    let error = match outcome {
        Ok(message) => return (DeliveryResult::Finally(DeliveryOutcome::Sent(message)), None),
        Err(error) => error,
    };
    let text = error.to_string();
    match error {
        TelegramError::Unreachable(reason) => {
            (DeliveryResult::Finally(DeliveryOutcome::Unreachable(reason.as_str().to_owned())), None)
        }
        TelegramError::Wait(length) => (DeliveryResult::NotYet, Some(PauseReason::RetryAfter(length))),
        TelegramError::Unauthorized => (DeliveryResult::NotYet, Some(PauseReason::Unauthorized)),
        TelegramError::Temporary(what) => (DeliveryResult::NotNow(text), Some(PauseReason::Unavailable(what))),
        // The message may have arrived; sending it again could deliver it twice.
        TelegramError::Uncertain(what) => {
            (DeliveryResult::Finally(DeliveryOutcome::Uncertain(text)), Some(PauseReason::Unavailable(what)))
        }
        TelegramError::Refused(_)
        | TelegramError::Moved(_)
        | TelegramError::Unchanged
        | TelegramError::Gone
        | TelegramError::Conflict(_) => (DeliveryResult::Finally(DeliveryOutcome::Failed(text)), None),
    }
}
