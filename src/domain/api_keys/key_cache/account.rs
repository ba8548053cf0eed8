//! An account whose keys are held.

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

/// An account: what was read of it last, and where its requests are counted.
pub(in crate::domain) struct CachedAccount {
    pub(in crate::domain) id: AccountId,
    pub(in crate::domain) meter: GcraState,
    plan: AtomicU16,
    banned: AtomicBool,
    leaving: AtomicBool,
    /// Unix seconds; `u32::MAX` is for good.
    plan_until: AtomicU32,
    balance: AtomicI64,
    balance_read: AtomicU64,
    /// The ticket of the last change that was heard of.
    wanted: AtomicU64,
    /// The ticket of the reading that is held; 0 is none.
    applied: AtomicU64,
    name: Mutex<EcoString>,
}

/// What decides about the requests of an account.
#[derive(Clone, Copy, Debug)]
pub(in crate::domain) struct Facts {
    plan: u16,
    pub(in crate::domain) banned: bool,
    pub(in crate::domain) leaving: bool,
    plan_until: u32,
    pub(in crate::domain) balance: i64,
}

impl Facts {
    /// What a row says.
    pub(in crate::domain) fn of(row: &CacheRow, plans: &Plans) -> Self {
        Self {
            plan: plans.place(&row.plan),
            banned: row.banned_at.is_some(),
            leaving: row.leaving_at.is_some(),
            plan_until: row.plan_until.map_or(u32::MAX, seconds),
            balance: row.token_balance,
        }
    }

    /// The place of the plan that counts at `now`: an ended one falls back to the base plan.
    pub(in crate::domain) fn plan(&self, now: Moment) -> u16 {
        if self.plan_until <= seconds(now) { 0 } else { self.plan }
    }
}

// Few accounts change while they are asked about, so `SeqCst` everywhere: on the processors we meet a load costs the same.
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
            wanted: AtomicU64::new(floor),
            applied: AtomicU64::new(0),
            name: Mutex::default(),
        }
    }

    /// What is held, and the ticket it was read with; `None` if it may be old. A change or a reading that sets in while this
    /// looks on is noticed at the end.
    pub(super) fn facts(&self) -> Option<(Facts, ReadStamp)> {
        let applied = self.applied.load(Ordering::SeqCst);
        if applied == 0 || self.wanted.load(Ordering::SeqCst) > applied {
            return None;
        }
        let facts = Facts {
            plan: self.plan.load(Ordering::SeqCst),
            banned: self.banned.load(Ordering::SeqCst),
            leaving: self.leaving.load(Ordering::SeqCst),
            plan_until: self.plan_until.load(Ordering::SeqCst),
            balance: self.balance.load(Ordering::SeqCst),
        };
        let same = self.wanted.load(Ordering::SeqCst) <= applied && self.applied.load(Ordering::SeqCst) == applied;
        same.then_some((facts, applied))
    }

    /// What the person is called.
    pub(in crate::domain) fn name(&self) -> EcoString {
        self.name.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a change was heard of since a reading with that ticket.
    pub(in crate::domain) fn changed_since(&self, ticket: ReadStamp) -> bool {
        self.wanted.load(Ordering::SeqCst) > ticket
    }

    /// A change was heard of: nothing read with an earlier ticket is believed.
    pub(super) fn want(&self, ticket: ReadStamp) {
        self.wanted.fetch_max(ticket, Ordering::SeqCst);
    }

    /// Begins to take over a reading; not if a later one was taken over. Nobody believes anything until the end.
    pub(super) fn begin(&self, ticket: ReadStamp) -> bool {
        let newer = ticket > self.applied.load(Ordering::SeqCst);
        if newer {
            self.want(ticket);
        }
        newer
    }

    pub(super) fn set(&self, row: &CacheRow, plans: &Plans, ticket: ReadStamp) {
        let facts = Facts::of(row, plans);
        self.plan.store(facts.plan, Ordering::SeqCst);
        self.banned.store(facts.banned, Ordering::SeqCst);
        self.leaving.store(facts.leaving, Ordering::SeqCst);
        self.plan_until.store(facts.plan_until, Ordering::SeqCst);
        self.set_balance(facts.balance, ticket);
        *self.name.lock().unwrap_or_else(PoisonError::into_inner) = row.account_name.as_str().into();
    }

    pub(super) fn set_balance(&self, balance: i64, ticket: ReadStamp) {
        if ticket > self.balance_read.fetch_max(ticket, Ordering::SeqCst) {
            self.balance.store(balance, Ordering::SeqCst);
        }
    }

    /// Ends it; whether what is held is fresh now.
    pub(super) fn end(&self, ticket: ReadStamp) -> bool {
        self.applied.store(ticket, Ordering::SeqCst);
        self.wanted.load(Ordering::SeqCst) <= ticket
    }
}
