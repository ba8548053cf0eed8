//! Pacing of bulk messages. The rate is stored, so that all instances share it. Replies are not paced and never wait.

use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::broadcasts::{FloodWait, SendSpeed};
use crate::model::time::Moment;
use crate::store::broadcasts::pacing::{SendChannel, SendPace, SetFloodWait};

/// Messages per second of a paid broadcast: the most Telegram accepts.
pub const MAX_PAID_PER_SECOND: i64 = 1000;
/// Messages per second without payment.
const MAX_FREE_PER_SECOND: i64 = 30;
/// Time by which a message may be leased ahead of its slot, in microseconds.
const LEASE_AHEAD_MICROS: i64 = 100_000;
/// Largest batch. Below it, [`MIN_BATCH`] messages are leased together if they take no longer than a fifth of a second.
const MAX_BATCH: i64 = 125;
const MIN_BATCH: i64 = 5;
/// Longest wait before Telegram is called again after errors, in seconds.
const MAX_BACKOFF_SECS: i64 = 60;

/// Returns the highest price of a paid broadcast, in tenths of a Telegram Star: 0.1 Star for each message beyond the
/// thirty that are free every second.
#[must_use]
pub const fn price_in_tenths(recipients: i64) -> i64 {
    recipients - recipients * MAX_FREE_PER_SECOND / MAX_PAID_PER_SECOND
}

/// Pause of bulk sending, as this instance knows it.
#[derive(Debug, Default)]
pub(in crate::domain) struct BulkFloodWait {
    /// Unix microseconds at which the pause ends.
    until: AtomicI64,
    /// Failures of Telegram in a row.
    strikes: AtomicU32,
    /// Chats that got a message in this second or the one before.
    chats: Mutex<RecentChats>,
}

#[derive(Debug, Default)]
struct RecentChats {
    second: i64,
    now: HashSet<i64>,
    before: HashSet<i64>,
}

/// Times of the messages of a leased batch, evenly spaced.
pub(super) struct SendSchedule {
    leased_at: Instant,
    /// Microseconds from the lease to the next message; negative if its time has passed.
    until_next: i64,
    interval: i64,
}

impl SendSchedule {
    /// Begins at `first_at`, in Unix microseconds.
    pub(super) fn new(pace: &SendPace, first_at: i64) -> Self {
        Self { leased_at: Instant::now(), until_next: first_at - pace.now, interval: pace.interval }
    }

    /// Returns the time of the lease.
    pub(super) const fn leased_at(&self) -> Instant {
        self.leased_at
    }

    /// Returns the time of the next message.
    pub(super) fn next_slot(&mut self) -> Instant {
        let at = self.leased_at + Duration::from_micros(u64::try_from(self.until_next).unwrap_or_default());
        self.until_next += self.interval;
        at
    }
}

/// Reason to pause bulk sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PauseReason {
    /// Telegram asks to wait (429, `retry_after`).
    RetryAfter(Duration),
    /// Telegram is unreachable or answers with errors; the pause grows each time.
    Unavailable(String),
    /// Telegram rejects the bot's token.
    Unauthorized,
}

impl BulkFloodWait {
    /// Records a pause that another instance announced, in Unix microseconds.
    pub(in crate::domain) fn record(&self, until: i64) {
        self.until.fetch_max(until, Ordering::Relaxed);
    }
}

impl Domain {
    /// Returns true while bulk sending is paused.
    #[must_use]
    pub fn is_flood_waiting(&self) -> bool {
        self.inner.flood_wait.until.load(Ordering::Relaxed) > self.micros()
    }

    /// Returns the time left of the pause that all instances share.
    pub async fn flood_wait_remaining(&self) -> Result<Duration> {
        let until = self.inner.store.flood_wait().await?.map_or(0, |row| row.flood_wait_until);
        self.inner.flood_wait.record(until);
        let left = self.inner.flood_wait.until.load(Ordering::Relaxed) - self.micros();
        Ok(Duration::from_micros(u64::try_from(left).unwrap_or_default()))
    }

