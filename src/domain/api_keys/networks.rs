//! Where keys are used from: their owners are told of a network that is new for a key.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::api_key::KeyId;
use crate::model::network::Network;
use crate::store::api_keys::last_used::KeyUse;
use crate::store::api_keys::networks::{KeySighting, RecordKeyNetworks};

/// Keys and networks that are remembered as written down; the rest is looked up again.
const MAX_KNOWN_NETWORKS: usize = 200_000;
/// Those that are written by one statement.
const NETWORKS_PER_WRITE: usize = 1000;

/// The keys and networks that are written down already.
#[derive(Debug, Default)]
pub(in crate::domain) struct KnownNetworks(Mutex<HashSet<(KeyId, Network)>>);

impl KnownNetworks {
    /// Of those uses, the first from each network that may be new. A network that only this house knows says nothing of who is
    /// there: most likely a gateway does not say for whom it asks.
    fn unknown(&self, uses: &[KeyUse]) -> Vec<KeySighting> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut firsts: HashMap<(KeyId, Network), KeySighting> = HashMap::new();
        for KeyUse { key, network, at, .. } in uses.iter().copied() {
            if network.is_private() || known.contains(&(key, network)) {
                continue;
            }
            let first = firsts.entry((key, network)).or_insert(KeySighting { key, network, at });
            first.at = first.at.min(at);
        }
        let mut firsts: Vec<KeySighting> = firsts.into_values().collect();
        firsts.sort_unstable_by_key(|one| (one.key, one.at));
        firsts
    }

    fn add(&self, written: &[KeySighting]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + written.len() > MAX_KNOWN_NETWORKS {
            known.clear();
        }
        known.extend(written.iter().map(|one| (one.key, one.network)));
    }
}

impl Domain {
    /// Writes down which keys were used from where, as far as that is not known. What cannot be written is left out: a network
    /// that is used on is met again.
    pub(in crate::domain) async fn record_key_networks(&self, uses: &[KeyUse]) -> Result<()> {
        let unknown = self.inner.known_networks.unknown(uses);
        for sightings in unknown.chunks(NETWORKS_PER_WRITE) {
            let told = self.inner.store.write(RecordKeyNetworks { sightings: sightings.to_vec() }).await?;
            self.inner.known_networks.add(sightings);
            if told > 0 {
                self.inner.notices.notify_one();
            }
        }
        Ok(())
    }
}
