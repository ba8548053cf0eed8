//! How fast we send in bulk. The pace is stored, so all instances share it; replies know nothing of it and never wait.

use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::broadcasts::FloodWait;
use crate::model::time::Moment;
use crate::store::broadcasts::pacing::{SendChannel, SendPace, SetFloodWait};

/// Messages a second of a broadcast that is paid for: as many as Telegram takes.
pub const MAX_PAID_PER_SECOND: i64 = 1000;
/// Messages a second that cost nothing.
const MAX_FREE_PER_SECOND: i64 = 30;
/// How long before its time a message may be taken in hand, in microseconds.
const LEASE_AHEAD_MICROS: i64 = 100_000;
/// The most messages that are taken in hand together; and so many are worth it even if they take a fifth of a second.
const MAX_BATCH: i64 = 125;
const MIN_BATCH: i64 = 5;
/// The longest wait before Telegram is tried again that does not answer, in seconds.
const MAX_BACKOFF_SECS: i64 = 60;

/// What a paid broadcast to so many people costs at most, in tenths of a Telegram Star: 0.1 Star for each message beyond the
/// thirty that are free in every second.
#[must_use]
pub const fn price_in_tenths(recipients: i64) -> i64 {
    recipients - recipients * MAX_FREE_PER_SECOND / MAX_PAID_PER_SECOND
}

/// Until when nothing is sent in bulk, as far as this instance knows.
#[derive(Debug, Default)]
pub(in crate::domain) struct BulkFloodWait {
    /// In microseconds.
    until: AtomicI64,
    /// How often in a row Telegram did not answer.
    strikes: AtomicU32,
    /// Chats that were written to in this second and in the one before.
    chats: Mutex<RecentChats>,
}

#[derive(Debug, Default)]
struct RecentChats {
    second: i64,
    now: HashSet<i64>,
    before: HashSet<i64>,
}

/// Why nothing is to be sent in bulk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PauseReason {
    /// Telegram asks to wait.
    Asked(Duration),
    /// It is not reached, or does not answer as it should: for longer each time.
    Away(String),
    /// It refuses the bot's token.
    Unauthorized,
}

impl BulkFloodWait {
    /// Another instance was told to wait until then, in microseconds.
    pub(in crate::domain) fn note(&self, until: i64) {
        self.until.fetch_max(until, Ordering::Relaxed);
    }
}

impl Domain {
    /// Whether nothing is to be sent in bulk now.
    #[must_use]
    pub fn is_flood_waiting(&self) -> bool {
        self.inner.flood_wait.until.load(Ordering::Relaxed) > self.micros()
    }

    /// How long nothing is sent in bulk, as every instance is told.
    pub async fn flood_wait_remaining(&self) -> Result<Duration> {
        let until = self.inner.store.flood_wait().await?.map_or(0, |(until, _)| until);
        self.inner.flood_wait.note(until);
        let left = self.inner.flood_wait.until.load(Ordering::Relaxed) - self.micros();
        Ok(Duration::from_micros(u64::try_from(left).unwrap_or_default()))
    }

    /// Holds back everything that is sent in bulk, on every instance. Who was told at the same time as others adds nothing.
    pub async fn set_flood_wait(&self, why: PauseReason) -> Result<()> {
        let (now, hold) = (self.micros(), &self.inner.flood_wait);
        let (seconds, why) = match why {
            PauseReason::Asked(length) => (
                i64::try_from(length.as_secs()).unwrap_or(MAX_BACKOFF_SECS).max(1),
                format!("Telegram asks to wait {} s", length.as_secs()),
            ),
            PauseReason::Away(_) if self.is_flood_waiting() => return Ok(()),
            PauseReason::Away(what) => {
                let strikes = hold.strikes.fetch_add(1, Ordering::Relaxed).min(6);
                ((1 << strikes).min(MAX_BACKOFF_SECS), format!("Telegram does not answer as it should ({what})"))
            }
            PauseReason::Unauthorized => (MAX_BACKOFF_SECS, "Telegram refuses the bot's token".to_owned()),
        };
        let until = now + seconds * 1_000_000;
        if hold.until.fetch_max(until, Ordering::Relaxed) < until {
            tracing::warn!(seconds, why, "nothing is sent in bulk for a while");
            self.inner.store.write(SetFloodWait { until, why }).await?;
        }
        Ok(())
    }

    /// Whether a chat was not written to in bulk within the last second; it is from here on.
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

    /// Telegram took a message: the next trouble is the first again.
    pub(super) fn clear_send_failures(&self) {
        self.inner.flood_wait.strikes.store(0, Ordering::Relaxed);
    }

    /// Until when nothing is sent in bulk, in milliseconds.
    pub(super) fn flood_wait_until_millis(&self) -> i64 {
        self.inner.flood_wait.until.load(Ordering::Relaxed).div_euclid(1000) + 1
    }

    /// Why nothing is sent in bulk, if that is so.
    pub(super) async fn flood_wait(&self) -> Result<Option<FloodWait>> {
        let hold = self.inner.store.flood_wait().await?;
        let held = hold.filter(|(until, _)| *until > self.micros());
        Ok(held.map(|(until, why)| FloodWait { until: Moment::of_millis(until / 1000).plus(1), why }))
    }

    /// Messages a second, of all instances together.
    #[must_use]
    pub fn rate(&self, paid: bool) -> i64 {
        let set = i64::from(self.inner.settings.broadcast_rate);
        if paid { set.max(MAX_PAID_PER_SECOND) } else { set }
    }

    /// The pace of a lane, and how many messages are taken in hand together: those of a twentieth of a second.
    pub(super) fn pace(&self, lane: SendChannel) -> (SendPace, i64) {
        let rate = self.rate(lane == SendChannel::Paid);
        let pace = SendPace { lane, interval: 1_000_000 / rate, ahead: LEASE_AHEAD_MICROS, now: self.micros() };
        (pace, (rate / 20).max((rate / 5).min(MIN_BATCH)).clamp(1, MAX_BATCH))
    }

    /// How long until a lane may be used.
    pub(super) async fn channel_wait(&self, lane: SendChannel) -> Result<Duration> {
        let free_at = self.inner.store.channel_next_at(lane).await?;
        let wait = free_at - self.micros();
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
