//! Notices: what people are told without their asking.
//!
//! A notice is stored in the transaction of what it tells of, taken in hand with a lease, said by the bot, and then marked.
//! Whoever dies between saying and marking leaves it to be said once more when the lease is over: for what concerns a
//! person's security, twice is better than never. For the same reason it is repeated when it is not known whether it arrived.

use std::time::Duration;

use futures::future::try_join_all;

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::TelegramId;
use crate::model::notices::notice::{Notice, NoticeId};
use crate::model::text::language::Language;
use crate::store::notices::notice_queue::{LeaseNotices, LeasedNotice, NoticeResult, RecordNoticeResult};
use crate::telemetry;

/// How long it is waited for a newer version that knows a notice of an unknown kind, in seconds.
const DEFAULT_LIFETIME_SECS: i64 = 3 * 86_400;
/// The longest wait before the next try, in seconds.
const MAX_BACKOFF_SECS: i64 = 600;
/// After how long an instance looks by itself whether there is something to say: another one may have stored it, or died.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// A notice that is due, in our hand.
#[derive(Debug)]
pub struct DueNotice {
    /// What there is to say.
    pub notice: Notice,
    /// To whom.
    pub person: TelegramId,
    /// The language they chose.
    pub chosen: Option<Language>,
    /// The language of their Telegram when they last wrote.
    pub speaks: Option<Language>,
    /// Whether it is to be said without a sound: it is urgent, and they want quiet.
    pub softly: bool,
    ticket: NoticeAttempt,
}

#[derive(Clone, Copy, Debug)]
struct NoticeAttempt {
    id: NoticeId,
    attempt: i64,
    age: i64,
    /// How long it is tried to tell the person, in seconds.
    lasts: i64,
}

/// How it went with a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeDelivery {
    /// It was said.
    Yes,
    /// The person cannot be told.
    Never,
    /// They cannot be reached: they blocked the bot, or never wrote to it.
    Unreachable,
    /// Not now, or perhaps not: again later, not before that many seconds.
    NotNow(u64),
}

impl Domain {
    /// Returns when there may be something to say: at once when this instance stored it, else after a short while.
    pub async fn wait_for_notices(&self) {
        let _ = tokio::time::timeout(POLL_INTERVAL, self.inner.notices.notified()).await;
    }

    /// Takes in hand what is due, at most that many.
    pub async fn lease_notices(&self, limit: i64) -> Result<Vec<DueNotice>> {
        if !self.inner.store.has_due_notices(self.now()).await? {
            return Ok(Vec::new());
        }
        let taken = self.inner.store.write(LeaseNotices { limit, now: self.now() }).await?;
        let due = try_join_all(taken.into_iter().map(|taken| self.address(taken))).await?;
        Ok(due.into_iter().flatten().collect())
    }

    /// Whom a notice is for. One that nobody can be told or wants to be is given up; one of a newer version's kind is left to
    /// that; one that can wait waits for the end of quiet hours, and one for someone out of reach until they are back.
    async fn address(&self, taken: LeasedNotice) -> Result<Option<DueNotice>> {
        let notice = Notice::from_json(&taken.content);
        let (age, lasts) =
            (self.now().since(taken.created_at), notice.as_ref().map_or(DEFAULT_LIFETIME_SECS, Notice::lasts));
        let ticket = NoticeAttempt { id: taken.id, attempt: taken.attempts, age, lasts };
        let Some(notice) = notice else {
            tracing::warn!(notice = %taken.id, "a notice of an unknown kind");
            self.settle_ticket(ticket, NoticeDelivery::NotNow(60)).await?;
            return Ok(None);
        };
        let Some(listener) = self.inner.store.notice_recipient(taken.account_id, &taken.category).await? else {
            self.settle_ticket(ticket, NoticeDelivery::Never).await?;
            return Ok(None);
        };
        let quiet_until = listener.quiet.end(self.now());
        let is_urgent = notice.category().is_urgent();
        if listener.switched_off {
            self.settle(ticket, NoticeResult::GivenUp, "unwanted").await?;
        } else if listener.unreachable_at.is_some() {
            self.settle_ticket(ticket, NoticeDelivery::Unreachable).await?;
        } else if let Some(until) = quiet_until.filter(|_| !is_urgent) {
            self.settle(ticket, NoticeResult::Later(until), "later").await?;
        } else {
            let tag = |tag: &Option<String>| tag.as_deref().and_then(Language::from_tag);
            let (chosen, speaks) = (tag(&listener.language), tag(&listener.speaks));
            let softly = quiet_until.is_some();
            if let Some(person) = listener.subject.parse().ok().and_then(TelegramId::new) {
                return Ok(Some(DueNotice { notice, person, chosen, speaks, softly, ticket }));
            }
            self.settle_ticket(ticket, NoticeDelivery::Never).await?;
        }
        Ok(None)
    }

    /// Says how it went with a notice in hand.
    pub async fn record_notice_result(&self, due: &DueNotice, told: NoticeDelivery) -> Result<()> {
        if told == NoticeDelivery::Unreachable {
            self.note_reach(due.person, false).await?;
        }
        self.settle_ticket(due.ticket, told).await
    }

    async fn settle_ticket(&self, ticket: NoticeAttempt, told: NoticeDelivery) -> Result<()> {
        let (now, is_young) = (self.now(), ticket.age < ticket.lasts);
        let (how, outcome) = match told {
            NoticeDelivery::Yes => (NoticeResult::Sent, "sent"),
            NoticeDelivery::NotNow(least) if is_young => {
                (NoticeResult::Later(now.plus(wait(ticket.attempt, least))), "later")
            }
            // Until they come back; if they do not in time, it is given up.
            NoticeDelivery::Unreachable if is_young => {
                (NoticeResult::Held(now.plus(ticket.lasts - ticket.age)), "held")
            }
            NoticeDelivery::Never | NoticeDelivery::NotNow(_) | NoticeDelivery::Unreachable => {
                tracing::warn!(notice = %ticket.id, "a notice could not be told, and is given up");
                (NoticeResult::GivenUp, "given up")
            }
        };
        self.settle(ticket, how, outcome).await
    }

    async fn settle(
        &self,
        NoticeAttempt { id, attempt, .. }: NoticeAttempt,
        how: NoticeResult,
        outcome: &'static str,
    ) -> Result<()> {
        telemetry::notice(outcome);
        self.inner.store.write(RecordNoticeResult { id, attempt, how, now: self.now() }).await?;
        Ok(())
    }

    /// Forgets notices that were settled long ago.
    pub(in crate::domain) async fn purge_notices(&self) -> Result<u64> {
        Ok(self.inner.store.write(crate::store::notices::notice_queue::PurgeNotices { now: self.now() }).await?)
    }
}

/// Longer after each try: 1 s, 2 s, 4 s … 10 min, and never shorter than `least`.
fn wait(attempt: i64, least: u64) -> i64 {
    let doublings = u32::try_from(attempt.clamp(1, 20) - 1).unwrap_or_default();
    (1_i64 << doublings).min(MAX_BACKOFF_SECS).max(i64::try_from(least).unwrap_or(MAX_BACKOFF_SECS))
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn each_wait_is_longer_and_none_shorter_than_asked_for() {
        let waits: Vec<_> = (0..13).map(|attempt| wait(attempt, 0)).collect();
        assert_eq!(waits, [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
        assert_eq!((wait(i64::MAX, 0), wait(1, 30), wait(9, 30), wait(1, 3600)), (600, 30, 256, 3600));
    }
}
