//! A secret that is held, and what follows from it.

use std::hash::Hasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ecow::EcoString;

use crate::domain::api_keys::key_cache::{CachedAccount, ENDED_KEY_MEMORY_SECS, Facts, ReadStamp};
use crate::model::api_key::{KeyDigest, KeyId, KeySlot};
use crate::model::billing::plan::Plans;
use crate::model::time::Moment;
use crate::store::api_keys::key_cache_sync::{CacheKeyColumns, CacheRow};

/// Half of a digest: 128 bits are as unlikely to be hit by chance, and a third of the memory is saved.
pub(super) type Half = [u8; 16];

/// A secret that is held.
pub(super) struct CachedSecret {
    pub(super) holder: Arc<CachedAccount>,
    name: EcoString,
    id: KeyId,
    /// Unix seconds; `u32::MAX` is never.
    until: u32,
    /// The second in which a use was last noted.
    pub(super) used: AtomicU32,
    pub(super) ticket: u32,
    kind: SecretKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SecretKind {
    Present,
    Old,
    Revoked,
}

/// Everything that decides about a key.
#[derive(Clone)]
pub(in crate::domain) struct KeyStatus {
    pub(in crate::domain) holder: Arc<CachedAccount>,
    /// What it was read with.
    pub(in crate::domain) ticket: ReadStamp,
    pub(in crate::domain) facts: Facts,
    pub(in crate::domain) key: KeyId,
    pub(in crate::domain) key_name: EcoString,
    pub(in crate::domain) which: KeySlot,
    pub(in crate::domain) revoked: bool,
    /// When this secret stops working by itself.
    pub(in crate::domain) until: Option<Moment>,
    /// Whether a use was noted in this second already.
    pub(in crate::domain) noted: bool,
}

/// What was read of an account, for one answer: whatever is held of it.
pub(in crate::domain) fn status_of(
    digest: &KeyDigest,
    rows: &[CacheRow],
    holder: &Arc<CachedAccount>,
    (plans, ticket, now): (&Plans, ReadStamp, Moment),
) -> Option<KeyStatus> {
    let wanted = half(digest);
    rows.iter().find_map(|row| {
        let (_, entry) = secrets(&row.key, holder, ticket, now).find(|(half, _)| *half == wanted)?;
        Some(entry.standing(Facts::of(row, plans), ticket, now))
    })
}

impl CachedSecret {
    /// What it says, with what is held of its account.
    pub(super) fn standing(&self, facts: Facts, ticket: ReadStamp, now: Moment) -> KeyStatus {
        KeyStatus {
            holder: Arc::clone(&self.holder),
            ticket,
            facts,
            key: self.id,
            key_name: self.name.clone(),
            which: if self.kind == SecretKind::Old { KeySlot::Old } else { KeySlot::Present },
            revoked: self.kind == SecretKind::Revoked,
            until: (self.until != u32::MAX).then_some(Moment(i64::from(self.until))),
            noted: self.used.load(Ordering::Relaxed) == seconds(now),
        }
    }
}

/// The secrets of a key, as entries.
pub(super) fn secrets(
    key: &CacheKeyColumns,
    holder: &Arc<CachedAccount>,
    ticket: ReadStamp,
    now: Moment,
) -> impl Iterator<Item = (Half, CachedSecret)> {
    let entry = |kind, until: Option<Moment>| CachedSecret {
        holder: Arc::clone(holder),
        name: key.key_name.as_deref().unwrap_or_default().into(),
        id: KeyId(key.key_id.unwrap_or_default()),
        until: until.map_or(u32::MAX, seconds),
        used: AtomicU32::new(seconds(now.minus(1))),
        ticket: low(ticket),
        kind: if key.revoked_at.is_some() { SecretKind::Revoked } else { kind },
    };
    let digest = |bytes: &Option<Vec<u8>>| bytes.as_deref().and_then(KeyDigest::from_bytes).map(|digest| half(&digest));
    let present = digest(&key.digest).map(|half| (half, entry(SecretKind::Present, key.expires_at)));
    // A while longer than it works: whoever still uses it is told that it has expired.
    let graced = key.old_until.filter(|until| *until > now.minus(ENDED_KEY_MEMORY_SECS));
    let old_until = graced.map(|until| key.expires_at.map_or(until, |expiry| expiry.min(until)));
    let old = old_until.zip(digest(&key.old_digest)).map(|(until, half)| (half, entry(SecretKind::Old, Some(until))));
    [present, old].into_iter().flatten()
}

/// What an entry is found by.
pub(super) fn half(digest: &KeyDigest) -> Half {
    digest.as_bytes().first_chunk().copied().unwrap_or_default()
}

/// Unix seconds in 32 bits, good until 2106.
pub(super) fn seconds(at: Moment) -> u32 {
    u32::try_from(at.0.max(0)).unwrap_or(u32::MAX)
}

/// The low half of a ticket: two of one account are never 2³² readings apart between two sweeps.
#[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
pub(super) const fn low(ticket: ReadStamp) -> u32 {
    ticket as u32
}

/// A digest is as good as random already.
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
