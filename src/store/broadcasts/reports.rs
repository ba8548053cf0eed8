//! Reports to admins about broadcasts that ended or stalled. Each is queued once, by one instance.

use sqlx::FromRow;

use crate::model::accounts::account::TelegramId;
use crate::model::broadcasts::BroadcastId;
use crate::model::notices::broadcast_sums::BroadcastSums;
use crate::model::notices::notice::Notice;
use crate::model::notices::reachability::UnreachableReason;
use crate::model::time::Moment;
use crate::store::notices::admin_notice::AdminNotice;
use crate::store::{Result, Store, Tx, Write};

/// Event that admins are notified of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportedEvent {
    /// Every recipient has a result.
    Ended,
    /// Nothing was sent for long, or it paused because of errors.
    Stalled,
}

impl Store {
    /// Returns broadcasts that are done, and whose admin was not notified.
    pub async fn unreported_broadcasts(&self) -> Result<Vec<BroadcastId>> {
        let sql = "select id from broadcast where state = 'done' and not reported order by id limit 100";
        let found: Vec<(BroadcastId,)> = self.db.all(sql, &[]).await?;
        Ok(found.into_iter().map(|(id,)| id).collect())
    }

    /// Returns broadcasts that paused because of errors, or without progress since `before`, in Unix milliseconds, unless
    /// admins were notified since.
    pub async fn stalled_broadcasts(&self, before: i64) -> Result<Vec<BroadcastId>> {
        let sql = "select id from broadcast
                   where state in ('sending', 'paused') and not stalled and test_of is null
                     and (state = 'sending' and progress_at < $1 or state = 'paused' and last_error is not null)";
        let found: Vec<(BroadcastId,)> = self.db.all(sql, &[&before]).await?;
        Ok(found.into_iter().map(|(id,)| id).collect())
    }
}

/// Notifies the admin who started a broadcast, or all admins if that one is none any more or the operator started it.
#[derive(Clone, Debug)]
pub struct ReportBroadcast {
    /// Id of the broadcast.
    pub id: BroadcastId,
    /// Event to report.
    pub event: ReportedEvent,
    /// Present admins.
    pub admins: Vec<TelegramId>,
    /// Reason of a pause that Telegram asked for, in English.
    pub flood_wait: Option<String>,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// A broadcast to report.
#[derive(FromRow)]
struct ReportedBroadcast {
    started_by: Option<TelegramId>,
    last_error: Option<String>,
    recipients: i64,
    sent: i64,
    unreachable: i64,
    failed: i64,
    uncertain: i64,
    opted_out: i64,
}

/// Output: true if this instance reported it.
impl Write for ReportBroadcast {
    type Out = bool;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = match self.event {
            ReportedEvent::Ended => {
                "update broadcast set reported = (1 = 1) where id = $1 and state = 'done' and not reported
                 returning started_by, last_error, recipients, sent, unreachable, failed, uncertain, opted_out"
            }
            ReportedEvent::Stalled => {
                "update broadcast set stalled = (1 = 1) where id = $1 and state in ('sending', 'paused') and not stalled
                 returning started_by, last_error, recipients, sent, unreachable, failed, uncertain, opted_out"
            }
        };
        let Some(broadcast): Option<ReportedBroadcast> = tx.first(sql, &[&self.id]).await? else { return Ok(false) };
        let (notice, idempotency_key) = match self.event {
            ReportedEvent::Ended => (self.ended(&broadcast, tx).await?, format!("broadcast_done:{}", self.id)),
            ReportedEvent::Stalled => {
                (self.stalled(&broadcast), format!("broadcast_stalled:{}:{}", self.id, self.now.0))
            }
        };
        let starter: Vec<TelegramId> =
            self.admins.iter().copied().filter(|admin| Some(*admin) == broadcast.started_by).collect();
        let admins = if starter.is_empty() { &self.admins } else { &starter };
        AdminNotice { admins, notice, idempotency_key, now: self.now }.add(tx).await?;
        Ok(true)
    }
}

impl ReportBroadcast {
    async fn ended(&self, broadcast: &ReportedBroadcast, tx: &mut Tx) -> sqlx::Result<Notice> {
        // The condition is that of the index of failures.
        let sql = "select coalesce(reason, ''), count(*) from broadcast_recipient
                   where broadcast_id = $1 and state in ('unreachable', 'failed', 'uncertain', 'not_deleted')
                     and state = 'unreachable'
                   group by 1";
        let reasons: Vec<(String, i64)> = tx.all(sql, &[&self.id]).await?;
        let of = |reason| {
            let counts = reasons.iter().filter(|(text, _)| UnreachableReason::from_stored(text) == reason);
            counts.map(|(_, count)| count).sum()
        };
        let ReportedBroadcast { recipients, sent, unreachable, failed, uncertain, opted_out, .. } = *broadcast;
        let sums = BroadcastSums {
            recipients,
            sent,
            unreachable,
            blocked: of(UnreachableReason::Blocked),
            deactivated: of(UnreachableReason::Deactivated),
            never_started: of(UnreachableReason::NeverStarted),
            failed,
            uncertain,
            opted_out,
        };
        Ok(Notice::BroadcastDone { broadcast: self.id.0, sums })
    }

    fn stalled(&self, broadcast: &ReportedBroadcast) -> Notice {
        let why = broadcast.last_error.clone().or_else(|| self.flood_wait.clone());
        let ReportedBroadcast { recipients, sent, .. } = *broadcast;
        Notice::BroadcastStalled { broadcast: self.id.0, recipients, sent, why }
    }
}
