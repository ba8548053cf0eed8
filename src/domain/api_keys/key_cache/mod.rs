//! Key cache: all live keys in memory, so that verification needs no database lookup.
//!
//! The digest of a key leads to a [`CachedSecret`], and that to the [`CachedAccount`] of its owner. Cached data may be
//! stale, and stale data must never be used. Three rules ensure that:
//!
//! - A **stamp** is drawn before the database is read and before a change is announced. A read is applied only if no
//!   read with a later stamp was. A lookup in flight therefore cannot bring back what has ended since.
//! - An account is **fresh** if its latest read has a later stamp than its last announced change. If it is not, the
//!   database is asked.
//! - An entry counts if it has the stamp of its account's latest read. What that read did not find is invalid
//!   immediately, and removed later.

mod account;
mod counting;
mod entry;
mod eviction;
mod freshness;
mod negative;
mod pending_uses;

use std::collections::BTreeSet;
use std::hash::BuildHasherDefault;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::model::accounts::account::AccountId;
use crate::model::api_key::KeyDigest;
use crate::model::billing::plan::Plans;
use crate::model::time::Moment;
use crate::store::api_keys::key_cache_sync::CacheRow;

use self::entry::{CachedSecret, Half, IdentityHasher, half, low, secrets};

pub(in crate::domain) use self::account::{CachedAccount, Facts};
pub(in crate::domain) use self::entry::{KeyStatus, status_of};
pub(in crate::domain) use self::freshness::CacheFreshness;
pub(in crate::domain) use self::negative::NegativeCache;
pub(in crate::domain) use self::pending_uses::PendingUses;

/// Time for which ended keys stay cached, in seconds, so that a client still using one learns why it is refused.
pub(in crate::domain) const ENDED_KEY_MEMORY_SECS: i64 = 30 * 86_400;

/// Counter of reads and changes.
pub(in crate::domain) type ReadStamp = u64;

/// Circumstances of a read of the database that decide about the values it returned.
#[derive(Clone, Copy)]
pub(in crate::domain) struct ReadAt<'a> {
    /// Plans of the configuration.
    pub(in crate::domain) plans: &'a Plans,
    /// Stamp drawn before the read.
    pub(in crate::domain) stamp: ReadStamp,
    /// Time of the read.
    pub(in crate::domain) now: Moment,
}

/// Hasher of the entries.
type EntryHasher = BuildHasherDefault<IdentityHasher>;

/// In-memory cache of keys and their accounts.
pub(in crate::domain) struct KeyCache {
    entries: papaya::HashMap<Half, CachedSecret, EntryHasher>,
    holders: papaya::HashMap<AccountId, Arc<CachedAccount>>,
    /// Locked while a change is announced or a read applied. Both are rare.
    due: Mutex<StaleAccounts>,
    /// Number of accounts whose changes were announced and not read yet.
    waiting: AtomicUsize,
    stamps: AtomicU64,
    /// True if every existing key is cached, so that a key that is not cached does not exist.
    complete: AtomicBool,
    capacity: usize,
    making_room: AtomicBool,
    evictions: AtomicU64,
    /// Stamp of the last sweep. Accounts removed then are not trusted with an earlier one.
    floor: AtomicU64,
    /// Uses of keys not yet written.
    pub(in crate::domain) uses: PendingUses,
    /// Signalled when an account or a balance becomes stale.
    pub(in crate::domain) stale_signal: Notify,
    /// Reliability of change notifications.
    pub(in crate::domain) freshness: CacheFreshness,
    /// Keys that the database does not know.
    pub(in crate::domain) negative: NegativeCache,
}

/// Accounts and balances to be read again.
#[derive(Debug, Default)]
struct StaleAccounts {
    accounts: BTreeSet<AccountId>,
    balances: BTreeSet<AccountId>,
}

/// Share of the existing keys that is cached.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::domain) enum CacheCoverage {
    /// All of them: a key that is not cached does not exist.
    Complete,
    /// Some of them: only the database knows the others.
    Partial,
}

/// Result of a cache lookup.
pub(in crate::domain) enum CacheLookup {
    /// The key is cached and fresh.
    Hit(KeyStatus),
    /// No such key exists.
    Unknown,
    /// Only the database knows; carries the owner if it is known.
    ReadDatabase(Option<AccountId>),
}

impl KeyCache {
    /// Creates an empty cache for at most `capacity` keys.
    pub(in crate::domain) fn new(capacity: usize) -> Self {
        Self {
            entries: papaya::HashMap::default(),
            holders: papaya::HashMap::new(),
            due: Mutex::default(),
            waiting: AtomicUsize::new(0),
            stamps: AtomicU64::new(0),
            complete: AtomicBool::new(false),
            capacity,
            making_room: AtomicBool::new(false),
            evictions: AtomicU64::new(0),
            floor: AtomicU64::new(0),
            uses: PendingUses::default(),
            stale_signal: Notify::new(),
            freshness: CacheFreshness::default(),
            negative: NegativeCache::default(),
        }
    }

    /// Returns the largest number of keys to cache.
    pub(in crate::domain) const fn capacity(&self) -> usize {
        self.capacity
    }

