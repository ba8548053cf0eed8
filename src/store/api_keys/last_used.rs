//! Last use of keys: time and network, written in batches.

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
}

impl KeyUse {
    /// Identifies the secret: the key, and true for the previous secret.
    #[must_use]
    pub fn secret(&self) -> (KeyId, bool) {
        (self.key, self.slot == KeySlot::Previous)
    }
}

/// Records the last use of keys. Never replaces a later time.
#[derive(Clone, Debug)]
pub struct RecordKeyUses {
    /// Uses to record, at most one per secret.
    pub uses: Vec<KeyUse>,
}

impl Write for RecordKeyUses {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
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
