//! Bot updates. Each is parked before it is confirmed to Telegram, claimed, and handled at most once.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::store::bot_state::parked_updates::ParkUpdates;
use crate::store::bot_state::updates::{ClaimUpdate, ExtendUpdateLease, FinishUpdate, UPDATE_LEASE_SECS};

pub use crate::store::bot_state::parked_updates::ParkedUpdate;
pub use crate::store::bot_state::updates::{ClaimOutcome, UpdateDisposition};

impl Domain {
    /// Claims an update for handling, unless it was handled before or an earlier one of its queue is not handled yet.
    pub async fn claim_update(&self, update_id: i64) -> Result<ClaimOutcome> {
        Ok(self.inner.store.write(ClaimUpdate { update_id, now: self.now() }).await?)
    }

    /// Marks an update as handled, or releases it so that it is handled again.
    pub async fn finish_update(&self, update_id: i64, disposition: UpdateDisposition) -> Result<()> {
        Ok(self.inner.store.write(FinishUpdate { update_id, disposition }).await?)
    }

    /// Extends the lease of an in-flight update. Without this, the update counts as abandoned after a few seconds.
    pub async fn extend_update_lease(&self, update_id: i64) -> Result<()> {
        Ok(self.inner.store.write(ExtendUpdateLease { update_id, now: self.now() }).await?)
    }

    /// Stores updates until they are handled, so that they can be confirmed to Telegram before.
    pub async fn park_updates(&self, updates: Vec<ParkedUpdate>) -> Result<()> {
        Ok(self.inner.store.write(ParkUpdates { updates, now: self.now() }).await?)
    }

    /// Returns the stored updates that are not handled yet, oldest first.
    pub async fn parked_updates(&self) -> Result<Vec<ParkedUpdate>> {
        Ok(self.inner.store.parked_updates(self.now()).await?)
    }

    /// Returns the stored updates that are older than a lease. The instance that stored them may have died.
    pub async fn overdue_updates(&self) -> Result<Vec<ParkedUpdate>> {
        Ok(self.inner.store.parked_updates(self.now().minus(UPDATE_LEASE_SECS)).await?)
    }
}
