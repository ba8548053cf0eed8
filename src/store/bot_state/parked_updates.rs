//! Parked updates. Stored here because they are confirmed to Telegram before they are handled.

use serde_json::json;
use sqlx::FromRow;

use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx, Write};

impl Store {
    /// Returns every parked update, oldest first.
    pub async fn parked_updates(&self) -> Result<Vec<ParkedUpdate>> {
        Ok(self.db.all("select update_id, body from parked_update order by update_id", &[]).await?)
    }
}

/// An update that is confirmed to Telegram and not handled yet.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct ParkedUpdate {
    /// Telegram's `update_id`.
    pub update_id: i64,
    /// JSON as received.
    pub body: String,
}

/// Parks updates.
#[derive(Clone, Debug)]
pub struct ParkUpdates {
    /// Updates to park.
    pub updates: Vec<ParkedUpdate>,
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
        let row = |update: &ParkedUpdate| json!({"id": update.update_id, "body": update.body, "now": self.now.0});
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
