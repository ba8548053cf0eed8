//! Cached secret of a key, and the status derived from it.

use std::hash::Hasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};

use ecow::EcoString;

use crate::domain::api_keys::key_cache::{CachedAccount, ENDED_KEY_MEMORY_SECS, Facts, ReadAt, ReadStamp};
use crate::model::api_key::{KeyDigest, KeyId, KeySlot};
use crate::model::time::Moment;
use crate::store::api_keys::key_cache_sync::{CacheKeyColumns, CacheRow};

/// Half of a digest. A collision of 128 bits is as improbable, and it saves a third of the memory.
pub(super) type Half = [u8; 16];

/// Cached secret of a key.
pub(super) struct CachedSecret {
    pub(super) holder: Arc<CachedAccount>,
    name: EcoString,
    id: KeyId,
    /// Unix seconds; `u32::MAX` means never.
    until: u32,
    /// Second of the last recorded use.
    pub(super) used: AtomicU32,
    /// Admitted requests that are not written yet. While there are any, a use of the secret is pending. Two bytes fit into the
    /// padding, so that counting takes no memory.
    pub(super) requests: AtomicU16,
    pub(super) stamp: u32,
    kind: SecretKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SecretKind {
    Current,
    Previous,
    Revoked,
}

/// All values that decide about a key.
#[derive(Clone)]
pub(in crate::domain) struct KeyStatus {
    pub(in crate::domain) holder: Arc<CachedAccount>,
    /// Stamp of the read the values come from.
    pub(in crate::domain) stamp: ReadStamp,
    pub(in crate::domain) facts: Facts,
    pub(in crate::domain) key: KeyId,
    pub(in crate::domain) key_name: EcoString,
    pub(in crate::domain) slot: KeySlot,
    pub(in crate::domain) revoked: bool,
    /// Time at which this secret expires.
    pub(in crate::domain) until: Option<Moment>,
    /// True if a use was recorded in this second already.
    pub(in crate::domain) noted: bool,
}

/// Returns the status of a key from the rows of its account, without consulting the cache.
pub(in crate::domain) fn status_of(
    digest: &KeyDigest,
    rows: &[CacheRow],
    holder: &Arc<CachedAccount>,
    read_at: ReadAt<'_>,
) -> Option<KeyStatus> {
    let ReadAt { plans, stamp, now } = read_at;
    let wanted = half(digest);
    rows.iter().find_map(|row| {
        let (_, entry) = secrets(&row.key, holder, stamp, now).find(|(half, _)| *half == wanted)?;
        Some(entry.status(Facts::of(row, plans), stamp, now))
    })
}

impl CachedSecret {
    /// Combines the secret with the cached values of its account.
    pub(super) fn status(&self, facts: Facts, stamp: ReadStamp, now: Moment) -> KeyStatus {
        KeyStatus {
            holder: Arc::clone(&self.holder),
            stamp,
            facts,
            key: self.id,
            key_name: self.name.clone(),
            slot: if self.kind == SecretKind::Previous { KeySlot::Previous } else { KeySlot::Current },
            revoked: self.kind == SecretKind::Revoked,
            until: (self.until != u32::MAX).then_some(Moment(i64::from(self.until))),
            noted: self.used.load(Ordering::Relaxed) == seconds(now),
        }
    }
}

/// Returns the secrets of a key as cache entries.
pub(super) fn secrets(
    key: &CacheKeyColumns,
    holder: &Arc<CachedAccount>,
    stamp: ReadStamp,
    now: Moment,
) -> impl Iterator<Item = (Half, CachedSecret)> {
    let entry = |kind, until: Option<Moment>| CachedSecret {
        holder: Arc::clone(holder),
        name: key.key_name.as_deref().unwrap_or_default().into(),
        id: KeyId(key.key_id.unwrap_or_default()),
        until: until.map_or(u32::MAX, seconds),
        used: AtomicU32::new(seconds(now.minus(1))),
        requests: AtomicU16::new(0),
        stamp: low(stamp),
        kind: if key.revoked_at.is_some() { SecretKind::Revoked } else { kind },
    };
    let digest = |bytes: &Option<Vec<u8>>| bytes.as_deref().and_then(KeyDigest::from_bytes).map(|digest| half(&digest));
    let present = digest(&key.digest).map(|half| (half, entry(SecretKind::Current, key.expires_at)));
    // Cached beyond its expiry, so that a client still using it gets "expired" instead of "unknown".
    let graced = key.previous_expires_at.filter(|until| *until > now.minus(ENDED_KEY_MEMORY_SECS));
    let previous_expires_at = graced.map(|until| key.expires_at.map_or(until, |expiry| expiry.min(until)));
    let old = previous_expires_at
        .zip(digest(&key.previous_digest))
        .map(|(until, half)| (half, entry(SecretKind::Previous, Some(until))));
    [present, old].into_iter().flatten()
}

/// Returns the cache key of a digest.
pub(super) fn half(digest: &KeyDigest) -> Half {
    digest.as_bytes().first_chunk().copied().unwrap_or_default()
}

/// Converts to Unix seconds in 32 bits, valid until 2106.
pub(super) fn seconds(at: Moment) -> u32 {
    u32::try_from(at.0.max(0)).unwrap_or(u32::MAX)
}

/// Returns the low half of a stamp. Two reads of one account are never 2³² stamps apart between two sweeps.
#[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
pub(super) const fn low(stamp: ReadStamp) -> u32 {
    stamp as u32
}

/// Hasher that returns the first bytes unchanged: a digest is random already.
#[derive(Default)]
pub(super) struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(eight) = bytes.first_chunk() {
            self.0 = u64::from_ne_bytes(*eight);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
