//! Requests of cached secrets, counted in memory until the next flush.

use std::sync::atomic::Ordering;

use papaya::{Guard, HashMapRef};

use crate::domain::api_keys::key_cache::entry::{CachedSecret, Half, half, seconds};
use crate::domain::api_keys::key_cache::pending_uses::PendingUse;
use crate::domain::api_keys::key_cache::{EntryHasher, KeyCache, KeyStatus};
use crate::model::api_key::KeyDigest;
use crate::model::network::Network;
use crate::model::time::Moment;
use crate::store::api_keys::last_used::KeyUse;

/// Count that moves to a pending use early: the database may be away for long.
const MAX_COUNT: u16 = 30_000;

impl KeyCache {
    /// Counts an admitted request. Its use is recorded if it is the secret's first one in this second, or since the
    /// latest flush; `network` is called only then.
    pub(in crate::domain) fn record_request(
        &self,
        digest: &KeyDigest,
        status: &KeyStatus,
        at: Moment,
        network: impl FnOnce() -> Network,
    ) {
        let half = half(digest);
        let counted = match self.entries.pin().get(&half) {
            Some(entry) => {
                let before = entry.requests.fetch_add(1, Ordering::Relaxed);
                let is_full = before >= MAX_COUNT;
                if status.noted && before > 0 && !is_full {
                    return;
                }
                entry.used.store(seconds(at), Ordering::Relaxed);
                if is_full { entry.requests.swap(0, Ordering::Relaxed) } else { 0 }
            }
            // Not cached, so the use itself carries the count.
            None => 1,
        };
        let key_use = KeyUse { key: status.key, slot: status.slot, at, network: network(), requests: counted.into() };
        self.uses.record(PendingUse { half, key_use });
    }

    /// Moves the counts of the cached secrets to their pending uses.
    pub(in crate::domain) fn count_requests(&self, uses: &mut [PendingUse]) {
        let entries = self.entries.pin();
        for pending in uses {
            let counted = entries.get(&pending.half).map_or(0, |entry| entry.requests.swap(0, Ordering::Relaxed));
            pending.key_use.requests = pending.key_use.requests.saturating_add(counted.into());
        }
    }
}

/// Replaces an entry. The count moves to the new one; a request counted on the old one at this very moment is lost.
pub(super) fn replace<G: Guard>(
    entries: &HashMapRef<'_, Half, CachedSecret, EntryHasher, G>,
    half: Half,
    entry: CachedSecret,
) {
    let counted = entries.insert(half, entry).map_or(0, |old| old.requests.swap(0, Ordering::Relaxed));
    if let (1.., Some(entry)) = (counted, entries.get(&half)) {
        entry.requests.fetch_add(counted, Ordering::Relaxed);
    }
}
