//! Delivering: recipients are taken in hand, written to by the bot, and settled.

use std::time::{Duration, Instant};

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::broadcasts::{BroadcastContent, BroadcastId};
use crate::model::text::language::Language;
use crate::store::broadcasts::leases::{LeaseOutcome, LeaseRecipients, LeasedRecipient};
use crate::store::broadcasts::pacing::SendChannel;
use crate::store::broadcasts::results::{ExpireLease, RecipientResult, RecordDeliveries};
use crate::telemetry;

pub use crate::store::broadcasts::results::DeliveryOutcome;

/// How long a hand may take before whoever took it counts as dead, in milliseconds: beyond every patience of the gateway.
const BATCH_LEASE_MILLIS: i64 = 15_000;
/// After how long in hand nobody is written to any more: what is sent then must be settled within the lease.
const BATCH_SEND_WINDOW: Duration = Duration::from_secs(4);
/// After how long an instance looks by itself whether there is something to do.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// After how long a chat is written to again, in milliseconds.
const CHAT_INTERVAL_MILLIS: i64 = 2000;
/// How often someone is tried who could not be reached for the time being.
const MAX_ATTEMPTS: i64 = 30;
/// The longest wait before the next try, in milliseconds.
const MAX_BACKOFF_MILLIS: i64 = 600_000;

/// Recipients in hand.
#[derive(Debug)]
pub struct RecipientBatch {
    /// Of which broadcast.
    pub broadcast: BroadcastId,
    /// Whether Stars are paid.
    pub paid: bool,
    /// Who is to be written to.
    pub recipients: Vec<Recipient>,
    id: i64,
    taken: Instant,
    settled: Vec<RecipientResult>,
}

/// Someone who is to be written to.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Their chat.
    pub chat: i64,
    /// What they read.
    pub language: Language,
    /// Not before that.
    pub at: Instant,
    n: i64,
    attempts: i64,
}

/// What there is to do.
#[derive(Debug)]
pub enum NextDelivery {
    /// To write to these.
    Deliver(RecipientBatch),
    /// To wait that long.
    Wait(Duration),
    /// To wait for something to do.
    Nothing,
}

/// How it went with a recipient.
#[derive(Clone, Debug)]
pub enum DeliveryResult {
    /// As far as it can go.
    Finally(DeliveryOutcome),
    /// They certainly were not told, because everything is held back or ends: again as soon as that is over.
    NotYet,
    /// They certainly were not told, because their chat was written to just now: again in two seconds.
    TooSoon,
    /// They certainly were not told, because something is wrong for now: again, later each time.
    NotNow(String),
}

impl Domain {
    /// Returns when there may be something to do for a broadcast: at once when this instance started it, else after a while.
    pub async fn wait_for_broadcasts(&self) {
        let _ = tokio::time::timeout(POLL_INTERVAL, self.inner.broadcasts.notified()).await;
    }

    /// There may be something to do for a broadcast: whoever waits for it is woken, and whoever is about to.
    pub(super) fn wake_delivery(&self) {
        self.inner.broadcasts.notify_waiters();
        self.inner.broadcasts.notify_one();
    }

    /// Takes recipients in hand, of the broadcast that began first.
    pub async fn lease_recipients(&self) -> Result<NextDelivery> {
        let running = self.inner.store.running().await?;
        if running.is_empty() {
            return Ok(NextDelivery::Nothing);
        }
        let held = self.flood_wait_remaining().await?;
        if !held.is_zero() {
            return Ok(NextDelivery::Wait(held));
        }
        let mut wait: Option<Duration> = None;
        for one in running {
            let lane = if one.paid { SendChannel::Paid } else { SendChannel::Bulk };
            let (pace, most) = self.pace(lane);
            let take = LeaseRecipients { id: one.id, most, pace, lease_until: self.millis() + BATCH_LEASE_MILLIS };
            match self.inner.store.write(take).await? {
                LeaseOutcome::Hand(hand) => {
                    let until_first = hand.first_at - pace.now;
                    return Ok(NextDelivery::Deliver(Self::sorted(
                        one.id,
                        one.paid,
                        hand.id,
                        (until_first, pace.interval),
                        hand.rows,
                    )));
                }
                LeaseOutcome::NotYet => {
                    let lane = self.channel_wait(lane).await?;
                    wait = Some(wait.map_or(lane, |wait| wait.min(lane)));
                }
                LeaseOutcome::Nobody => {}
            }
        }
        Ok(wait.map_or(NextDelivery::Nothing, NextDelivery::Wait))
    }

