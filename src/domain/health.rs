//! Health: the state of the database and of optional parts, housekeeping, and the orderly end of the store.

use std::collections::BTreeMap;

use crate::domain::{Domain, Result};
use crate::store::DatabaseTrouble;

impl Domain {
    /// Returns the reason the database is not ready, without names of hosts; `None` if it is ready.
    pub async fn database_trouble(&self) -> Option<&'static str> {
        let error = self.inner.store.ping().await.err()?;
        tracing::warn!(%error, "readiness: database check failed");
        Some(match error.trouble() {
            DatabaseTrouble::Unavailable => "unavailable, or not accepting writes",
            DatabaseTrouble::ReadOnly => "not accepting writes: read-only, like a standby",
            DatabaseTrouble::Pooled => "not usable: a pooler changes the server behind a connection",
        })
    }

    /// Returns the optional parts that are unavailable, each with the consequence. Working parts are left out.
    #[must_use]
    pub fn degraded_parts(&self) -> BTreeMap<&'static str, String> {
        let mut degraded = BTreeMap::new();
        if self.inner.shared_rate_limiter.as_ref().is_some_and(|meters| !meters.is_connected()) {
            degraded.insert("redis", "does not answer; each instance counts requests on its own".to_owned());
        }
        if self.inner.key_cache.freshness.has_timed_out() {
            degraded.insert(
                "key_cache_sync",
                "no change notifications arrive; every key is looked up in the database".to_owned(),
            );
        }
        if let Some(error) = self.mail_server_error() {
            degraded.insert("mail", error);
        }
        degraded
    }

    /// Deletes old rows, and drops expired in-memory state. Returns the number of rows.
    pub async fn purge(&self) -> Result<u64> {
        let now = self.inner.env.clock.millis();
        self.inner.key_cache.sweep(now);
        self.inner.bot_sign_in_limits.sweep(now);
        self.inner.rate_limit_alerts.sweep(now);
        self.inner.attempt_limits.sweep(now);
        self.inner.refusal_limits.sweep(now);
        self.inner.write_limits.sweep(now);
        self.inner.oauth.sweep(now);
        Ok(self.inner.store.purge(self.now()).await?)
    }

    /// Shortens the write-ahead log of SQLite without blocking writers.
    pub async fn checkpoint_wal(&self) -> Result<()> {
        Ok(self.inner.store.checkpoint().await?)
    }

    /// Completes the pending writes and closes the database.
    pub async fn close(&self) {
        self.inner.store.close().await;
    }
}
