//! Cached account, shared by all its cached keys.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU16, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use ecow::EcoString;

use crate::domain::api_keys::key_cache::ReadStamp;
use crate::domain::api_keys::key_cache::entry::seconds;
use crate::domain::rate_limits::GcraState;
use crate::model::accounts::account::AccountId;
use crate::model::billing::plan::Plans;
use crate::model::time::Moment;
use crate::store::api_keys::key_cache_sync::CacheRow;

/// State of an account as last read, and the counter of its requests.
pub(in crate::domain) struct CachedAccount {
    pub(in crate::domain) id: AccountId,
    pub(in crate::domain) meter: GcraState,
    plan: AtomicU16,
    banned: AtomicBool,
    leaving: AtomicBool,
    /// Unix seconds; `u32::MAX` means no end.
    plan_until: AtomicU32,
    balance: AtomicI64,
    balance_read: AtomicU64,
    /// Stamp of the last change that was announced.
    announced: AtomicU64,
    /// Stamp of the read that is cached; 0 for none.
    applied: AtomicU64,
    name: Mutex<EcoString>,
}

/// Values that decide about the requests of an account.
#[derive(Clone, Copy, Debug)]
pub(in crate::domain) struct Facts {
    plan: u16,
    pub(in crate::domain) banned: bool,
    pub(in crate::domain) leaving: bool,
    plan_until: u32,
    pub(in crate::domain) balance: i64,
}

impl Facts {
    /// Takes the values of a row.
    pub(in crate::domain) fn of(row: &CacheRow, plans: &Plans) -> Self {
        Self {
            plan: plans.place(&row.plan),
            banned: row.banned_at.is_some(),
            leaving: row.deletion_due_at.is_some(),
            plan_until: row.plan_until.map_or(u32::MAX, seconds),
            balance: row.token_balance,
        }
    }

    /// Returns the index of the plan at `now`. An expired plan falls back to the base plan.
    pub(in crate::domain) fn plan(&self, now: Moment) -> u16 {
        if self.plan_until <= seconds(now) { 0 } else { self.plan }
    }
}

// Accounts rarely change while they are read, so `SeqCst` throughout: on the usual processors a load costs the same.
impl CachedAccount {
    pub(super) fn new(id: AccountId, floor: ReadStamp) -> Self {
        Self {
            id,
            meter: GcraState::default(),
            plan: AtomicU16::new(0),
            banned: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
            plan_until: AtomicU32::new(0),
            balance: AtomicI64::new(0),
            balance_read: AtomicU64::new(0),
            announced: AtomicU64::new(floor),
            applied: AtomicU64::new(0),
            name: Mutex::default(),
        }
    }

    /// Returns the cached values and the stamp of their read; `None` if they may be stale. A change or an update during
    /// the reads is detected at the end.
    pub(super) fn facts(&self) -> Option<(Facts, ReadStamp)> {
        let applied = self.applied.load(Ordering::SeqCst);
        if applied == 0 || self.announced.load(Ordering::SeqCst) > applied {
            return None;
        }
        let facts = Facts {
            plan: self.plan.load(Ordering::SeqCst),
            banned: self.banned.load(Ordering::SeqCst),
            leaving: self.leaving.load(Ordering::SeqCst),
            plan_until: self.plan_until.load(Ordering::SeqCst),
            balance: self.balance.load(Ordering::SeqCst),
        };
        let same = self.announced.load(Ordering::SeqCst) <= applied && self.applied.load(Ordering::SeqCst) == applied;
        same.then_some((facts, applied))
    }

    /// Returns the display name of the account.
    pub(in crate::domain) fn name(&self) -> EcoString {
        self.name.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns true if a change was announced after the read with this stamp.
    pub(in crate::domain) fn changed_since(&self, stamp: ReadStamp) -> bool {
        self.announced.load(Ordering::SeqCst) > stamp
    }

    /// Announces a change: reads with an earlier stamp are no longer trusted.
    pub(super) fn announce(&self, stamp: ReadStamp) {
        self.announced.fetch_max(stamp, Ordering::SeqCst);
    }

    /// Begins to apply a read; returns false if a later one was applied. Until [`Self::end`] the cached values count as
    /// stale.
    pub(super) fn begin(&self, stamp: ReadStamp) -> bool {
        let newer = stamp > self.applied.load(Ordering::SeqCst);
        if newer {
            self.announce(stamp);
        }
        newer
    }

    pub(super) fn set(&self, row: &CacheRow, plans: &Plans, stamp: ReadStamp) {
        let facts = Facts::of(row, plans);
        self.plan.store(facts.plan, Ordering::SeqCst);
        self.banned.store(facts.banned, Ordering::SeqCst);
        self.leaving.store(facts.leaving, Ordering::SeqCst);
        self.plan_until.store(facts.plan_until, Ordering::SeqCst);
        self.set_balance(facts.balance, stamp);
        *self.name.lock().unwrap_or_else(PoisonError::into_inner) = row.account_name.as_str().into();
    }

    pub(super) fn set_balance(&self, balance: i64, stamp: ReadStamp) {
        if stamp > self.balance_read.fetch_max(stamp, Ordering::SeqCst) {
            self.balance.store(balance, Ordering::SeqCst);
        }
    }

    /// Finishes applying a read. Returns true if the cached values are fresh now.
    pub(super) fn end(&self, stamp: ReadStamp) -> bool {
        self.applied.store(stamp, Ordering::SeqCst);
        self.announced.load(Ordering::SeqCst) <= stamp
    }
}
