//! Bot updates. Each is claimed, handled at most once, and parked while later ones are confirmed to Telegram.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::store::bot_state::parked_updates::{ParkUpdates, UnparkUpdates};
use crate::store::bot_state::updates::{ClaimUpdate, ExtendUpdateLease, FinishUpdate};

pub use crate::store::bot_state::parked_updates::ParkedUpdate;
pub use crate::store::bot_state::updates::{ClaimOutcome, UpdateDisposition};

impl Domain {
    /// Claims an update for handling, unless it was handled before.
    pub async fn claim_update(&self, update_id: i64) -> Result<ClaimOutcome> {
        Ok(self.inner.store.write(ClaimUpdate { update_id, now: self.now() }).await?)
    }

    /// Marks an update as handled, or requeues it so that its next delivery is handled.
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
        Ok(self.inner.store.parked_updates().await?)
    }

    /// Deletes stored updates that are handled.
    pub async fn unpark_updates(&self, updates: Vec<i64>) -> Result<()> {
        Ok(self.inner.store.write(UnparkUpdates { updates }).await?)
    }
}
