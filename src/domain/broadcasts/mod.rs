//! Broadcasts: one message to many people, sent once to each.
//!
//! A draft is edited ([`drafts`]), its recipients are counted, and it is started ([`start`]). From then on it continues
//! through restarts: any instance fans out the recipients, leases a batch, delivers it ([`delivery`]) and records the
//! results. [`controls`] pauses, resumes, cancels and retracts; [`pacing`] keeps the shared send rate; [`cards`] are
//! status messages for admins, and [`reports`] notify them of the end and of a stall. [`segments`] counts audiences;
//! [`copies`] makes new drafts and tests.

pub mod cards;
pub mod controls;
pub mod copies;
pub mod delivery;
pub mod drafts;
pub mod failures;
mod fan_out;
pub mod pacing;
pub mod reports;
pub mod retraction;
pub mod segments;
pub mod start;

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, AdminAct};
use crate::domain::error::{BroadcastError, Error, Fault, Result};
use crate::model::broadcasts::{
    Broadcast, BroadcastContent, BroadcastId, BroadcastState, FloodWait, RecipientRows, Segment, SendSpeed,
};
use crate::model::notices::category::Category;
use crate::store::broadcasts::BroadcastRow;

pub use self::drafts::DraftChange;
pub use self::pacing::{MAX_PAID_PER_SECOND, price_in_tenths};
pub use crate::store::broadcasts::{BroadcastAuditEntry, FailedRecipient};

/// Largest number of broadcasts or failures on a page.
pub const MAX_PAGE_LINES: i64 = 1000;
/// Age after which a measured rate counts as zero, in milliseconds.
const RATE_SAMPLE_MAX_AGE_MILLIS: i64 = 20_000;

impl Domain {
    /// Returns a broadcast with its progress.
    pub async fn broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        admin.require(AdminAct::Broadcasts)?;
        let line = self.inner.store.broadcast(id).await?.ok_or(BroadcastError::NotFound)?;
        self.broadcast_of(line).await
    }

    /// Returns a page of at most `limit` broadcasts, latest first, older than `after` if given.
    pub async fn broadcasts(&self, admin: &Admin, after: Option<BroadcastId>, limit: i64) -> Result<Vec<Broadcast>> {
        admin.require(AdminAct::Broadcasts)?;
        let after = after.unwrap_or(BroadcastId(i64::MAX));
        let lines = self.inner.store.broadcasts_before(after, limit.clamp(1, MAX_PAGE_LINES)).await?;
        let flood_wait = self.flood_wait().await?;
        // A broadcast of a newer version, which this one cannot read, is left out.
        Ok(lines.into_iter().filter_map(|line| self.read_line(line, flood_wait.as_ref())).collect())
    }

    /// Returns recipients who certainly got no message, or whose message could not be deleted. The page has at most
    /// `limit` entries and starts after `after` ([`FailedRecipient::position`], 0 at first). Recipients are purged 90 days after
    /// the end of the broadcast.
    pub async fn broadcast_failures(
        &self,
        admin: &Admin,
        id: BroadcastId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<FailedRecipient>> {
        admin.require(AdminAct::Broadcasts)?;
        let row = self.inner.store.broadcast(id).await?.ok_or(BroadcastError::NotFound)?;
        if row.has_purged_recipients() {
            return Err(BroadcastError::RecipientsPurged.into());
        }
        Ok(self.inner.store.broadcast_failures(id, after, limit.clamp(1, MAX_PAGE_LINES)).await?)
    }

    /// Returns the admin actions on a broadcast, earliest first.
    pub async fn broadcast_audit_log(&self, admin: &Admin, id: BroadcastId) -> Result<Vec<BroadcastAuditEntry>> {
        self.broadcast(admin, id).await?;
        Ok(self.inner.store.broadcast_audit_log(id).await?)
    }

    pub(super) async fn broadcast_of(&self, line: BroadcastRow) -> Result<Broadcast> {
        let (id, flood_wait) = (line.id, self.flood_wait().await?);
        let unreadable = || Error::Failed(Fault::new(format!("broadcast {id} was made by a newer version")));
        self.read_line(line, flood_wait.as_ref()).ok_or_else(unreadable)
    }

    fn read_line(&self, line: BroadcastRow, flood_wait: Option<&FloodWait>) -> Option<Broadcast> {
        let state = BroadcastState::parse(&line.state)?;
        let live = matches!(state, BroadcastState::Preparing | BroadcastState::Sending | BroadcastState::Retracting);
        let is_recent = self.millis() - line.rate_sample_at < RATE_SAMPLE_MAX_AGE_MILLIS;
        #[expect(clippy::cast_precision_loss, reason = "real rates are far below 2^52")]
        let rate = if live && is_recent { line.rate as f64 / 1000.0 } else { 0.0 };
        let remaining = match state {
            BroadcastState::Sending => Some(self.remaining(&line, rate)),
            _ => None,
        };
        let recipient_rows = if line.has_purged_recipients() { RecipientRows::Purged } else { RecipientRows::Stored };
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
            confirmed: line.confirmed_recipients,
            started_at: line.started_at,
            finished_at: line.finished_at,
            last_error: line.last_error,
            recipient_rows,
            counts: line.counts,
            rate,
            remaining,
            flood_wait: flood_wait.filter(|_| live).cloned(),
        })
    }

    /// Estimates the seconds to go from the measured rate, or from the configured one if there is none.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an estimate")]
    fn remaining(&self, line: &BroadcastRow, rate: f64) -> i64 {
        let speed = if line.paid { SendSpeed::Paid } else { SendSpeed::Free };
        let rate = if rate > 0.0 { rate } else { self.rate(speed) as f64 };
        (line.counts.pending() as f64 / rate).ceil() as i64
    }

    pub(super) fn millis(&self) -> i64 {
        self.inner.env.clock.millis()
    }
}
