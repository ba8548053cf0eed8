//! Uses of keys that are not written yet.

use std::cmp::Reverse;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::store::api_keys::last_used::KeyUse;

/// Largest number of pending uses; more are dropped.
const MAX_PENDING: usize = 131_072;
/// Number of pending uses that triggers a write ahead of schedule. They take half a mebibyte.
const FLUSH_THRESHOLD: usize = 16_384;
/// Number of batches of one flush, unless they would be too small or too large.
const FLUSH_CHUNKS: usize = 16;
/// Smallest batch worth a commit, and largest one statement takes.
const CHUNK_SIZE: (usize, usize) = (250, 2000);

/// Collected uses, and those queued to be written.
#[derive(Default)]
pub(in crate::domain) struct PendingUses {
    waiting: Mutex<PendingUse>,
    many: Notify,
    /// Locked while a batch is written.
    pub(in crate::domain) flush_lock: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct PendingUse {
    /// In order of arrival.
    fresh: Vec<KeyUse>,
    /// Queued to be written, sorted by secret, the latest use first.
    due: Vec<KeyUse>,
    /// Uses in one batch.
    chunk_size: usize,
}

impl PendingUses {
    /// Adds a use to be written with the next flush.
    pub(super) fn record(&self, key_use: KeyUse) {
        let mut waiting = self.waiting();
        let PendingUse { fresh, due, .. } = &mut *waiting;
        if fresh.len() + due.len() < MAX_PENDING {
            fresh.push(key_use);
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
        let PendingUse { fresh, due, chunk_size } = &mut *waiting;
        due.append(&mut std::mem::take(fresh));
        due.sort_unstable_by_key(|key_use| (key_use.secret(), Reverse(key_use.at)));
        due.dedup_by_key(|key_use| (key_use.secret(), key_use.network));
        *chunk_size = (due.len() / FLUSH_CHUNKS).clamp(CHUNK_SIZE.0, CHUNK_SIZE.1);
        due.len().div_ceil(*chunk_size)
    }

    /// Removes and returns the next batch; empty if none is queued.
    pub(in crate::domain) fn take_due(&self) -> Vec<KeyUse> {
        let PendingUse { due, chunk_size, .. } = &mut *self.waiting();
        due.split_off(due.len().saturating_sub(*chunk_size))
    }

    /// Puts back uses that could not be written.
    pub(in crate::domain) fn put_back(&self, uses: Vec<KeyUse>) {
        self.waiting().fresh.extend(uses);
    }

    fn waiting(&self) -> MutexGuard<'_, PendingUse> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
