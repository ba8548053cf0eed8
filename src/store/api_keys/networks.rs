//! Networks that keys were used from.

use std::collections::HashMap;

use serde_json::json;
use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::api_key::KeyId;
use crate::model::network::Network;
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::{Tx, Write};

/// Maximum number of networks stored per key. Beyond it, a new network carries no information.
const MAX_NETWORKS_PER_KEY: i64 = 500;

/// A use of a key from a network.
#[derive(Clone, Copy, Debug)]
pub struct KeySighting {
    /// Id of the key.
    pub key: KeyId,
    /// Network of the client.
    pub network: Network,
    /// Time of the use.
    pub at: Moment,
}

/// Records the networks of key uses. Adds at most one notice per key and day about a new network; the first network of
/// a key is not new.
#[derive(Clone, Debug)]
pub struct RecordKeyNetworks {
    /// Uses to record, each key and network once.
    pub sightings: Vec<KeySighting>,
}

#[derive(FromRow)]
struct KeyOwnerRow {
    id: KeyId,
    account_id: AccountId,
    name: String,
    masked: String,
    networks: i64,
}

/// Output: the number of notices added.
impl Write for RecordKeyNetworks {
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let row = |KeySighting { key, network, at }: &KeySighting| json!({"key": key, "network": network.to_string(), "at": at.0});
        let sql = "insert into key_network (key_id, network, first_at)
                   select k.id, seen.value ->> 'network', cast(seen.value ->> 'at' as bigint)
                   from json_each($1) as seen
                   cross join api_key k
                   where k.id = cast(seen.value ->> 'key' as bigint)
                     and (select count(*) from key_network n where n.key_id = k.id) < $2
                   on conflict (key_id, network) do nothing
                   returning key_id, network, first_at";
        let seen = list(self.sightings.iter().map(row))?;
        let mut added: Vec<(KeyId, String, Moment)> = tx.all(sql, &[&seen, &MAX_NETWORKS_PER_KEY]).await?;
        if added.is_empty() {
            return Ok(0);
        }
        added.sort_by_key(|(key, _, at)| (*key, *at));
        let mut added_by_key: HashMap<KeyId, Vec<(String, Moment)>> = HashMap::new();
        for (key, network, at) in added {
            added_by_key.entry(key).or_default().push((network, at));
        }
        let sql = "select k.id, k.account_id, k.name, k.masked,
                     (select count(*) from key_network n where n.key_id = k.id) as networks
                   from json_each($1) as j
                   cross join api_key k
                   where k.id = cast(j.value ->> 'key' as bigint) and k.revoked_at is null";
        let ids = list(added_by_key.keys().map(|key| json!({"key": key})))?;
        let keys: Vec<KeyOwnerRow> = tx.all(sql, &[&ids]).await?;
        let notices = keys.into_iter().filter_map(|key| {
            let added = added_by_key.remove(&key.id)?;
            key.warning(added)
        });
        notice_queue::add(&notices.collect::<Vec<_>>(), tx).await
    }
}

impl KeyOwnerRow {
    /// Notice about the earliest of the new networks, skipping the first one ever.
    fn warning(self, added: Vec<(String, Moment)>) -> Option<AddNotice> {
        let is_first_use = i64::try_from(added.len()).is_ok_and(|added| added == self.networks);
        let (network, at) = added.into_iter().nth(usize::from(is_first_use))?;
        let idempotency_key = format!("key_network:{}:{}", self.id, at.day());
        let notice = Notice::KeyFromNewNetwork { key: self.id.0, name: self.name, masked: self.masked, network };
        Some(AddNotice { account: self.account_id, notice, idempotency_key, now: at })
    }
}
