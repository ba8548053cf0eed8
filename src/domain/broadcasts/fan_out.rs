//! Laying down: those who are to be told are written down before the first of them is.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::broadcasts::Segment;
use crate::model::notices::notice::Category;
use crate::store::broadcasts::fan_out::{FanOut, FanOutPage, FinishFanOut, StartScheduled};
use crate::store::broadcasts::segment::SegmentFilter;
use crate::telemetry;

/// How many people a page looks at: the writer is shared with everybody who signs in.
const RECIPIENTS_PER_PAGE: i64 = 5000;

impl Domain {
    /// Starts what is due, and writes down a page of recipients; whether there may be more.
    pub async fn fan_out(&self) -> Result<bool> {
        let (store, now) = (&self.inner.store, self.now());
        if store.has_due_broadcasts(now).await? {
            for id in store.write(StartScheduled { now }).await? {
                tracing::info!(broadcast = %id, "a scheduled broadcast begins");
            }
        }
        let Some(laying) = store.laying().await? else { return Ok(false) };
        let FanOut { id, category, segment, started_at, laid_to } = laying;
        let read = Category::of_broadcast(&category).zip(Segment::from_json(&segment));
        let Some((category, segment)) = read else {
            tracing::error!(broadcast = %id, "a broadcast of a newer version is left to that");
            return Ok(false);
        };
        let Some(to) = store.page_of_people(&laid_to, RECIPIENTS_PER_PAGE).await? else {
            store.write(FinishFanOut { id, last: laid_to, now }).await?;
            self.wake_delivery();
            return Ok(true);
        };
        let reach = SegmentFilter::new(&segment, category, self.plans(), started_at)?;
        telemetry::laid(store.write(FanOutPage { id, reach, from: laid_to, to }).await?);
        Ok(true)
    }
}
