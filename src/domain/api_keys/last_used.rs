//! When keys were last used, and from where: gathered by `admit`, written down here.
//!
//! Thousands of rows at a time would hold up whatever else runs beside them. So a few hundred are written, and then a few hundred
//! more.

use crate::domain::Domain;
use crate::domain::error::{Error, Fault, Result};
use crate::store::api_keys::last_used::RecordKeyUses;

impl Domain {
    /// Returns when so many uses of keys wait to be written down that it should not be put off.
    pub async fn wait_for_many_uses(&self) {
        self.inner.key_cache.uses.wait_for_many().await;
    }

    /// Whether that is so now.
    #[must_use]
    pub fn has_many_uses(&self) -> bool {
        self.inner.key_cache.uses.has_many()
    }

    /// Writes down all that was gathered until now.
    pub async fn flush_last_used(&self) -> Result<()> {
        let _ = self.mark_uses_due();
        while self.write_uses().await? {}
        Ok(())
    }

    /// What was gathered until now is to be written; in how many portions.
    #[must_use]
    pub fn mark_uses_due(&self) -> usize {
        self.inner.key_cache.uses.mark_due()
    }

    /// Writes the next portion; whether there was one. Between two of them the rest is still there, for whoever needs it written
    /// at once and flushes it. When the caller goes away, the portion is written all the same.
    pub async fn write_uses(&self) -> Result<bool> {
        let domain = self.clone();
        let written = tokio::spawn(async move { domain.write_chunk().await }).await;
        written.map_err(|_| Error::Failed(Fault::new("writing down uses of keys panicked")))?
    }

    async fn write_chunk(&self) -> Result<bool> {
        let uses = &self.inner.key_cache.uses;
        // Whoever comes next is to find written what was taken out here.
        let _turn = uses.turn.lock().await;
        let portion = uses.take_due();
        if portion.is_empty() {
            return Ok(false);
        }
        if let Err(fault) = self.record_key_networks(&portion).await {
            tracing::warn!(?fault, "could not write down where keys were used from");
        }
        // In each portion the latest of each secret, which comes first.
        let mut latest = portion.clone();
        latest.dedup_by_key(|one| one.secret());
        if let Err(fault) = self.inner.store.write(RecordKeyUses { uses: latest }).await {
            // Kept for the next time.
            uses.keep(portion);
            return Err(Error::from(fault));
        }
        Ok(true)
    }
}
