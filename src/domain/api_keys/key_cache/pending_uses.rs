//! Uses of keys that wait to be written down.

use std::cmp::Reverse;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::store::api_keys::last_used::Use;

/// How many may wait; beyond it they are dropped.
const MOST: usize = 131_072;
/// So many are not to wait for their time: they take half a mebibyte.
const MANY: usize = 16_384;
/// Portions in which they are written, unless these would be too small or too large.
const PORTIONS: usize = 16;
/// The smallest portion worth a commit, and the largest that one statement takes.
const PORTION: (usize, usize) = (250, 2000);

/// See the module.
#[derive(Default)]
pub(in crate::domain) struct Uses {
    waiting: Mutex<Waiting>,
    many: Notify,
    /// Held while some of them are written.
    pub(in crate::domain) turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Waiting {
    /// As they came.
    fresh: Vec<Use>,
    /// To be written now: secret by secret, the latest first.
    due: Vec<Use>,
    /// How many of these are written at once.
    portion: usize,
}

impl Uses {
    /// Keeps one for the next time they are written down.
    pub(super) fn note(&self, one: Use) {
        let mut waiting = self.waiting();
        let Waiting { fresh, due, .. } = &mut *waiting;
        if fresh.len() + due.len() < MOST {
            fresh.push(one);
        }
        if fresh.len() == MANY {
            self.many.notify_one();
        }
    }

    /// Returns when so many wait that they should be written down now.
    pub(in crate::domain) async fn are_many(&self) {
        self.many.notified().await;
    }

    /// Whether that is so now.
    pub(in crate::domain) fn are_many_now(&self) -> bool {
        self.waiting().fresh.len() >= MANY
    }

    /// What was noted until now is to be written; in how many portions.
    pub(in crate::domain) fn fall_due(&self) -> usize {
        let mut waiting = self.waiting();
        let Waiting { fresh, due, portion } = &mut *waiting;
        due.append(&mut std::mem::take(fresh));
        due.sort_unstable_by_key(|one| (one.secret(), Reverse(one.at)));
        due.dedup_by_key(|one| (one.secret(), one.network));
        *portion = (due.len() / PORTIONS).clamp(PORTION.0, PORTION.1);
        due.len().div_ceil(*portion)
    }

    /// A portion of those that are to be written; none if there are none.
    pub(in crate::domain) fn take_due(&self) -> Vec<Use> {
        let Waiting { due, portion, .. } = &mut *self.waiting();
        due.split_off(due.len().saturating_sub(*portion))
    }

    /// Keeps those that could not be written for the next call.
    pub(in crate::domain) fn keep(&self, kept: Vec<Use>) {
        self.waiting().fresh.extend(kept);
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