    /// Who of those in hand is to be written to, and when; the others are settled as they are.
    fn sorted(
        broadcast: BroadcastId,
        paid: bool,
        id: i64,
        (until_first, interval): (i64, i64),
        rows: Vec<LeasedRecipient>,
    ) -> RecipientBatch {
        let taken = Instant::now();
        let (mut recipients, mut settled) = (Vec::with_capacity(rows.len()), Vec::new());
        let mut until = until_first;
        for row in rows {
            if row.unreachable || row.opted_out {
                let why = "blocked the bot before their turn";
                let fate = if row.opted_out {
                    DeliveryOutcome::Unwanted
                } else {
                    DeliveryOutcome::Unreachable(why.to_owned())
                };
                settled.push(RecipientResult { n: row.n, chat_id: None, fate });
                continue;
            }
            let tag = |tag: &Option<String>| tag.as_deref().and_then(Language::from_tag);
            let language = tag(&row.language).or_else(|| tag(&row.speaks)).unwrap_or_default();
            let at = taken + Duration::from_micros(u64::try_from(until).unwrap_or_default());
            recipients.push(Recipient { chat: row.chat_id, language, at, n: row.n, attempts: row.attempts });
            until += interval;
        }
        RecipientBatch { broadcast, paid, recipients, id, taken, settled }
    }

    /// Says how it went with everybody in hand. When this fails, all of them are uncertain once the lease is over.
    pub async fn record_deliveries(&self, hand: &RecipientBatch) -> Result<()> {
        let (id, rows) = (hand.broadcast, hand.settled.clone());
        if rows.iter().any(|row| matches!(row.fate, DeliveryOutcome::Sent(_))) {
            self.clear_send_failures();
        }
        let settle = RecordDeliveries { id, hand: hand.id, rows, millis: self.millis() };
        if self.inner.store.write(settle).await? {
            hand.settled.iter().for_each(|row| telemetry::broadcast(row.fate.as_str()));
        } else {
            tracing::warn!(broadcast = %id, "recipients were settled twice, or too late: then they are counted as uncertain");
        }
        Ok(())
    }

    /// Gives up hands whose owners are dead.
    pub async fn expire_leases(&self) -> Result<()> {
        let millis = self.millis();
        for (hand, id) in self.inner.store.expired_leases(millis).await? {
            let uncertain = self.inner.store.write(ExpireLease { id, hand, millis }).await?;
            telemetry::broadcast_many("uncertain", uncertain);
            tracing::warn!(broadcast = %id, uncertain, "recipients were in the hand of somebody who ended; they may have been told");
        }
        Ok(())
    }

    /// What a broadcast says; `None` if only a newer version can read it.
    pub async fn content_to_deliver(&self, id: BroadcastId) -> Result<Option<BroadcastContent>> {
        let line = self.inner.store.broadcast(id).await?;
        Ok(line.and_then(|line| BroadcastContent::from_json(&line.content)))
    }
}

impl RecipientBatch {
    /// Whether there is still time to settle it.
    #[must_use]
    pub fn is_leased(&self) -> bool {
        i64::try_from(self.taken.elapsed().as_millis()).is_ok_and(|taken| taken < BATCH_LEASE_MILLIS)
    }

    /// Whether there is still time to write to somebody before the lease is over.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.taken.elapsed() < BATCH_SEND_WINDOW
    }

    /// Notes how it went with a recipient; `chat` is their chat's new number if it has one.
    pub fn record(&mut self, domain: &Domain, recipient: &Recipient, told: DeliveryResult, chat: Option<i64>) {
        let fate = match told {
            DeliveryResult::Finally(fate) => fate,
            DeliveryResult::NotYet => {
                DeliveryOutcome::Again(domain.flood_wait_until_millis().max(domain.millis()), false)
            }
            DeliveryResult::TooSoon => DeliveryOutcome::Again(domain.millis() + CHAT_INTERVAL_MILLIS, false),
            DeliveryResult::NotNow(why) if recipient.attempts >= MAX_ATTEMPTS => DeliveryOutcome::Failed(why),
            DeliveryResult::NotNow(_) => DeliveryOutcome::Again(domain.millis() + wait(recipient.attempts), true),
        };
        self.settled.push(RecipientResult { n: recipient.n, chat_id: chat, fate });
    }
}

/// Longer after each try, in milliseconds: 1 s, 2 s, 4 s … 10 min.
fn wait(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(0, 20)).unwrap_or_default();
    (1000 << doublings).min(MAX_BACKOFF_MILLIS)
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn each_wait_is_longer() {
        assert_eq!([0, 1, 2, 9, 10, 30].map(wait), [1000, 2000, 4000, 512_000, 600_000, 600_000]);
    }
}
