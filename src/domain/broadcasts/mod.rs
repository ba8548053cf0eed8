//! Broadcasts: what an admin tells many people at once, exactly once each.
//!
//! A draft is written ([`drafts`]), its recipients are counted and it is started ([`start`]), and from then on it goes out
//! whatever becomes of this process: its recipients are laid down, taken in hand and settled by whichever instance comes first.

pub mod cards;
pub mod controls;
pub mod delivery;
pub mod drafts;
pub mod failures;
mod fan_out;
pub mod pacing;
pub mod retraction;
pub mod start;

use crate::domain::Domain;
use crate::domain::admin::access::Admin;
use crate::domain::error::{Error, Fault, Refusal, Result};
use crate::model::broadcasts::{Broadcast, BroadcastContent, BroadcastId, BroadcastState, FloodWait, Segment};
use crate::model::notices::notice::Category;
use crate::store::broadcasts::BroadcastRow;

pub use self::drafts::DraftChange;
pub use self::pacing::{MAX_PAID_PER_SECOND, price_in_tenths};
pub use crate::store::broadcasts::{BroadcastAuditEntry, FailedRecipient};

/// The most broadcasts or failures on a page.
pub const MAX_PAGE_LINES: i64 = 1000;
/// After how long without news the rate is none, in milliseconds.
const RATE_SAMPLE_MAX_AGE_MILLIS: i64 = 20_000;

impl Domain {
    /// A broadcast, and how it goes.
    pub async fn broadcast(&self, _admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        let line = self.inner.store.broadcast(id).await?.ok_or(Refusal::BroadcastNotFound)?;
        self.broadcast_of(line).await
    }

    /// Broadcasts, the latest first: those before `after`, a page of at most `limit`.
    pub async fn broadcasts(&self, _admin: &Admin, after: Option<BroadcastId>, limit: i64) -> Result<Vec<Broadcast>> {
        let after = after.unwrap_or(BroadcastId(i64::MAX));
        let lines = self.inner.store.broadcasts_before(after, limit.clamp(1, MAX_PAGE_LINES)).await?;
        let flood_wait = self.flood_wait().await?;
        // One that only a newer version can read is left to that.
        Ok(lines.into_iter().filter_map(|line| self.read_line(line, flood_wait.as_ref())).collect())
    }

    /// Recipients who were not told for certain, or whose message stays, in order: those after `after` ([`FailedRecipient::n`], 0 at
    /// first), a page of at most `limit`.
    pub async fn broadcast_failures(
        &self,
        admin: &Admin,
        id: BroadcastId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<FailedRecipient>> {
        self.broadcast(admin, id).await?;
        Ok(self.inner.store.broadcast_failures(id, after, limit.clamp(1, MAX_PAGE_LINES)).await?)
    }

    /// What admins did to a broadcast, the first first.
    pub async fn broadcast_audit_log(&self, admin: &Admin, id: BroadcastId) -> Result<Vec<BroadcastAuditEntry>> {
        self.broadcast(admin, id).await?;
        Ok(self.inner.store.broadcast_audit_log(id).await?)
    }

    pub(super) async fn broadcast_of(&self, line: BroadcastRow) -> Result<Broadcast> {
        let (id, flood_wait) = (line.id, self.flood_wait().await?);
        let unreadable = || Error::Failed(Fault::new(format!("broadcast {id} is of a newer version")));
        self.read_line(line, flood_wait.as_ref()).ok_or_else(unreadable)
    }

    fn read_line(&self, line: BroadcastRow, flood_wait: Option<&FloodWait>) -> Option<Broadcast> {
        let state = BroadcastState::parse(&line.state)?;
        let live = matches!(state, BroadcastState::Laying | BroadcastState::Running | BroadcastState::Retracting);
        let is_news = self.millis() - line.mark_at < RATE_SAMPLE_MAX_AGE_MILLIS;
        #[expect(clippy::cast_precision_loss, reason = "nobody is told at such rates")]
        let rate = if live && is_news { line.rate as f64 / 1000.0 } else { 0.0 };
        let remaining = match state {
            BroadcastState::Running => Some(self.remaining(&line, rate)),
            _ => None,
        };
        Some(Broadcast {
            id: line.id,
            revision: line.revision,
            state,
            author: line.author,
            content: BroadcastContent::from_json(&line.content)?,
            category: Category::of_broadcast(&line.category)?,
            segment: Segment::from_json(&line.segment)?,
            paid: line.paid,
            start_at: line.start_at,
            created_at: line.created_at,
            confirmed: line.confirmed,
            started_at: line.started_at,
            finished_at: line.finished_at,
            last_error: line.last_error,
            counts: line.counts,
            rate,
            remaining,
            flood_wait: flood_wait.filter(|_| live).cloned(),
        })
    }

    /// Seconds to go at the rate of just now, or at the one that is set.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an estimate")]
    fn remaining(&self, line: &BroadcastRow, rate: f64) -> i64 {
        let rate = if rate > 0.0 { rate } else { self.rate(line.paid) as f64 };
        (line.counts.pending() as f64 / rate).ceil() as i64
    }

    pub(super) fn millis(&self) -> i64 {
        self.inner.env.clock.millis()
    }
}
