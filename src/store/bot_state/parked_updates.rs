//! Parked updates. Stored before they are confirmed to Telegram, until they are handled.

use serde_json::json;
use sqlx::FromRow;

use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx, Write};

impl Store {
    /// Returns the updates parked until `parked_until`, oldest first.
    pub async fn parked_updates(&self, parked_until: Moment) -> Result<Vec<ParkedUpdate>> {
        let sql = "select update_id, queue_id, body from parked_update where parked_at <= $1 order by update_id";
        Ok(self.db.all(sql, &[&parked_until]).await?)
    }
}

/// An update that is confirmed to Telegram and not handled yet.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct ParkedUpdate {
    /// Telegram's `update_id`.
    pub update_id: i64,
    /// Queue whose updates are handled one after another: the sender's id, or that of the chat.
    pub queue_id: i64,
    /// JSON without secrets.
    pub body: String,
}

/// Parks updates. An update that is parked already stays as it is.
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
        let sql = "insert into parked_update (update_id, queue_id, body, parked_at)
                   select cast(value ->> 'id' as bigint), cast(value ->> 'queue' as bigint), value ->> 'body',
                     cast(value ->> 'now' as bigint)
                   from json_each($1) where true
                   on conflict (update_id) do nothing";
        let row = |update: &ParkedUpdate| {
            let ParkedUpdate { update_id, queue_id, body } = update;
            json!({"id": update_id, "queue": queue_id, "body": body, "now": self.now.0})
        };
        tx.run(sql, &[&list(self.updates.iter().map(row))?]).await?;
        Ok(())
    }
}
