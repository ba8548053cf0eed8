//! Delivers broadcasts: takes what the domain has due, sends it, and says how it went.

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
use crate::gateway::telegram::{BulkMessage, BulkSender, TelegramError};
use crate::jobs::context::JobContext;
use crate::model::broadcasts::{BroadcastContent, BroadcastId};
use crate::model::text::language::Language;

/// How many hands are sent at a time: while one is settled, others go out.
const MAX_CONCURRENT_BATCHES: usize = 4;
/// The pause after a fault of ours.
const RETRY_PAUSE: Duration = Duration::from_secs(1);
/// How often hands of the dead are looked for.
const POLL_INTERVAL: Duration = Duration::from_secs(2);
/// What is this near in time is sent at once: clocks are no finer.
const TIMER_RESOLUTION: Duration = Duration::from_millis(1);

impl JobContext {
    /// Delivers broadcasts, and takes them back, until `stop`; then finishes what is in hand.
    pub async fn deliver_broadcasts(&self, stop: CancellationToken) {
        tokio::join!(
            fan_out(&self.domain, &stop),
            expire_leases(&self.domain, &stop),
            self.deliver_batches(&stop),
            self.retract(&stop)
        );
    }

    async fn deliver_batches(&self, stop: &CancellationToken) {
        let (mut hands, mut letters) = (JoinSet::new(), MessageCache::default());
        while !stop.is_cancelled() {
            if hands.len() >= MAX_CONCURRENT_BATCHES {
                hands.join_next().await;
                continue;
            }
            match self.next(&mut letters).await {
                Ok(Some((hand, letters))) => {
                    let (context, stop) = (self.clone(), stop.clone());
                    hands.spawn(async move { context.send_batch(hand, &letters, &stop).await });
                }
                Ok(None) => {}
                Err(DeliveryPause::Until(length)) => wait(length, stop, &mut hands).await,
                Err(DeliveryPause::Idle) => {
                    tokio::select! {
                        () = self.domain.wait_for_broadcasts() => {}
                        () = stop.cancelled() => {}
                        Some(_) = hands.join_next() => {}
                    }
                }
            }
        }
        while hands.join_next().await.is_some() {}
    }
}

/// Writes recipients down, and starts what is due.
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
            Err(fault) => {
                tracing::warn!(?fault, "could not write recipients down; trying again");
                pause(RETRY_PAUSE, stop).await;
            }
        }
    }
}

/// Looks for hands of the dead.
async fn expire_leases(domain: &Domain, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(fault) = domain.expire_leases().await {
            tracing::warn!(?fault, "could not look for recipients in the hands of the dead");
        }
        pause(POLL_INTERVAL, stop).await;
    }
}

async fn pause(length: Duration, stop: &CancellationToken) {
    let _ = tokio::time::timeout(length, stop.cancelled()).await;
}

/// Waits, but no longer than until a hand is done.
async fn wait(length: Duration, stop: &CancellationToken, hands: &mut JoinSet<()>) {
    let length = length.max(TIMER_RESOLUTION);
    if hands.is_empty() {
        pause(length.min(RETRY_PAUSE), stop).await;
    } else {
        let _ = tokio::time::timeout(length.min(RETRY_PAUSE), hands.join_next()).await;
    }
}

/// Why there is no hand to be sent.
enum DeliveryPause {
    Until(Duration),
    Idle,
}

/// The letters of the broadcasts that go out, each written once.
#[derive(Default)]
struct MessageCache(HashMap<BroadcastId, Arc<HashMap<Language, BulkMessage>>>);

impl MessageCache {
    async fn of(&mut self, domain: &Domain, hand: &RecipientBatch) -> Result<Arc<HashMap<Language, BulkMessage>>> {
        if let Some(letters) = self.0.get(&hand.broadcast) {
            return Ok(Arc::clone(letters));
        }
        let content = domain.content_to_deliver(hand.broadcast).await?;
        let letters = Arc::new(content.map(|content| written(&content, hand.paid)).unwrap_or_default());
        if self.0.len() > 16 {
            self.0.clear();
        }
        self.0.insert(hand.broadcast, Arc::clone(&letters));
        Ok(letters)
    }
}

fn written(content: &BroadcastContent, paid: bool) -> HashMap<Language, BulkMessage> {
    let letter = |language| content.said(language).map(|said| (language, BulkMessage::new(&said, paid)));
    Language::ALL.into_iter().filter_map(letter).collect()
}

