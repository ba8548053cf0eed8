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
        let networks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sightings: HashMap<(KeyId, Network), KeySighting> = HashMap::new();
        for KeyUse { key, network, at, .. } in uses.iter().copied() {
            if network.is_private() || networks.contains(&(key, network)) {
                continue;
            }
            let sighting = sightings.entry((key, network)).or_insert(KeySighting { key, network, at });
            sighting.at = sighting.at.min(at);
        }
        let mut sightings: Vec<KeySighting> = sightings.into_values().collect();
        sightings.sort_unstable_by_key(|sighting| (sighting.key, sighting.at));
        sightings
    }

    fn add(&self, sightings: &[KeySighting]) {
        let mut networks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if networks.len() + sightings.len() > MAX_KNOWN_NETWORKS {
            networks.clear();
        }
        networks.extend(sightings.iter().map(|sighting| (sighting.key, sighting.network)));
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
