//! Uses of keys that are not written yet.

use std::cmp::Reverse;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::domain::api_keys::key_cache::entry::Half;
use crate::store::api_keys::last_used::KeyUse;

/// Largest number of pending uses; more are dropped.
const MAX_PENDING: usize = 131_072;
/// Number of pending uses that triggers a write ahead of schedule. They take one mebibyte.
const FLUSH_THRESHOLD: usize = 16_384;
/// Number of batches of one flush, unless they would be too small or too large.
const FLUSH_CHUNKS: usize = 16;
/// Smallest batch worth a commit, and largest one statement takes.
const CHUNK_SIZE: (usize, usize) = (250, 2000);

/// A use that is not written yet.
#[derive(Clone, Copy)]
pub(in crate::domain) struct PendingUse {
    /// The cached secret, which counts the requests.
    pub(super) half: Half,
    /// What is written.
    pub(in crate::domain) key_use: KeyUse,
}

impl PendingUse {
    /// Adds the requests of `other` if both are of the same secret.
    pub(in crate::domain) fn absorb_same_secret(&mut self, other: &Self) -> bool {
        let is_same = self.key_use.secret() == other.key_use.secret();
        if is_same {
            self.key_use.requests = self.key_use.requests.saturating_add(other.key_use.requests);
        }
        is_same
    }
}

/// Collected uses, and those queued to be written.
#[derive(Default)]
pub(in crate::domain) struct PendingUses {
    waiting: Mutex<UseQueue>,
    many: Notify,
    /// Locked while a batch is written.
    pub(in crate::domain) flush_lock: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct UseQueue {
    /// In order of arrival.
    fresh: Vec<PendingUse>,
    /// Queued to be written, sorted by secret, the latest use first.
    due: Vec<PendingUse>,
    /// Uses in one batch.
    chunk_size: usize,
}

impl PendingUses {
    /// Adds a use to be written with the next flush.
    pub(super) fn record(&self, pending: PendingUse) {
        let mut waiting = self.waiting();
        let UseQueue { fresh, due, .. } = &mut *waiting;
        if fresh.len() + due.len() < MAX_PENDING {
            fresh.push(pending);
        }
        if fresh.len() == FLUSH_THRESHOLD {
            self.many.notify_one();
        }
    }

    /// Returns when [`FLUSH_THRESHOLD`] uses are pending.
    pub(in crate::domain) async fn wait_for_many(&self) {
        self.many.notified().await;
    }

    /// Returns true if [`FLUSH_THRESHOLD`] uses are pending.
    pub(in crate::domain) fn has_many(&self) -> bool {
        self.waiting().fresh.len() >= FLUSH_THRESHOLD
    }

    /// Queues the uses collected so far and returns the number of batches.
    pub(in crate::domain) fn mark_due(&self) -> usize {
        let mut waiting = self.waiting();
        let UseQueue { fresh, due, chunk_size } = &mut *waiting;
        due.append(&mut std::mem::take(fresh));
        due.sort_unstable_by_key(|PendingUse { key_use, .. }| (key_use.secret(), Reverse(key_use.at)));
        due.dedup_by(|other, kept| kept.key_use.network == other.key_use.network && kept.absorb_same_secret(other));
        *chunk_size = (due.len() / FLUSH_CHUNKS).clamp(CHUNK_SIZE.0, CHUNK_SIZE.1);
        due.len().div_ceil(*chunk_size)
    }

    /// Removes and returns the next batch; empty if none is queued.
    pub(in crate::domain) fn take_due(&self) -> Vec<PendingUse> {
        let UseQueue { due, chunk_size, .. } = &mut *self.waiting();
        due.split_off(due.len().saturating_sub(*chunk_size))
    }

    /// Puts back uses that could not be written.
    pub(in crate::domain) fn put_back(&self, uses: Vec<PendingUse>) {
        self.waiting().fresh.extend(uses);
    }

    fn waiting(&self) -> MutexGuard<'_, UseQueue> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
