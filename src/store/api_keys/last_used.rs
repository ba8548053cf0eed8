//! When keys were last used, and from where.

use serde::Serialize;

use crate::model::api_key::{KeyId, KeySlot};
use crate::model::network::Network;
use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::{Tx, Write};

/// That a secret passed a check.
#[derive(Clone, Copy, Debug)]
pub struct KeyUse {
    /// Of which key.
    pub key: KeyId,
    /// Which of its secrets.
    pub which: KeySlot,
    /// When.
    pub at: Moment,
    /// From where.
    pub network: Network,
}

impl KeyUse {
    /// Which secret it was.
    #[must_use]
    pub fn secret(&self) -> (KeyId, bool) {
        (self.key, self.which == KeySlot::Old)
    }
}

/// Writes down when keys were last used, and from where; never backwards.
#[derive(Clone, Debug)]
pub struct RecordKeyUses {
    /// At most one a secret.
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
        // What was noted before a rotation was the use of the secret that is now the old one.
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

/// A use, as the statements read it.
#[derive(Serialize)]
struct KeyUseRow {
    key: KeyId,
    at: i64,
    old: u8,
    network: Option<String>,
}

impl From<&KeyUse> for KeyUseRow {
    fn from(one: &KeyUse) -> Self {
        let network = (one.network != Network::Unknown).then(|| one.network.to_string());
        Self { key: one.key, at: one.at.0, old: u8::from(one.which == KeySlot::Old), network }
    }
}
