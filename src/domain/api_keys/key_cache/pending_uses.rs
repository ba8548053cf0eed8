//! Uses of keys that wait to be written down.

use std::cmp::Reverse;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::store::api_keys::last_used::KeyUse;

/// How many may wait; beyond it they are dropped.
const MAX_PENDING: usize = 131_072;
/// So many are not to wait for their time: they take half a mebibyte.
const FLUSH_THRESHOLD: usize = 16_384;
/// Portions in which they are written, unless these would be too small or too large.
const FLUSH_CHUNKS: usize = 16;
/// The smallest portion worth a commit, and the largest that one statement takes.
const CHUNK_SIZE: (usize, usize) = (250, 2000);

/// See the module.
#[derive(Default)]
pub(in crate::domain) struct PendingUses {
    waiting: Mutex<PendingUse>,
    many: Notify,
    /// Held while some of them are written.
    pub(in crate::domain) turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct PendingUse {
    /// As they came.
    fresh: Vec<KeyUse>,
    /// To be written now: secret by secret, the latest first.
    due: Vec<KeyUse>,
    /// How many of these are written at once.
    portion: usize,
}

impl PendingUses {
    /// Keeps one for the next time they are written down.
    pub(super) fn note(&self, one: KeyUse) {
        let mut waiting = self.waiting();
        let PendingUse { fresh, due, .. } = &mut *waiting;
        if fresh.len() + due.len() < MAX_PENDING {
            fresh.push(one);
        }
        if fresh.len() == FLUSH_THRESHOLD {
            self.many.notify_one();
        }
    }

    /// Returns when so many wait that they should be written down now.
    pub(in crate::domain) async fn wait_for_many(&self) {
        self.many.notified().await;
    }

    /// Whether that is so now.
    pub(in crate::domain) fn has_many(&self) -> bool {
        self.waiting().fresh.len() >= FLUSH_THRESHOLD
    }

    /// What was noted until now is to be written; in how many portions.
    pub(in crate::domain) fn mark_due(&self) -> usize {
        let mut waiting = self.waiting();
        let PendingUse { fresh, due, portion } = &mut *waiting;
        due.append(&mut std::mem::take(fresh));
        due.sort_unstable_by_key(|one| (one.secret(), Reverse(one.at)));
        due.dedup_by_key(|one| (one.secret(), one.network));
        *portion = (due.len() / FLUSH_CHUNKS).clamp(CHUNK_SIZE.0, CHUNK_SIZE.1);
        due.len().div_ceil(*portion)
    }

    /// A portion of those that are to be written; none if there are none.
    pub(in crate::domain) fn take_due(&self) -> Vec<KeyUse> {
        let PendingUse { due, portion, .. } = &mut *self.waiting();
        due.split_off(due.len().saturating_sub(*portion))
    }

    /// Keeps those that could not be written for the next call.
    pub(in crate::domain) fn keep(&self, kept: Vec<KeyUse>) {
        self.waiting().fresh.extend(kept);
    }

    fn waiting(&self) -> MutexGuard<'_, PendingUse> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
