//! Laying down: those who are to be told are written down before the first of them is.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::broadcasts::Segment;
use crate::model::notices::notice::Category;
use crate::store::broadcasts::fan_out::{EndLaying, LayPage, Laying, StartDue};
use crate::store::broadcasts::segment::Reach;
use crate::telemetry;

/// How many people a page looks at: the writer is shared with everybody who signs in.
const PAGE: i64 = 5000;

impl Domain {
    /// Starts what is due, and writes down a page of recipients; whether there may be more.
    pub async fn lay_recipients(&self) -> Result<bool> {
        let (store, now) = (&self.parts.store, self.now());
        if store.has_due_broadcasts(now).await? {
            for id in store.write(StartDue { now }).await? {
                tracing::info!(broadcast = %id, "a scheduled broadcast begins");
            }
        }
        let Some(laying) = store.laying().await? else { return Ok(false) };
        let Laying { id, category, segment, started_at, laid_to } = laying;
        let read = Category::of_broadcast(&category).zip(Segment::from_json(&segment));
        let Some((category, segment)) = read else {
            tracing::error!(broadcast = %id, "a broadcast of a newer version is left to that");
            return Ok(false);
        };
        let Some(to) = store.page_of_people(&laid_to, PAGE).await? else {
            store.write(EndLaying { id, last: laid_to, now }).await?;
            self.ring();
            return Ok(true);
        };
        let reach = Reach::new(&segment, category, self.plans(), started_at)?;
        telemetry::laid(store.write(LayPage { id, reach, from: laid_to, to }).await?);
        Ok(true)
    }
}
