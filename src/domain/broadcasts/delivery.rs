//! Delivering: recipients are taken in hand, written to by the bot, and settled.

use std::time::{Duration, Instant};

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::broadcasts::{BroadcastId, Content};
use crate::model::text::language::Language;
use crate::store::broadcasts::leases::{InHand, TakeHand, Taken};
use crate::store::broadcasts::pacing::Lane;
use crate::store::broadcasts::results::{GiveUpHand, SettleHand, Settled};
use crate::telemetry;

pub use crate::store::broadcasts::results::Fate;

/// How long a hand may take before whoever took it counts as dead, in milliseconds: beyond every patience of the gateway.
const LEASE: i64 = 15_000;
/// After how long in hand nobody is written to any more: what is sent then must be settled within the lease.
const USABLE: Duration = Duration::from_secs(4);
/// After how long an instance looks by itself whether there is something to do.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// After how long a chat is written to again, in milliseconds.
const TOO_SOON: i64 = 2000;
/// How often someone is tried who could not be reached for the time being.
const MOST_TRIES: i64 = 30;
/// The longest wait before the next try, in milliseconds.
const LONGEST_WAIT: i64 = 600_000;

/// Recipients in hand.
#[derive(Debug)]
pub struct Hand {
    /// Of which broadcast.
    pub broadcast: BroadcastId,
    /// Whether Stars are paid.
    pub paid: bool,
    /// Who is to be written to.
    pub recipients: Vec<Recipient>,
    id: i64,
    taken: Instant,
    settled: Vec<Settled>,
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
pub enum Next {
    /// To write to these.
    Deliver(Hand),
    /// To wait that long.
    Wait(Duration),
    /// To wait for something to do.
    Nothing,
}

/// How it went with a recipient.
#[derive(Clone, Debug)]
pub enum Told {
    /// As far as it can go.
    Finally(Fate),
    /// They certainly were not told, because everything is held back or ends: again as soon as that is over.
    NotYet,
    /// They certainly were not told, because their chat was written to just now: again in two seconds.
    TooSoon,
    /// They certainly were not told, because something is wrong for now: again, later each time.
    NotNow(String),
}

impl Domain {
    /// Returns when there may be something to do for a broadcast: at once when this instance started it, else after a while.
    pub async fn broadcasts_may_wait(&self) {
        let _ = tokio::time::timeout(LOOK_AGAIN, self.parts.broadcasts.notified()).await;
    }

    /// There may be something to do for a broadcast: whoever waits for it is woken, and whoever is about to.
    pub(super) fn ring(&self) {
        self.parts.broadcasts.notify_waiters();
        self.parts.broadcasts.notify_one();
    }

    /// Takes recipients in hand, of the broadcast that began first.
    pub async fn take_hand(&self) -> Result<Next> {
        let running = self.parts.store.running().await?;
        if running.is_empty() {
            return Ok(Next::Nothing);
        }
        let held = self.bulk_held_for().await?;
        if !held.is_zero() {
            return Ok(Next::Wait(held));
        }
        let mut wait: Option<Duration> = None;
        for one in running {
            let lane = if one.paid { Lane::Paid } else { Lane::Bulk };
            let (pace, most) = self.pace(lane);
            let take = TakeHand { id: one.id, most, pace, lease_until: self.millis() + LEASE };
            match self.parts.store.write(take).await? {
                Taken::Hand(hand) => {
                    let until_first = hand.first_at - pace.now;
                    return Ok(Next::Deliver(Self::sorted(
                        one.id,
                        one.paid,
                        hand.id,
                        (until_first, pace.interval),
                        hand.rows,
                    )));
                }
                Taken::NotYet => {
                    let lane = self.lane_wait(lane).await?;
                    wait = Some(wait.map_or(lane, |wait| wait.min(lane)));
                }
                Taken::Nobody => {}
            }
        }
        Ok(wait.map_or(Next::Nothing, Next::Wait))
    }

