//! Parked updates. Stored here because they are confirmed to Telegram before they are handled.

use serde_json::json;

use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx, Write};

impl Store {
    /// Returns the id and body of every parked update, oldest first.
    pub async fn parked_updates(&self) -> Result<Vec<(i64, String)>> {
        Ok(self.db.all("select update_id, body from parked_update order by update_id", &[]).await?)
    }
}

/// Parks updates.
#[derive(Clone, Debug)]
pub struct ParkUpdates {
    /// Ids and bodies of the updates.
    pub updates: Vec<(i64, String)>,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

impl Write for ParkUpdates {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        // `where true`: otherwise SQLite parses `on` as a join condition.
        let sql = "insert into parked_update (update_id, body, parked_at)
                   select cast(value ->> 'id' as bigint), value ->> 'body', cast(value ->> 'now' as bigint)
                   from json_each($1) where true
                   on conflict (update_id) do nothing";
        let row = |(id, body): &(i64, String)| json!({"id": id, "body": body, "now": self.now.0});
        tx.run(sql, &[&list(self.updates.iter().map(row))?]).await?;
        Ok(())
    }
}

/// Removes handled updates.
#[derive(Clone, Debug)]
pub struct UnparkUpdates {
    /// Ids of the updates.
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
