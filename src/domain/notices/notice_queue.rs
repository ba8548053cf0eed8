//! Notice queue, a transactional outbox of the notices people get unasked.
//!
//! - A notice is stored in the transaction of the change it is about, leased, sent by the bot, and then marked.
//! - If a process dies between sending and marking, the notice is sent again once the lease has expired. For security
//!   matters twice is better than never.
//! - For the same reason a notice is retried if it is unknown whether it arrived.

use std::time::Duration;

use futures::future::try_join_all;

use crate::domain::Domain;
use crate::domain::admin::messages::{FailedNotice, Undelivered};
use crate::domain::error::Result;
use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::notices::notice::{Notice, NoticeId};
use crate::model::notices::reachability::Reachability;
use crate::model::text::dates::UtcOffset;
use crate::model::text::language::Language;
use crate::store::notices::notice_queue::{LeasedNotice, NoticeResult, RecordNoticeResult};
use crate::telemetry;

/// Time to wait for a newer version that knows a notice of an unknown kind, in seconds.
const DEFAULT_LIFETIME_SECS: i64 = 3 * 86_400;
/// Longest wait before the next attempt, in seconds.
const MAX_BACKOFF_SECS: i64 = 600;
/// Interval at which an instance checks the queue unprompted: another instance may have stored a notice, or died.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// A leased notice that is ready to send.
#[derive(Debug)]
pub struct DueNotice {
    /// Content of the notice.
    pub notice: Notice,
    /// Account that it is about.
    account: AccountId,
    /// Telegram user who gets it.
    pub person: TelegramId,
    /// Language the person chose.
    pub chosen: Option<Language>,
    /// Language of the person's Telegram when they last wrote.
    pub telegram_language: Option<Language>,
    /// Clock by which dates are written for the person.
    pub utc_offset: UtcOffset,
    /// True to send without sound: the notice is urgent, and the person is in quiet hours.
    pub is_silent: bool,
    attempt: NoticeAttempt,
}

#[derive(Clone, Copy, Debug)]
struct NoticeAttempt {
    id: NoticeId,
    attempt: i64,
    age: i64,
    /// Time for which delivery is retried, in seconds.
    lifetime_secs: i64,
}

/// Result of sending a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeDelivery {
    /// Telegram accepted it.
    Yes,
    /// Telegram refused it permanently.
    Never,
    /// The person blocked the bot, or never wrote to it.
    Unreachable,
    /// Not accepted for now, or not known whether it was. Is retried after at least this number of seconds.
    NotNow(u64),
}

impl Domain {
    /// Returns when there may be notices to send: immediately if this instance stored one, otherwise after
    /// `POLL_INTERVAL`.
    pub async fn wait_for_notices(&self) {
        let _ = tokio::time::timeout(POLL_INTERVAL, self.inner.notices.notified()).await;
    }

    /// Leases the notices that are due, at most `limit`.
    pub async fn lease_notices(&self, limit: i64) -> Result<Vec<DueNotice>> {
        let notices = self.inner.store.lease_notices(limit, self.now()).await?;
        let due = try_join_all(notices.into_iter().map(|notice| self.address(notice))).await?;
        Ok(due.into_iter().flatten().collect())
    }