    /// Who of those in hand is to be written to, and when; the others are settled as they are.
    fn sorted(
        broadcast: BroadcastId,
        paid: bool,
        id: i64,
        (until_first, interval): (i64, i64),
        rows: Vec<InHand>,
    ) -> Hand {
        let taken = Instant::now();
        let (mut recipients, mut settled) = (Vec::with_capacity(rows.len()), Vec::new());
        let mut until = until_first;
        for row in rows {
            if row.unreachable || row.unwanted {
                let why = "blocked the bot before their turn";
                let fate = if row.unwanted { Fate::Unwanted } else { Fate::Unreachable(why.to_owned()) };
                settled.push(Settled { n: row.n, chat_id: None, fate });
                continue;
            }
            let tag = |tag: &Option<String>| tag.as_deref().and_then(Language::from_tag);
            let language = tag(&row.language).or_else(|| tag(&row.speaks)).unwrap_or_default();
            let at = taken + Duration::from_micros(u64::try_from(until).unwrap_or_default());
            recipients.push(Recipient { chat: row.chat_id, language, at, n: row.n, attempts: row.attempts });
            until += interval;
        }
        Hand { broadcast, paid, recipients, id, taken, settled }
    }

    /// Says how it went with everybody in hand. When this fails, all of them are uncertain once the lease is over.
    pub async fn settle_hand(&self, hand: &Hand) -> Result<()> {
        let (id, rows) = (hand.broadcast, hand.settled.clone());
        if rows.iter().any(|row| matches!(row.fate, Fate::Sent(_))) {
            self.bulk_goes();
        }
        let settle = SettleHand { id, hand: hand.id, rows, millis: self.millis() };
        if self.parts.store.write(settle).await? {
            hand.settled.iter().for_each(|row| telemetry::broadcast(row.fate.as_str()));
        } else {
            tracing::warn!(broadcast = %id, "recipients were settled twice, or too late: then they are counted as uncertain");
        }
        Ok(())
    }

    /// Gives up hands whose owners are dead.
    pub async fn give_up_lost_hands(&self) -> Result<()> {
        let millis = self.millis();
        for (hand, id) in self.parts.store.lost_hands(millis).await? {
            let uncertain = self.parts.store.write(GiveUpHand { id, hand, millis }).await?;
            telemetry::broadcast_many("uncertain", uncertain);
            tracing::warn!(broadcast = %id, uncertain, "recipients were in the hand of somebody who ended; they may have been told");
        }
        Ok(())
    }

    /// What a broadcast says; `None` if only a newer version can read it.
    pub async fn content_to_deliver(&self, id: BroadcastId) -> Result<Option<Content>> {
        let line = self.parts.store.broadcast(id).await?;
        Ok(line.and_then(|line| Content::from_json(&line.content)))
    }
}

impl Hand {
    /// Whether there is still time to settle it.
    #[must_use]
    pub fn is_in_hand(&self) -> bool {
        i64::try_from(self.taken.elapsed().as_millis()).is_ok_and(|taken| taken < LEASE)
    }

    /// Whether there is still time to write to somebody before the lease is over.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.taken.elapsed() < USABLE
    }

    /// Notes how it went with a recipient; `chat` is their chat's new number if it has one.
    pub fn note(&mut self, domain: &Domain, recipient: &Recipient, told: Told, chat: Option<i64>) {
        let fate = match told {
            Told::Finally(fate) => fate,
            Told::NotYet => Fate::Again(domain.held_until_millis().max(domain.millis()), false),
            Told::TooSoon => Fate::Again(domain.millis() + TOO_SOON, false),
            Told::NotNow(why) if recipient.attempts >= MOST_TRIES => Fate::Failed(why),
            Told::NotNow(_) => Fate::Again(domain.millis() + wait(recipient.attempts), true),
        };
        self.settled.push(Settled { n: recipient.n, chat_id: chat, fate });
    }
}

/// Longer after each try, in milliseconds: 1 s, 2 s, 4 s … 10 min.
fn wait(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(0, 20)).unwrap_or_default();
    (1000 << doublings).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn each_wait_is_longer() {
        assert_eq!([0, 1, 2, 9, 10, 30].map(wait), [1000, 2000, 4000, 512_000, 600_000, 600_000]);
    }
}
