//! Networks a key was used from. The owner is notified of a network that is new for the key.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::api_key::KeyId;
use crate::model::network::Network;
use crate::store::api_keys::last_used::KeyUse;
use crate::store::api_keys::networks::{KeySighting, RecordKeyNetworks};

/// Pairs of key and network known to be stored; others are looked up again.
const MAX_KNOWN_NETWORKS: usize = 200_000;
/// Pairs written by one statement.
const NETWORKS_PER_WRITE: usize = 1000;

/// Pairs of key and network known to be stored.
#[derive(Debug, Default)]
pub(in crate::domain) struct KnownNetworks(Mutex<HashSet<(KeyId, Network)>>);

impl KnownNetworks {
    /// Returns the first use from each network that may be new. Private networks are skipped: most likely a gateway
    /// does not pass on the address of its client.
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
    /// Stores the networks that are not known yet. A network that could not be stored is seen again with its next use.
    pub(in crate::domain) async fn record_key_networks(&self, uses: &[KeyUse]) -> Result<()> {
        let unknown = self.inner.known_networks.unknown(uses);
        for sightings in unknown.chunks(NETWORKS_PER_WRITE) {
            let notices = self.inner.store.write(RecordKeyNetworks { sightings: sightings.to_vec() }).await?;
            self.inner.known_networks.add(sightings);
            if notices > 0 {
                self.inner.notices.notify_one();
            }
        }
        Ok(())
    }
}
