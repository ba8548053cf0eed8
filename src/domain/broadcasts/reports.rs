//! Reports: the admin who started a broadcast is notified when it is done, and when it stalls.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::broadcasts::BroadcastId;
use crate::store::broadcasts::reports::{ReportBroadcast, ReportedEvent};

/// Time without progress after which a broadcast has stalled, in milliseconds.
const STALL_MILLIS: i64 = 600_000;

impl Domain {
    /// Queues a notice for each broadcast that ended or stalled, unless another instance did.
    pub async fn report_broadcasts(&self) -> Result<()> {
        for id in self.inner.store.unreported_broadcasts().await? {
            self.report(id, ReportedEvent::Ended).await?;
        }
        for id in self.inner.store.stalled_broadcasts(self.millis() - STALL_MILLIS).await? {
            self.report(id, ReportedEvent::Stalled).await?;
        }
        Ok(())
    }

    /// Reports a broadcast that has just ended. After a failure, [`Domain::report_broadcasts`] does it.
    pub(super) async fn report_end(&self, id: BroadcastId) {
        if let Err(error) = self.report(id, ReportedEvent::Ended).await {
            tracing::warn!(broadcast = %id, ?error, "broadcast: end not reported yet, will retry");
        }
    }

    async fn report(&self, id: BroadcastId, event: ReportedEvent) -> Result<()> {
        let flood_wait = self.flood_wait().await?.map(|flood_wait| flood_wait.why);
        let report = ReportBroadcast { id, event, admins: self.admins().to_vec(), flood_wait, now: self.now() };
        if self.inner.store.write(report).await? {
            tracing::info!(broadcast = %id, ?event, "broadcast: admins notified");
            self.inner.notices.notify_one();
        }
        Ok(())
    }
}
