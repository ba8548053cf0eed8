//! Health: the state of the database and of optional parts, and the orderly end of the store.

use std::collections::BTreeMap;

use crate::domain::Domain;
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

    /// Completes the pending writes and closes the database.
    pub async fn close(&self) {
        self.inner.store.close().await;
    }
}
