//! First use of each refresh generation of a session.

use std::collections::BTreeMap;

use serde_json::json;

use crate::model::session::SessionId;
use crate::store::engine::db::list;
use crate::store::engine::writer::alone;
use crate::store::{Tx, Write};

/// Records that a generation of a session was used. Repeated or late calls change nothing.
#[derive(Clone, Copy, Debug)]
pub struct MarkTokenUsed {
    /// The session concerned.
    pub session: SessionId,
    /// The generation that was used.
    pub generation: i64,
}

impl Write for MarkTokenUsed {
    type Out = ();

    fn order(&self) -> i64 {
        self.session.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        alone(Self::run_all(&[self], tx).await?)
    }

    async fn run_all(works: &[&Self], tx: &mut Tx) -> sqlx::Result<Vec<()>> {
        let mut latest: BTreeMap<SessionId, i64> = BTreeMap::new();
        for work in works {
            let generation = latest.entry(work.session).or_insert(work.generation);
            *generation = work.generation.max(*generation);
        }
        let sql = "update session set used_generation = cast(j.value ->> 'generation' as bigint)
                   from json_each($1) j
                   where session.id = cast(j.value ->> 'id' as bigint)
                     and session.used_generation < cast(j.value ->> 'generation' as bigint)";
        let row = |(session, generation): (SessionId, i64)| json!({"id": session.0, "generation": generation});
        tx.run(sql, &[&list(latest.into_iter().map(row))?]).await?;
        Ok(works.iter().map(|_| ()).collect())
    }
}
