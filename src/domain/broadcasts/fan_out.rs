//! Fan-out of a broadcast: all recipients are enqueued before the first message is sent.

use crate::domain::Domain;
use crate::domain::admin::access::AdminAct;
use crate::domain::error::Result;
use crate::model::broadcasts::Segment;
use crate::model::notices::category::Category;
use crate::store::broadcasts::fan_out::{FanOut, FanOutPage, FinishFanOut, StartScheduled};
use crate::store::broadcasts::segment::SegmentFilter;
use crate::telemetry;

/// People examined in one page. Limited, because the writer is shared with sign-ins and all other writes.
const RECIPIENTS_PER_PAGE: i64 = 5000;

impl Domain {
    /// Starts scheduled broadcasts that are due, and enqueues a page of recipients. Returns true if more may follow.
    pub async fn fan_out(&self) -> Result<bool> {
        let (store, now) = (&self.inner.store, self.now());
        if store.has_due_broadcasts(now).await? {
            let admins = self.admins_for(AdminAct::Broadcasts);
            for due in store.write(StartScheduled { admins, now }).await? {
                tracing::info!(broadcast = %due.id, state = due.state, "broadcast: scheduled start is due");
            }
            self.inner.notices.notify_one();
        }
        let Some(fan_out) = store.fan_out_in_progress().await? else { return Ok(false) };
        let FanOut { id, category, segment, started_at, fan_out_cursor: cursor } = fan_out;
        let read = Category::of_broadcast(&category).zip(Segment::from_json(&segment));
        let Some((category, segment)) = read else {
            tracing::error!(broadcast = %id, "broadcast: made by a newer version, left to it");
            return Ok(false);
        };
        let Some(to) = store.page_of_people(&cursor, RECIPIENTS_PER_PAGE).await? else {
            store.write(FinishFanOut { id, last: cursor, now }).await?;
            self.wake_delivery();
            return Ok(true);
        };
        let filter = SegmentFilter::new(&segment, category, self.plans(), started_at)?;
        let enqueued = store.write(FanOutPage { id, filter, from: cursor, to }).await?;
        telemetry::metrics::broadcast_recipients_enqueued_total(enqueued);
        Ok(true)
    }
}
