//! Uses of keys that wait to be written down.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::store::uses::Use;

/// How many may wait; beyond it they are dropped.
const MOST: usize = 131_072;
/// So many are not to wait for their time: they take half a mebibyte.
const MANY: usize = 16_384;

/// See the module.
#[derive(Default)]
pub(in crate::domain) struct Uses {
    waiting: Mutex<Vec<Use>>,
    many: Notify,
}

impl Uses {
    /// Keeps one for the next time they are written down.
    pub(super) fn note(&self, one: Use) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST {
            waiting.push(one);
        }
        if waiting.len() == MANY {
            self.many.notify_one();
        }
    }

    /// Returns when so many wait that they should be written down now.
    pub(in crate::domain) async fn are_many(&self) {
        self.many.notified().await;
    }

    /// Those that were noted since the last call.
    pub(in crate::domain) fn take(&self) -> Vec<Use> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps those that could not be written for the next call.
    pub(in crate::domain) fn keep(&self, kept: impl IntoIterator<Item = Use>) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).extend(kept);
    }
}