    /// Looks up a key.
    pub(in crate::domain) fn lookup(&self, digest: &KeyDigest, now: Moment) -> CacheLookup {
        // Read before the lookup, so that a key announced before it is found.
        let trusted = self.freshness.is_fresh();
        let all_known = trusted && self.waiting.load(Ordering::SeqCst) == 0 && self.complete.load(Ordering::SeqCst);
        let missing = if all_known { CacheLookup::Unknown } else { CacheLookup::ReadDatabase(None) };
        let entries = self.entries.pin();
        let Some(entry) = entries.get(&half(digest)) else { return missing };
        let Some((facts, applied)) = entry.holder.facts().filter(|_| trusted) else {
            return CacheLookup::ReadDatabase(Some(entry.holder.id));
        };
        if entry.stamp == low(applied) {
            return CacheLookup::Hit(entry.status(facts, applied, now));
        }
        // Older than its account, so invalid, unless the account was read again since the first lookup.
        match entries.get(&half(digest)) {
            Some(again) if again.stamp == low(applied) => CacheLookup::Hit(again.status(facts, applied, now)),
            Some(again) if again.stamp != entry.stamp => CacheLookup::ReadDatabase(Some(again.holder.id)),
            _ => missing,
        }
    }

    /// Draws a stamp. Must be called before the database is read.
    pub(in crate::domain) fn stamp(&self) -> ReadStamp {
        self.stamps.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Announces a change of an account. Its cached values are not trusted until it is read again.
    pub(in crate::domain) fn mark(&self, account: AccountId) {
        self.mark_all_stale(&[account]);
    }

    /// Announces a change of several accounts atomically: a key that moves from one to another is never missing from
    /// both.
    pub(in crate::domain) fn mark_all_stale(&self, accounts: &[AccountId]) {
        let mut due = self.due();
        for account in accounts {
            self.holder(*account).announce(self.stamp());
            due.accounts.insert(*account);
        }
        self.waiting.store(due.accounts.len(), Ordering::SeqCst);
        drop(due);
        self.stale_signal.notify_one();
    }

    /// Schedules the balance of an account to be read again.
    pub(in crate::domain) fn mark_balance_stale(&self, account: AccountId) {
        if self.holders.pin().contains_key(&account) {
            self.due().balances.insert(account);
            self.stale_signal.notify_one();
        }
    }

    /// Returns at most `most` stale accounts. They stay stale until they are read.
    pub(in crate::domain) fn take_stale_accounts(&self, most: usize) -> Vec<AccountId> {
        self.due().accounts.iter().take(most).copied().collect()
    }

    /// Returns and clears the stale balances.
    pub(in crate::domain) fn take_stale_balances(&self) -> Vec<AccountId> {
        std::mem::take(&mut self.due().balances).into_iter().collect()
    }

    /// Applies the result of a lookup, unless another lookup has done so meanwhile.
    pub(in crate::domain) fn insert_lookup(
        &self,
        digest: &KeyDigest,
        account: AccountId,
        rows: &[CacheRow],
        read_at: ReadAt<'_>,
    ) {
        let is_known = self
            .entries
            .pin()
            .get(&half(digest))
            .is_some_and(|entry| entry.holder.facts().is_some_and(|(_, applied)| entry.stamp == low(applied)));
        if !is_known {
            self.apply(account, rows, read_at);
        }
    }

    /// Applies a read of an account: all its rows, or none if the account no longer exists.
    pub(in crate::domain) fn apply(&self, account: AccountId, rows: &[CacheRow], read_at: ReadAt<'_>) {
        let ReadAt { plans, stamp, now } = read_at;
        let mut due = self.due();
        let holder = self.holder(account);
        // A read older than a change is stale and must not replace a newer one: a key may have moved to another
        // account.
        if holder.changed_since(stamp) {
            due.accounts.insert(account);
            self.waiting.store(due.accounts.len(), Ordering::SeqCst);
            self.stale_signal.notify_one();
            return;
        }
        if !holder.begin(stamp) {
            return;
        }
        if let Some(row) = rows.first() {
            holder.set(row, plans, stamp);
        }
        let entries = self.entries.pin();
        for key in rows.iter().map(|row| &row.key) {
            for (half, entry) in secrets(key, &holder, stamp, now) {
                counting::replace(&entries, half, entry);
            }
        }
        if holder.end(stamp) {
            due.accounts.remove(&account);
            self.waiting.store(due.accounts.len(), Ordering::SeqCst);
        }
    }

    /// Applies a balance that was read.
    pub(in crate::domain) fn apply_balance(&self, account: AccountId, balance: i64, stamp: ReadStamp) {
        let _due = self.due();
        if let Some(holder) = self.holders.pin().get(&account) {
            holder.set_balance(balance, stamp);
        }
    }

    /// Reserves room for a number of secrets. Growing step by step would take twice the memory in the end.
    pub(in crate::domain) fn reserve(&self, secrets: usize) {
        self.entries.pin().reserve(secrets.saturating_sub(self.entries.len()));
    }

    /// Sets the meaning of a key that is not cached.
    pub(in crate::domain) fn set_coverage(&self, coverage: CacheCoverage) {
        self.complete.store(coverage == CacheCoverage::Complete, Ordering::SeqCst);
    }

    /// Returns the number of cached secrets.
    pub(in crate::domain) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns the account's counter and state, creating it if none of its keys is cached.
    pub(in crate::domain) fn holder(&self, account: AccountId) -> Arc<CachedAccount> {
        let holders = self.holders.pin();
        Arc::clone(
            holders.get_or_insert_with(account, || {
                Arc::new(CachedAccount::new(account, self.floor.load(Ordering::SeqCst)))
            }),
        )
    }

    fn due(&self) -> MutexGuard<'_, StaleAccounts> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
