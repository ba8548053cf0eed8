//! How fast we send in bulk. The pace is stored, so all instances share it; replies know nothing of it and never wait.

use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::broadcasts::Held;
use crate::model::time::Moment;
use crate::store::broadcasts::pacing::{HoldBulk, Lane, Pace};

/// Messages a second of a broadcast that is paid for: as many as Telegram takes.
pub const PAID_RATE: i64 = 1000;
/// Messages a second that cost nothing.
const FREE_RATE: i64 = 30;
/// How long before its time a message may be taken in hand, in microseconds.
const AHEAD: i64 = 100_000;
/// The most messages that are taken in hand together; and so many are worth it even if they take a fifth of a second.
const MOST: i64 = 125;
const WORTH_IT: i64 = 5;
/// The longest wait before Telegram is tried again that does not answer, in seconds.
const LONGEST: i64 = 60;

/// What a paid broadcast to so many people costs at most, in tenths of a Telegram Star: 0.1 Star for each message beyond the
/// thirty that are free in every second.
#[must_use]
pub const fn price_in_tenths(recipients: i64) -> i64 {
    recipients - recipients * FREE_RATE / PAID_RATE
}

/// Until when nothing is sent in bulk, as far as this instance knows.
#[derive(Debug, Default)]
pub(in crate::domain) struct Hold {
    /// In microseconds.
    until: AtomicI64,
    /// How often in a row Telegram did not answer.
    strikes: AtomicU32,
    /// Chats that were written to in this second and in the one before.
    chats: Mutex<Chats>,
}

#[derive(Debug, Default)]
struct Chats {
    second: i64,
    now: HashSet<i64>,
    before: HashSet<i64>,
}

/// Why nothing is to be sent in bulk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Telegram asks to wait.
    Asked(Duration),
    /// It is not reached, or does not answer as it should: for longer each time.
    Away(String),
    /// It refuses the bot's token.
    Unauthorized,
}

impl Hold {
    /// Another instance was told to wait until then, in microseconds.
    pub(in crate::domain) fn note(&self, until: i64) {
        self.until.fetch_max(until, Ordering::Relaxed);
    }
}

impl Domain {
    /// Whether nothing is to be sent in bulk now.
    #[must_use]
    pub fn bulk_is_held(&self) -> bool {
        self.parts.hold.until.load(Ordering::Relaxed) > self.micros()
    }

    /// How long nothing is sent in bulk, as every instance is told.
    pub async fn bulk_held_for(&self) -> Result<Duration> {
        let until = self.parts.store.bulk_hold().await?.map_or(0, |(until, _)| until);
        self.parts.hold.note(until);
        let left = self.parts.hold.until.load(Ordering::Relaxed) - self.micros();
        Ok(Duration::from_micros(u64::try_from(left).unwrap_or_default()))
    }

    /// Holds back everything that is sent in bulk, on every instance. Who was told at the same time as others adds nothing.
    pub async fn hold_bulk(&self, why: Why) -> Result<()> {
        let (now, hold) = (self.micros(), &self.parts.hold);
        let (seconds, why) = match why {
            Why::Asked(length) => (
                i64::try_from(length.as_secs()).unwrap_or(LONGEST).max(1),
                format!("Telegram asks to wait {} s", length.as_secs()),
            ),
            Why::Away(_) if self.bulk_is_held() => return Ok(()),
            Why::Away(what) => {
                let strikes = hold.strikes.fetch_add(1, Ordering::Relaxed).min(6);
                ((1 << strikes).min(LONGEST), format!("Telegram does not answer as it should ({what})"))
            }
            Why::Unauthorized => (LONGEST, "Telegram refuses the bot's token".to_owned()),
        };
        let until = now + seconds * 1_000_000;
        if hold.until.fetch_max(until, Ordering::Relaxed) < until {
            tracing::warn!(seconds, why, "nothing is sent in bulk for a while");
            self.parts.store.write(HoldBulk { until, why }).await?;
        }
        Ok(())
    }

    /// Whether a chat was not written to in bulk within the last second; it is from here on.
    #[must_use]
    pub fn claim_chat(&self, chat: i64) -> bool {
        let second = self.now().0;
        let mut chats = self.parts.hold.chats.lock().unwrap_or_else(PoisonError::into_inner);
        if chats.second != second {
            let last = std::mem::take(&mut chats.now);
            chats.before = if chats.second + 1 == second { last } else { HashSet::new() };
            chats.second = second;
        }
        !chats.before.contains(&chat) && chats.now.insert(chat)
    }

    /// Telegram took a message: the next trouble is the first again.
    pub(super) fn bulk_goes(&self) {
        self.parts.hold.strikes.store(0, Ordering::Relaxed);
    }

    /// Until when nothing is sent in bulk, in milliseconds.
    pub(super) fn held_until_millis(&self) -> i64 {
        self.parts.hold.until.load(Ordering::Relaxed).div_euclid(1000) + 1
    }

    /// Why nothing is sent in bulk, if that is so.
    pub(super) async fn held(&self) -> Result<Option<Held>> {
        let hold = self.parts.store.bulk_hold().await?;
        let held = hold.filter(|(until, _)| *until > self.micros());
        Ok(held.map(|(until, why)| Held { until: Moment::of_millis(until / 1000).plus(1), why }))
    }

    /// Messages a second, of all instances together.
    #[must_use]
    pub fn rate(&self, paid: bool) -> i64 {
        let set = i64::from(self.parts.rules.broadcast_rate);
        if paid { set.max(PAID_RATE) } else { set }
    }

    /// The pace of a lane, and how many messages are taken in hand together: those of a twentieth of a second.
    pub(super) fn pace(&self, lane: Lane) -> (Pace, i64) {
        let rate = self.rate(lane == Lane::Paid);
        let pace = Pace { lane, interval: 1_000_000 / rate, ahead: AHEAD, now: self.micros() };
        (pace, (rate / 20).max((rate / 5).min(WORTH_IT)).clamp(1, MOST))
    }

    /// How long until a lane may be used.
    pub(super) async fn lane_wait(&self, lane: Lane) -> Result<Duration> {
        let free_at = self.parts.store.lane_free_at(lane).await?;
        let wait = free_at - self.micros();
        let wait = if self.bulk_is_held() { wait } else { wait - AHEAD };
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