    /// Pauses bulk sending on every instance. Errors during a pause do not extend it.
    pub async fn set_flood_wait(&self, why: PauseReason) -> Result<()> {
        let (now, flood_wait) = (self.micros(), &self.inner.flood_wait);
        let (seconds, why) = match why {
            PauseReason::RetryAfter(length) => (
                i64::try_from(length.as_secs()).unwrap_or(MAX_BACKOFF_SECS).max(1),
                format!("Telegram asks to wait {} s", length.as_secs()),
            ),
            PauseReason::Unavailable(_) if self.is_flood_waiting() => return Ok(()),
            PauseReason::Unavailable(what) => {
                let strikes = flood_wait.strikes.fetch_add(1, Ordering::Relaxed).min(6);
                (
                    (1 << strikes).min(MAX_BACKOFF_SECS),
                    format!("Telegram is unreachable or answers with errors ({what})"),
                )
            }
            PauseReason::Unauthorized => (MAX_BACKOFF_SECS, "Telegram refuses the bot's token".to_owned()),
        };
        let until = now + seconds * 1_000_000;
        if flood_wait.until.fetch_max(until, Ordering::Relaxed) < until {
            tracing::warn!(seconds, reason = why, "broadcast: bulk sending paused");
            self.inner.store.write(SetFloodWait { until, reason: why }).await?;
        }
        Ok(())
    }

    /// Claims a chat for a bulk message. Returns false if it got one within the last second.
    #[must_use]
    pub fn claim_chat(&self, chat: i64) -> bool {
        let second = self.now().0;
        let mut chats = self.inner.flood_wait.chats.lock().unwrap_or_else(PoisonError::into_inner);
        if chats.second != second {
            let last = std::mem::take(&mut chats.now);
            chats.before = if chats.second + 1 == second { last } else { HashSet::new() };
            chats.second = second;
        }
        !chats.before.contains(&chat) && chats.now.insert(chat)
    }

    /// Resets the growing pause, because Telegram accepted a message.
    pub(super) fn clear_send_failures(&self) {
        self.inner.flood_wait.strikes.store(0, Ordering::Relaxed);
    }

    /// Returns the end of the pause, in Unix milliseconds.
    pub(super) fn flood_wait_until_millis(&self) -> i64 {
        self.inner.flood_wait.until.load(Ordering::Relaxed).div_euclid(1000) + 1
    }

    /// Returns the present pause and its reason.
    pub(super) async fn flood_wait(&self) -> Result<Option<FloodWait>> {
        let flood_wait = self.inner.store.flood_wait().await?;
        let present = flood_wait.filter(|row| row.flood_wait_until > self.micros());
        Ok(present.map(|row| FloodWait {
            until: Moment::of_millis(row.flood_wait_until / 1000).plus(1),
            why: row.flood_wait_reason,
        }))
    }

    /// Returns the messages per second of all instances together.
    #[must_use]
    pub fn rate(&self, speed: SendSpeed) -> i64 {
        let free = i64::from(self.inner.settings.broadcast_rate);
        match speed {
            SendSpeed::Free => free,
            SendSpeed::Paid => free.max(MAX_PAID_PER_SECOND),
        }
    }

    /// Returns the pace of a channel.
    pub(super) fn pace(&self, channel: SendChannel) -> SendPace {
        let interval = 1_000_000 / self.channel_rate(channel);
        SendPace { channel, interval, ahead: LEASE_AHEAD_MICROS, now: self.micros() }
    }

    /// Returns the size of a batch: the messages of a twentieth of a second.
    pub(super) fn batch_size(&self, channel: SendChannel) -> i64 {
        let rate = self.channel_rate(channel);
        (rate / 20).max((rate / 5).min(MIN_BATCH)).clamp(1, MAX_BATCH)
    }

    fn channel_rate(&self, channel: SendChannel) -> i64 {
        self.rate(if channel == SendChannel::Paid { SendSpeed::Paid } else { SendSpeed::Free })
    }

    /// Returns the wait until a channel has a free slot.
    pub(super) async fn channel_wait(&self, channel: SendChannel) -> Result<Duration> {
        let next_at = self.inner.store.channel_next_at(channel).await?;
        let wait = next_at - self.micros();
        let wait = if self.is_flood_waiting() { wait } else { wait - LEASE_AHEAD_MICROS };
        Ok(Duration::from_micros(u64::try_from(wait).unwrap_or_default()))
    }

    fn micros(&self) -> i64 {
        self.millis().saturating_mul(1000)
    }
}

#[cfg(test)]
mod tests {
    use super::price_in_tenths;

    #[test]
    fn thirty_messages_a_second_are_free() {
        assert_eq!((price_in_tenths(0), price_in_tenths(1000), price_in_tenths(1_000_000)), (0, 970, 970_000));
    }
}
