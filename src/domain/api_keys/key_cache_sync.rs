//! Cache invalidation across instances, and the initial load of the key cache.

use crate::domain::Domain;
use crate::domain::api_keys::key_cache::{CacheCoverage, ENDED_KEY_MEMORY_SECS, ReadAt};
use crate::domain::error::Result;
use crate::model::accounts::account::AccountId;
use crate::store::api_keys::key_cache_sync::{ChangeFeed, ChangeMessage};
use crate::telemetry;

pub use crate::store::api_keys::key_cache_sync::ChangeCursor;

/// Keys read by one statement while all are loaded. Small, so that rows in transit take little memory beside the cache.
const ACCOUNTS_PER_PAGE: i64 = 2_000;

/// Receiver of change notifications. Its owner must poll it continuously: the cache is trusted only while notifications
/// arrive.
pub struct ChangeListener {
    feed: ChangeFeed,
    /// Name of this instance in its heartbeats.
    name: String,
    /// Heartbeats sent before this time, in milliseconds, prove nothing because a notification may have been lost
    /// since.
    distrusted_before: u64,
}

/// Outcome of receiving one notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListenOutcome {
    /// The notification was applied.
    On,
    /// Our own heartbeat, sent at this time, arrived: every change committed before it was received.
    UpTo(u64),
    /// Notifications may have been lost. The caller must catch up from its last cursor.
    Missed,
}

impl Domain {
    /// Starts to receive change notifications. Returns `None` with SQLite, where no other instance exists.
    pub async fn subscribe_changes(&self) -> Result<Option<ChangeListener>> {
        let Some(feed) = self.inner.store.listen().await? else { return Ok(None) };
        Ok(Some(ChangeListener {
            feed,
            name: self.random_id(),
            distrusted_before: self.inner.key_cache.freshness.millis(),
        }))
    }

    /// Sends a heartbeat to ourselves and returns its time. When it arrives, every change committed before it has
    /// arrived.
    pub async fn send_heartbeat(&self, name: &str) -> Result<u64> {
        let sent_at = self.inner.key_cache.freshness.millis();
        self.inner.store.send_heartbeat(&format!("{name} {sent_at}")).await?;
        Ok(sent_at)
    }

    /// Receives the next notification and applies it to the cache.
    pub async fn next_change(&self, listener: &mut ChangeListener) -> Result<ListenOutcome> {
        let key_cache = &self.inner.key_cache;
        match listener.feed.next().await? {
            ChangeMessage::Account(account) => key_cache.mark(account),
            ChangeMessage::Both(one, other) => key_cache.mark_all_stale(&[one, other]),
            ChangeMessage::Balance(account) => key_cache.mark_balance_stale(account),
            ChangeMessage::FloodWait(until) => self.inner.flood_wait.record(until),
            ChangeMessage::Heartbeat(words) => {
                let sent_at = words.strip_prefix(&listener.name).and_then(|rest| rest.trim().parse().ok());
                if let Some(sent_at) = sent_at.filter(|at| *at >= listener.distrusted_before) {
                    key_cache.freshness.record_heartbeat(sent_at);
                    return Ok(ListenOutcome::UpTo(sent_at));
                }
            }
            ChangeMessage::Gap => {
                self.distrust_cache();
                listener.distrusted_before = key_cache.freshness.millis();
                return Ok(ListenOutcome::Missed);
            }
        }
        Ok(ListenOutcome::On)
    }

    /// Trusts the cache from now on: no other instance sends notifications, and changes made outside this process are
    /// polled for.
    pub fn trust_single_instance(&self) {
        self.inner.key_cache.freshness.trust_always();
    }

    /// Stops trusting the cache because notifications may have been lost. Until heartbeats arrive again, every key is
    /// looked up in the database.
    pub fn distrust_cache(&self) {
        self.inner.key_cache.freshness.distrust();
    }

    /// Returns the present end of the change log.
    pub async fn change_cursor(&self) -> Result<ChangeCursor> {
        Ok(self.inner.store.change_cursor().await?)
    }

    /// Invalidates every account changed since a cursor and returns the new cursor.
    pub async fn catch_up(&self, cursor: ChangeCursor) -> Result<ChangeCursor> {
        let changed = self.inner.store.changed_since(cursor).await?;
        for account in changed.accounts {
            self.inner.key_cache.mark(account);
        }
        Ok(changed.next)
    }

    /// Loads every key, if there are not too many. Otherwise keys are cached as they are used.
    pub async fn load_keys(&self) -> Result<()> {
        let key_cache = &self.inner.key_cache;
        let since = self.now().minus(ENDED_KEY_MEMORY_SECS);
        let count = self.inner.store.count_keys().await?;
        if usize::try_from(count).is_ok_and(|count| count > key_cache.capacity()) {
            let capacity = key_cache.capacity();
            tracing::info!(keys = count, capacity, "key cache: too many keys to load all, those in use are cached");
            key_cache.set_coverage(CacheCoverage::Partial);
            return Ok(());
        }
        key_cache.reserve(usize::try_from(count).unwrap_or(0));
        let (stamp, evictions) = (key_cache.stamp(), key_cache.evictions());
        let (mut last, mut loaded) = (AccountId(0), 0);
        loop {
            let mut rows = self.inner.store.cache_rows_after(last, since, ACCOUNTS_PER_PAGE).await?;
            let is_last = i64::try_from(rows.len()).is_ok_and(|len| len < ACCOUNTS_PER_PAGE);
            if let (false, Some(cut)) = (is_last, rows.last().map(|row| row.account_id)) {
                // The other rows of the last account would be on the next page, so it is read whole here.
                rows.retain(|row| row.account_id != cut);
                rows.extend(self.inner.store.cache_rows(&[cut], since).await?);
            }
            for of_account in rows.chunk_by(|one, other| one.account_id == other.account_id) {
                if let Some(row) = of_account.first() {
                    let read_at = ReadAt { plans: self.plans(), stamp, now: self.now() };
                    key_cache.apply(row.account_id, of_account, read_at);
                    last = row.account_id;
                }
            }
            loaded += rows.len();
            if is_last {
                break;
            }
            if loaded / 100_000 != (loaded - rows.len()) / 100_000 {
                tracing::info!(loaded, total = count, "key cache: loading");
            }
        }
        // Keys evicted during the load exist but are not cached, so the cache is not complete.
        let is_complete = !key_cache.is_too_full() && key_cache.evictions() == evictions;
        key_cache.set_coverage(if is_complete { CacheCoverage::Complete } else { CacheCoverage::Partial });
        tracing::info!(keys = loaded, secrets = key_cache.len(), "key cache: loaded");
        telemetry::metrics::key_cache_entries(key_cache.len());
        Ok(())
    }
}

impl ChangeListener {
    /// Returns the name of this instance in its heartbeats.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}
