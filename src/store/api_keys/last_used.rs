//! Last use of keys: time and network, written in batches, with their requests per day.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::api_key::{KeyId, KeySlot};
use crate::model::network::Network;
use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::{Tx, Write};

/// A successful verification of a secret.
#[derive(Clone, Copy, Debug)]
pub struct KeyUse {
    /// Id of the key.
    pub key: KeyId,
    /// Current or previous secret.
    pub slot: KeySlot,
    /// Time of the verification.
    pub at: Moment,
    /// Network of the client.
    pub network: Network,
    /// Requests admitted since the use recorded before, as far as they are counted.
    pub requests: u32,
}

impl KeyUse {
    /// Identifies the secret: the key, and true for the previous secret.
    #[must_use]
    pub fn secret(&self) -> (KeyId, bool) {
        (self.key, self.slot == KeySlot::Previous)
    }
}

/// Records the last use of keys and adds their requests to the day. Never replaces a later time.
#[derive(Clone, Debug)]
pub struct RecordKeyUses {
    /// Uses to record, at most one per secret.
    pub uses: Vec<KeyUse>,
}

impl Write for RecordKeyUses {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        self.count_requests(tx).await?;
        let uses = list(self.uses.iter().map(KeyUseRow::from))?;
        let sql = "update api_key
                   set last_used_at = cast(used.value ->> 'at' as bigint),
                     last_network = coalesce(used.value ->> 'network', api_key.last_network)
                   from json_each($1) as used
                   where api_key.id = cast(used.value ->> 'key' as bigint) and cast(used.value ->> 'old' as bigint) = 0
                     and cast(used.value ->> 'at' as bigint) > coalesce(api_key.rotated_at, 0)
                     and cast(used.value ->> 'at' as bigint) > coalesce(api_key.last_used_at, 0)";
        let marked = tx.run(sql, &[&uses]).await?;
        if usize::try_from(marked) == Ok(self.uses.len()) {
            return Ok(());
        }
        // A use before the rotation was a use of the secret that is now the previous one.
        let sql = "update api_key
                   set previous_last_used_at = cast(used.value ->> 'at' as bigint),
                     last_network = coalesce(used.value ->> 'network', api_key.last_network)
                   from json_each($1) as used
                   where api_key.id = cast(used.value ->> 'key' as bigint)
                     and (cast(used.value ->> 'old' as bigint) = 1 or cast(used.value ->> 'at' as bigint) <= api_key.rotated_at)
                     and cast(used.value ->> 'at' as bigint) > coalesce(api_key.previous_last_used_at, 0)";
        tx.run(sql, &[&uses]).await.map(drop)
    }
}

impl RecordKeyUses {
    /// Adds the requests to the day of the use. Keys that no longer exist are left out.
    async fn count_requests(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let mut counts: BTreeMap<(KeyId, i64), i64> = BTreeMap::new();
        for key_use in self.uses.iter().filter(|key_use| key_use.requests > 0) {
            *counts.entry((key_use.key, key_use.at.midnight().0)).or_default() += i64::from(key_use.requests);
        }
        if counts.is_empty() {
            return Ok(());
        }
        let counts = list(counts.into_iter().map(|((key, day), requests)| DayCountRow { key, day, requests }))?;
        let sql = "insert into key_usage_daily (key_id, day, requests)
                   select k.id, cast(used.value ->> 'day' as bigint), cast(used.value ->> 'requests' as bigint)
                   from json_each($1) as used cross join api_key k
                   where k.id = cast(used.value ->> 'key' as bigint)
                   on conflict (key_id, day) do update set requests = key_usage_daily.requests + excluded.requests";
        tx.run(sql, &[&counts]).await.map(drop)
    }
}

/// Requests of a key on a day as JSON, as the statement reads them.
#[derive(Serialize)]
struct DayCountRow {
    key: KeyId,
    day: i64,
    requests: i64,
}

/// A use as JSON, as the statements read it.
#[derive(Serialize)]
struct KeyUseRow {
    key: KeyId,
    at: i64,
    old: u8,
    network: Option<String>,
}

impl From<&KeyUse> for KeyUseRow {
    fn from(key_use: &KeyUse) -> Self {
        let network = (key_use.network != Network::Unknown).then(|| key_use.network.to_string());
        Self { key: key_use.key, at: key_use.at.0, old: u8::from(key_use.slot == KeySlot::Previous), network }
    }
}
