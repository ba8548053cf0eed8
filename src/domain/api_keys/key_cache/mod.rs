//! The keys that an instance holds in memory, so that a gateway's question costs no look-up in the database.
//!
//! Every key's digest leads to an [`CachedSecret`], and that to the [`CachedAccount`] whose it is. What is held may be old, and must never
//! be believed when it is. Three numbers see to that:
//!
//! - A **ticket** is drawn before the database is read and before a change is made known. What was read with a ticket is
//!   taken over only if nothing read with a later one was; so a look-up in flight cannot bring back what has ended since.
//! - A holder is **fresh** while what was read last has a later ticket than the last change that was heard of. If it is not,
//!   the database is asked instead.
//! - An entry counts while it has the ticket of its holder's latest reading. What that reading did not find is dead at once,
//!   and swept later.

mod account;
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
use crate::model::network::Network;
use crate::model::time::Moment;
use crate::store::api_keys::key_cache_sync::CacheRow;
use crate::store::api_keys::last_used::KeyUse;

use self::entry::{CachedSecret, Half, IdentityHasher, half, low, seconds, secrets};

pub(in crate::domain) use self::account::{CachedAccount, Facts};
pub(in crate::domain) use self::entry::{KeyStatus, status_of};
pub(in crate::domain) use self::freshness::CacheFreshness;
pub(in crate::domain) use self::negative::NegativeCache;
pub(in crate::domain) use self::pending_uses::PendingUses;

/// Revoked keys are held that long, so that whoever still uses one is told that it was revoked, in seconds.
pub(in crate::domain) const ENDED_KEY_MEMORY_SECS: i64 = 30 * 86_400;

/// Counts readings and changes.
pub(in crate::domain) type ReadStamp = u64;

/// See the module.
pub(in crate::domain) struct KeyCache {
    entries: papaya::HashMap<Half, CachedSecret, BuildHasherDefault<IdentityHasher>>,
    holders: papaya::HashMap<AccountId, Arc<CachedAccount>>,
    /// Held while a change is marked or a reading taken over: both are rare.
    due: Mutex<StaleAccounts>,
    /// How many accounts' changes were heard of and not read yet.
    waiting: AtomicUsize,
    tickets: AtomicU64,
    /// Whether every key there is is held, so that one that is not held does not exist.
    complete: AtomicBool,
    capacity: usize,
    making_room: AtomicBool,
    evictions: AtomicU64,
    /// The ticket of the last sweep: accounts that were forgotten are not believed with an earlier one.
    floor: AtomicU64,
    /// When secrets were used.
    pub(in crate::domain) uses: PendingUses,
    /// Rung when something is due.
    pub(in crate::domain) bell: Notify,
    /// Whether news can be relied on to arrive.
    pub(in crate::domain) trust: CacheFreshness,
    /// Keys that were not found.
    pub(in crate::domain) misses: NegativeCache,
}

/// What is to be read again.
#[derive(Debug, Default)]
struct StaleAccounts {
    accounts: BTreeSet<AccountId>,
    balances: BTreeSet<AccountId>,
}

/// What memory says of a key.
pub(in crate::domain) enum CacheLookup {
    /// It is held.
    Held(KeyStatus),
    /// There is no such key.
    Unknown,
    /// It takes the database to know; whose key it is, if that is known.
    Ask(Option<AccountId>),
}

impl KeyCache {
    /// An empty one, for at most so many keys.
    pub(in crate::domain) fn new(capacity: usize) -> Self {
        Self {
            entries: papaya::HashMap::default(),
            holders: papaya::HashMap::new(),
            due: Mutex::default(),
            waiting: AtomicUsize::new(0),
            tickets: AtomicU64::new(0),
            complete: AtomicBool::new(false),
            capacity,
            making_room: AtomicBool::new(false),
            evictions: AtomicU64::new(0),
            floor: AtomicU64::new(0),
            uses: PendingUses::default(),
            bell: Notify::new(),
            trust: CacheFreshness::default(),
            misses: NegativeCache::default(),
        }
    }

    /// How many keys it may hold.
    pub(in crate::domain) const fn capacity(&self) -> usize {
        self.capacity
    }

    /// Looks a key up.
    pub(in crate::domain) fn look(&self, digest: &KeyDigest, now: Moment) -> CacheLookup {
        // Read before the look-up: a key that was made known before this is found by it.
        let trusted = self.trust.is_fresh();
        let all_known = trusted && self.waiting.load(Ordering::SeqCst) == 0 && self.complete.load(Ordering::SeqCst);
        let missing = if all_known { CacheLookup::Unknown } else { CacheLookup::Ask(None) };
        let entries = self.entries.pin();
        let Some(entry) = entries.get(&half(digest)) else { return missing };
        let Some((facts, applied)) = entry.holder.facts().filter(|_| trusted) else {
            return CacheLookup::Ask(Some(entry.holder.id));
        };
        if entry.ticket == low(applied) {
            return CacheLookup::Held(entry.standing(facts, applied, now));
        }
        // Older than its account: dead, unless the account was read again since the first glance.
        match entries.get(&half(digest)) {
            Some(again) if again.ticket == low(applied) => CacheLookup::Held(again.standing(facts, applied, now)),
            Some(again) if again.ticket != entry.ticket => CacheLookup::Ask(Some(again.holder.id)),
            _ => missing,
        }
    }

