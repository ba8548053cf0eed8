//! Last use of keys, and their requests per day. Verification collects uses in memory, and they are written here in batches.
//!
//! One write of thousands of rows would delay other writes. A few hundred are written in one transaction, then the next
//! few hundred.

use crate::domain::Domain;
use crate::domain::error::{Error, Fault, Result};
use crate::store::api_keys::last_used::{KeyUse, RecordKeyUses};

impl Domain {
    /// Returns when enough uses are pending to be written without delay.
    pub async fn wait_for_many_uses(&self) {
        self.inner.key_cache.uses.wait_for_many().await;
    }

    /// Returns true if enough uses are pending to be written without delay.
    #[must_use]
    pub fn has_many_uses(&self) -> bool {
        self.inner.key_cache.uses.has_many()
    }

    /// Writes all pending uses.
    pub async fn flush_last_used(&self) -> Result<()> {
        let _ = self.mark_uses_due();
        while self.write_uses().await? {}
        Ok(())
    }

    /// Moves the uses collected so far to the queue to be written. Returns the number of batches.
    #[must_use]
    pub fn mark_uses_due(&self) -> usize {
        self.inner.key_cache.uses.mark_due()
    }

    /// Writes the next batch and returns true if there was one. The remaining batches stay in the queue, where
    /// [`Self::flush_last_used`] finds them. The batch is written even if the caller is cancelled.
    pub async fn write_uses(&self) -> Result<bool> {
        let domain = self.clone();
        let written = tokio::spawn(async move { domain.write_chunk().await }).await;
        written.map_err(|_| Error::Failed(Fault::new("writing uses of keys panicked")))?
    }

    async fn write_chunk(&self) -> Result<bool> {
        let uses = &self.inner.key_cache.uses;
        // A concurrent flush waits here until the batch taken by this one is written.
        let _lock = uses.flush_lock.lock().await;
        let mut chunk = uses.take_due();
        if chunk.is_empty() {
            return Ok(false);
        }
        let seen: Vec<KeyUse> = chunk.iter().map(|pending| pending.key_use).collect();
        if let Err(fault) = self.record_key_networks(&seen).await {
            tracing::warn!(error = ?fault, "key networks: recording failed");
        }
        self.inner.key_cache.count_requests(&mut chunk);
        // Each batch is sorted by secret, the latest use first; that one is recorded, with the requests of all.
        let mut latest = chunk.clone();
        latest.dedup_by(|other, kept| kept.absorb_same_secret(other));
        let latest = latest.into_iter().map(|pending| pending.key_use).collect();
        if let Err(fault) = self.inner.store.write(RecordKeyUses { uses: latest }).await {
            // Retried with the next flush.
            uses.put_back(chunk);
            return Err(Error::from(fault));
        }
        Ok(true)
    }
}
