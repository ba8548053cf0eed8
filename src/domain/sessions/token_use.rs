//! First use of each refresh generation, remembered once.
//!
//! After it, the generation before is no lost answer any more but a theft (decision 0004). The first caller of a
//! generation waits for one small write; later callers see it in the session that they read anyway. While the write
//! cannot be done, the use is held in memory, where refreshes on this instance see it, and a job repeats the write.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::session::{Session, SessionId};
use crate::store::sessions::token_use::MarkTokenUsed;

/// Time the first caller waits for the write. Reads go on while the database takes no writes.
const WRITE_WAIT: Duration = Duration::from_millis(500);
/// Largest number of uses in memory, about 5 MB. Further ones are only written.
const MAX_PENDING: usize = 100_000;

/// Used generations that are not known to be written.
#[derive(Debug, Default)]
pub(in crate::domain) struct PendingTokenUses(Mutex<HashMap<SessionId, i64>>);

impl PendingTokenUses {
    /// Adds a use. Returns true if the caller is the first and should write it.
    fn add(&self, session: SessionId, generation: i64) -> bool {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if uses.get(&session).is_some_and(|used| *used >= generation) {
            return false;
        }
        if uses.len() < MAX_PENDING || uses.contains_key(&session) {
            uses.insert(session, generation);
        }
        true
    }

    fn remove(&self, session: SessionId, generation: i64) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if uses.get(&session).is_some_and(|used| *used <= generation) {
            uses.remove(&session);
        }
    }

    fn get(&self, session: SessionId) -> Option<i64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&session).copied()
    }

    fn all(&self) -> Vec<(SessionId, i64)> {
        let uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        uses.iter().map(|(session, generation)| (*session, *generation)).collect()
    }
}

impl Domain {
    /// Remembers that the current generation of a session was used. Costs nothing unless it is the first use.
    pub(in crate::domain) async fn mark_token_used(&self, session: &Session) {
        let (id, generation) = (session.id, session.refresh_generation);
        if session.used_generation >= generation || !self.inner.token_uses.add(id, generation) {
            return;
        }
        let write = tokio::time::timeout(WRITE_WAIT, self.write_token_use(id, generation)).await;
        if !matches!(write, Ok(Ok(()))) {
            tracing::warn!(session = %id, "refresh token: its use could not be written yet, will be retried");
        }
    }

    /// Returns the highest generation of a session that was used, including a use that is not written yet.
    pub(in crate::domain) fn used_generation(&self, session: &Session) -> i64 {
        self.inner.token_uses.get(session.id).unwrap_or(-1).max(session.used_generation)
    }

    /// Writes a use that is only in memory, so that the writer judges by it, too.
    pub(in crate::domain) async fn flush_token_use(&self, session: SessionId) -> Result<()> {
        let Some(generation) = self.inner.token_uses.get(session) else { return Ok(()) };
        self.write_token_use(session, generation).await
    }

    /// Writes the uses that could not be written when they happened.
    pub async fn flush_token_uses(&self) -> Result<()> {
        for (session, generation) in self.inner.token_uses.all() {
            self.write_token_use(session, generation).await?;
        }
        Ok(())
    }

    async fn write_token_use(&self, session: SessionId, generation: i64) -> Result<()> {
        self.inner.store.write(MarkTokenUsed { session, generation }).await?;
        self.inner.token_uses.remove(session, generation);
        Ok(())
    }
}