    /// Notes that a secret was used, once a second.
    pub(in crate::domain) fn record_use(
        &self,
        digest: &KeyDigest,
        standing: &KeyStatus,
        (at, network): (Moment, Network),
    ) {
        if let Some(entry) = self.entries.pin().get(&half(digest)) {
            entry.used.store(seconds(at), Ordering::Relaxed);
        }
        self.uses.note(KeyUse { key: standing.key, which: standing.which, at, network });
    }

    /// Draws a ticket, before the database is read.
    pub(in crate::domain) fn ticket(&self) -> ReadStamp {
        self.tickets.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// From here on nothing is believed of what is held of an account, until it was read again.
    pub(in crate::domain) fn mark(&self, account: AccountId) {
        self.mark_all_stale(&[account]);
    }

    /// The same of several at the same moment: a key that went from one to another is never missing from both.
    pub(in crate::domain) fn mark_all_stale(&self, accounts: &[AccountId]) {
        let mut due = self.due();
        for account in accounts {
            self.holder(*account).want(self.ticket());
            due.accounts.insert(*account);
        }
        self.waiting.store(due.accounts.len(), Ordering::SeqCst);
        drop(due);
        self.bell.notify_one();
    }

    /// The balance of an account is to be read again.
    pub(in crate::domain) fn mark_balance_stale(&self, account: AccountId) {
        if self.holders.pin().contains_key(&account) {
            self.due().balances.insert(account);
            self.bell.notify_one();
        }
    }

    /// The accounts that are to be read again, at most so many; they stay due until they were.
    pub(in crate::domain) fn take_stale_accounts(&self, most: usize) -> Vec<AccountId> {
        self.due().accounts.iter().take(most).copied().collect()
    }

    /// The balances that are to be read again.
    pub(in crate::domain) fn take_stale_balances(&self) -> Vec<AccountId> {
        std::mem::take(&mut self.due().balances).into_iter().collect()
    }

    /// Takes over what a look-up read, unless somebody else has done so in the meantime.
    pub(in crate::domain) fn insert_lookup(
        &self,
        digest: &KeyDigest,
        rows: &[CacheRow],
        (account, reading): (AccountId, (&Plans, ReadStamp, Moment)),
    ) {
        let is_known = self
            .entries
            .pin()
            .get(&half(digest))
            .is_some_and(|entry| entry.holder.facts().is_some_and(|(_, applied)| entry.ticket == low(applied)));
        if !is_known {
            self.apply(account, rows, reading);
        }
    }

    /// Takes over what was read of an account: all its rows, none if it is gone.
    pub(in crate::domain) fn apply(
        &self,
        account: AccountId,
        rows: &[CacheRow],
        (plans, ticket, now): (&Plans, ReadStamp, Moment),
    ) {
        let mut due = self.due();
        let holder = self.holder(account);
        // What is older than a change is believed by nobody, and must not take the place of what is newer: a key may have gone
        // to another account.
        if holder.changed_since(ticket) {
            due.accounts.insert(account);
            self.waiting.store(due.accounts.len(), Ordering::SeqCst);
            self.bell.notify_one();
            return;
        }
        if !holder.begin(ticket) {
            return;
        }
        if let Some(row) = rows.first() {
            holder.set(row, plans, ticket);
        }
        let entries = self.entries.pin();
        for key in rows.iter().map(|row| &row.key) {
            for (half, entry) in secrets(key, &holder, ticket, now) {
                entries.insert(half, entry);
            }
        }
        if holder.end(ticket) {
            due.accounts.remove(&account);
            self.waiting.store(due.accounts.len(), Ordering::SeqCst);
        }
    }

    /// Takes over a balance that was read.
    pub(in crate::domain) fn apply_balance(&self, account: AccountId, balance: i64, ticket: ReadStamp) {
        let _due = self.due();
        if let Some(holder) = self.holders.pin().get(&account) {
            holder.set_balance(balance, ticket);
        }
    }

    /// Makes room for so many at once: growing step by step takes twice the room in the end.
    pub(in crate::domain) fn reserve(&self, secrets: usize) {
        self.entries.pin().reserve(secrets.saturating_sub(self.entries.len()));
    }

    /// From here on a key that is not held does not exist, or may exist all the same.
    pub(in crate::domain) fn set_complete(&self, complete: bool) {
        self.complete.store(complete, Ordering::SeqCst);
    }

    /// How many secrets are held.
    pub(in crate::domain) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Where an account's requests are counted, whether its keys are held or not.
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