    /// Decides who gets a notice, and when.
    ///
    /// - Without a recipient, or if its category is switched off, it is given up.
    /// - A kind of a newer version is left to that version.
    /// - During quiet hours it waits for their end, unless it is urgent.
    /// - For an unreachable person it waits until they are reachable again.
    async fn address(&self, leased: LeasedNotice) -> Result<Option<DueNotice>> {
        let notice = Notice::from_json(&leased.content);
        let (age, lifetime_secs) =
            (self.now().since(leased.created_at), notice.as_ref().map_or(DEFAULT_LIFETIME_SECS, Notice::lifetime_secs));
        let attempt = NoticeAttempt { id: leased.id, attempt: leased.attempts, age, lifetime_secs };
        let Some(notice) = notice else {
            tracing::warn!(notice = %leased.id, "notice: unknown kind, left to a newer version");
            self.settle_delivery(attempt, NoticeDelivery::NotNow(60)).await?;
            return Ok(None);
        };
        let (account, category) = (leased.account_id, leased.category.as_str());
        let recipient = match leased.chat_id {
            Some(person) => self.inner.store.fixed_notice_recipient(account, category, person).await?,
            None => self.inner.store.notice_recipient(account, category).await?,
        };
        let Some(recipient) = recipient else {
            self.settle_failed(attempt, NoticeDelivery::Never, failed(attempt, account, &notice)).await?;
            return Ok(None);
        };
        let quiet_until = recipient.quiet.end(self.now());
        let is_urgent = notice.category().is_urgent();
        if recipient.switched_off {
            self.settle(attempt, NoticeResult::GivenUp, "unwanted").await?;
        } else if recipient.unreachable_at.is_some() {
            self.settle_failed(attempt, NoticeDelivery::Unreachable, failed(attempt, account, &notice)).await?;
        } else if let Some(until) = quiet_until.filter(|_| !is_urgent) {
            self.settle(attempt, NoticeResult::Later(until), "later").await?;
        } else {
            let tag = |tag: &Option<String>| tag.as_deref().and_then(Language::from_tag);
            let (chosen, telegram_language) = (tag(&recipient.language), tag(&recipient.telegram_language));
            let is_silent = quiet_until.is_some();
            if let Some(person) = recipient.subject.parse().ok().and_then(TelegramId::new) {
                let utc_offset = UtcOffset(recipient.quiet.utc_offset_minutes);
                let due =
                    DueNotice { notice, account, person, chosen, telegram_language, utc_offset, is_silent, attempt };
                return Ok(Some(due));
            }
            self.settle_delivery(attempt, NoticeDelivery::Never).await?;
        }
        Ok(None)
    }

    /// Records the result of sending a leased notice.
    pub async fn record_notice_result(&self, due: &DueNotice, delivery: NoticeDelivery) -> Result<()> {
        if delivery == NoticeDelivery::Unreachable {
            self.record_reachability(due.person, Reachability::Unreachable).await?;
        }
        self.settle_failed(due.attempt, delivery, failed(due.attempt, due.account, &due.notice)).await
    }

    /// Records the result of an attempt. If it failed, the admin who wrote the message is told.
    async fn settle_failed(
        &self,
        attempt: NoticeAttempt,
        delivery: NoticeDelivery,
        failed: FailedNotice<'_>,
    ) -> Result<()> {
        match self.settle_delivery(attempt, delivery).await? {
            NoticeResult::Held(_) => self.report_undelivered(failed, Undelivered::Waits).await,
            NoticeResult::GivenUp => self.report_undelivered(failed, Undelivered::GivenUp).await,
            NoticeResult::Sent | NoticeResult::Later(_) => Ok(()),
        }
    }

    async fn settle_delivery(&self, attempt: NoticeAttempt, delivery: NoticeDelivery) -> Result<NoticeResult> {
        let (now, is_young) = (self.now(), attempt.age < attempt.lifetime_secs);
        let (how, outcome) = match delivery {
            NoticeDelivery::Yes => (NoticeResult::Sent, "sent"),
            NoticeDelivery::NotNow(least) if is_young => {
                (NoticeResult::Later(now.plus(wait(attempt.attempt, least))), "later")
            }
            // Waits until the person is reachable again, and is given up at the end of its lifetime.
            NoticeDelivery::Unreachable if is_young => {
                (NoticeResult::Held(now.plus(attempt.lifetime_secs - attempt.age)), "held")
            }
            NoticeDelivery::Never | NoticeDelivery::NotNow(_) | NoticeDelivery::Unreachable => {
                tracing::warn!(notice = %attempt.id, "notice: could not be delivered, given up");
                (NoticeResult::GivenUp, "given_up")
            }
        };
        self.settle(attempt, how, outcome).await.map(|()| how)
    }

    async fn settle(
        &self,
        NoticeAttempt { id, attempt, .. }: NoticeAttempt,
        how: NoticeResult,
        outcome: &'static str,
    ) -> Result<()> {
        telemetry::metrics::notice_deliveries_total(outcome);
        self.inner.store.write(RecordNoticeResult { id, attempt, result: how, now: self.now() }).await?;
        Ok(())
    }
}

const fn failed(attempt: NoticeAttempt, account: AccountId, notice: &Notice) -> FailedNotice<'_> {
    FailedNotice { id: attempt.id, account, notice }
}

/// Doubles the wait with each attempt: 1 s, 2 s, 4 s … 10 min, but never less than `least`.
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