impl JobContext {
    /// The next hand and its letters; `None` when there was one that could not be read.
    async fn next(
        &self,
        letters: &mut MessageCache,
    ) -> std::result::Result<Option<(RecipientBatch, Arc<HashMap<Language, BulkMessage>>)>, DeliveryPause> {
        let fault = |fault| {
            tracing::warn!(?fault, "could not take recipients in hand; trying again");
            DeliveryPause::Until(RETRY_PAUSE)
        };
        match self.domain.lease_recipients().await.map_err(fault)? {
            NextDelivery::Deliver(hand) => {
                let letters = letters.of(&self.domain, &hand).await.map_err(fault)?;
                Ok(Some((hand, letters)))
            }
            NextDelivery::Wait(length) => Err(DeliveryPause::Until(length)),
            NextDelivery::Nothing => Err(DeliveryPause::Idle),
        }
    }

    /// Sends to everybody in hand, each at their time, and settles them.
    async fn send_batch(
        &self,
        mut hand: RecipientBatch,
        letters: &HashMap<Language, BulkMessage>,
        stop: &CancellationToken,
    ) {
        let (domain, bulk) = (&self.domain, self.telegram.bulk());
        let mut under_way = FuturesUnordered::new();
        for recipient in std::mem::take(&mut hand.recipients) {
            let ahead = recipient.at.saturating_duration_since(Instant::now());
            if ahead > TIMER_RESOLUTION {
                let due = tokio::time::Instant::from_std(recipient.at);
                // What is under way goes on meanwhile.
                let meanwhile = async {
                    while let Some((recipient, told, chat)) = under_way.next().await {
                        hand.record(domain, &recipient, told, chat);
                    }
                    stop.cancelled().await;
                };
                let _ = tokio::time::timeout_at(due, meanwhile).await;
            }
            if stop.is_cancelled() || domain.is_flood_waiting() || !hand.is_usable() {
                hand.record(domain, &recipient, DeliveryResult::NotYet, None);
                continue;
            }
            match letters.get(&recipient.language) {
                Some(_) if !domain.claim_chat(recipient.chat) => {
                    hand.record(domain, &recipient, DeliveryResult::TooSoon, None)
                }
                Some(letter) => under_way.push(send(domain, bulk, recipient, letter)),
                None => {
                    let fate = DeliveryOutcome::Failed("there is nothing to say".to_owned());
                    hand.record(domain, &recipient, DeliveryResult::Finally(fate), None);
                }
            }
        }
        while let Some((recipient, told, chat)) = under_way.next().await {
            hand.record(domain, &recipient, told, chat);
        }
        drop(under_way);
        record_deliveries(domain, &hand, stop).await;
    }
}

/// Settles a hand. While the database is away it is tried again, as long as it is in hand.
async fn record_deliveries(domain: &Domain, hand: &RecipientBatch, stop: &CancellationToken) {
    while let Err(fault) = domain.record_deliveries(hand).await {
        if stop.is_cancelled() || !hand.is_leased() {
            tracing::error!(?fault, "recipients could not be settled; they will be counted as uncertain");
            return;
        }
        tracing::warn!(?fault, "recipients could not be settled; trying again");
        pause(RETRY_PAUSE, stop).await;
    }
}

/// Sends to one; when Telegram wants patience or is away, holds everything back at once.
async fn send(
    domain: &Domain,
    bulk: &BulkSender,
    recipient: Recipient,
    letter: &BulkMessage,
) -> (Recipient, DeliveryResult, Option<i64>) {
    let (outcome, chat) = bulk.send(recipient.chat, letter).await;
    let (told, why) = delivery_result(outcome);
    if let Some(why) = why
        && let Err(fault) = domain.set_flood_wait(why).await
    {
        tracing::warn!(?fault, "other instances could not be told to wait");
    }
    (recipient, told, chat)
}

/// What an answer means for its recipient, and for everybody after them.
fn delivery_result(outcome: std::result::Result<i64, TelegramError>) -> (DeliveryResult, Option<PauseReason>) {
    let trouble = match outcome {
        Ok(message) => return (DeliveryResult::Finally(DeliveryOutcome::Sent(message)), None),
        Err(trouble) => trouble,
    };
    let words = trouble.to_string();
    match trouble {
        TelegramError::Unreachable => (DeliveryResult::Finally(DeliveryOutcome::Unreachable(words)), None),
        TelegramError::Wait(length) => (DeliveryResult::NotYet, Some(PauseReason::Asked(length))),
        TelegramError::Unauthorized => (DeliveryResult::NotYet, Some(PauseReason::Unauthorized)),
        TelegramError::Temporary(what) => (DeliveryResult::NotNow(words), Some(PauseReason::Away(what))),
        // It is not known whether they have it; sent once more, they may have it twice.
        TelegramError::Uncertain(what) => {
            (DeliveryResult::Finally(DeliveryOutcome::Uncertain(words)), Some(PauseReason::Away(what)))
        }
        TelegramError::Refused(_) | TelegramError::Moved(_) | TelegramError::Unchanged | TelegramError::Conflict(_) => {
            (DeliveryResult::Finally(DeliveryOutcome::Failed(words)), None)
        }
    }
}
