//! Where keys are used from: their owners are told of a network that is new for a key.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::api_key::KeyId;
use crate::model::network::Network;
use crate::store::api_keys::last_used::Use;
use crate::store::api_keys::networks::{NoteNetworks, Sighting};

/// Keys and networks that are remembered as written down; the rest is looked up again.
const MOST: usize = 200_000;
/// Those that are written by one statement.
const WRITTEN_AT_ONCE: usize = 1000;

/// The keys and networks that are written down already.
#[derive(Debug, Default)]
pub(in crate::domain) struct KnownNetworks(Mutex<HashSet<(KeyId, Network)>>);

impl KnownNetworks {
    /// Of those uses, the first from each network that may be new. A network that only this house knows says nothing of who is
    /// there: most likely a gateway does not say for whom it asks.
    fn unknown(&self, uses: &[Use]) -> Vec<Sighting> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut firsts: HashMap<(KeyId, Network), Sighting> = HashMap::new();
        for Use { key, network, at, .. } in uses.iter().copied() {
            if network.is_private() || known.contains(&(key, network)) {
                continue;
            }
            let first = firsts.entry((key, network)).or_insert(Sighting { key, network, at });
            first.at = first.at.min(at);
        }
        let mut firsts: Vec<Sighting> = firsts.into_values().collect();
        firsts.sort_unstable_by_key(|one| (one.key, one.at));
        firsts
    }

    fn learn(&self, written: &[Sighting]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + written.len() > MOST {
            known.clear();
        }
        known.extend(written.iter().map(|one| (one.key, one.network)));
    }
}

impl Domain {
    /// Writes down which keys were used from where, as far as that is not known. What cannot be written is left out: a network
    /// that is used on is met again.
    pub(in crate::domain) async fn note_networks(&self, uses: &[Use]) -> Result<()> {
        let unknown = self.parts.networks.unknown(uses);
        for sightings in unknown.chunks(WRITTEN_AT_ONCE) {
            let told = self.parts.store.write(NoteNetworks { sightings: sightings.to_vec() }).await?;
            self.parts.networks.learn(sightings);
            if told > 0 {
                self.parts.notices.notify_one();
            }
        }
        Ok(())
    }
}
