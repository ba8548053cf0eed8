//! Updates of the bot that we keep ourselves, because Telegram was told to forget them before they were done.

use serde_json::json;

use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx, Write};

impl Store {
    /// Every update that is kept, oldest first: its number and its body.
    pub async fn parked_updates(&self) -> Result<Vec<(i64, String)>> {
        Ok(self.db.all("select update_id, body from parked_update order by update_id", &[]).await?)
    }
}

/// Keeps updates.
#[derive(Clone, Debug)]
pub struct ParkUpdates {
    /// Their numbers and bodies.
    pub updates: Vec<(i64, String)>,
    /// When this is.
    pub now: Moment,
}

impl Write for ParkUpdates {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        // `where true`: without it SQLite takes `on` for a join's.
        let sql = "insert into parked_update (update_id, body, parked_at)
                   select cast(value ->> 'id' as bigint), value ->> 'body', cast(value ->> 'now' as bigint)
                   from json_each($1) where true
                   on conflict (update_id) do nothing";
        let row = |(id, body): &(i64, String)| json!({"id": id, "body": body, "now": self.now.0});
        tx.run(sql, &[&list(self.updates.iter().map(row))?]).await?;
        Ok(())
    }
}

/// Forgets updates: they are done.
#[derive(Clone, Debug)]
pub struct UnparkUpdates {
    /// Their numbers.
    pub updates: Vec<i64>,
}

impl Write for UnparkUpdates {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "delete from parked_update where update_id in (select cast(value as bigint) from json_each($1))";
        tx.run(sql, &[&list(self.updates.iter())?]).await?;
        Ok(())
    }
}
