//! Reachability: whether the bot may write to a person.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::TelegramId;
use crate::model::notices::reachability::Reachability;
use crate::store::accounts::telegram_accounts::KnownAccount;
use crate::store::notices::reachability::{MarkReachable, MarkUnreachable};

pub use crate::domain::sessions::disown::DisputedSession;

impl Domain {
    /// Records that the bot can or cannot write to a person.
    pub async fn record_reachability(&self, person: TelegramId, reachability: Reachability) -> Result<()> {
        let (store, now) = (&self.inner.store, self.now());
        match reachability {
            Reachability::Unreachable => Ok(store.write(MarkUnreachable { person, now }).await?),
            Reachability::Reachable => {
                if store.write(MarkReachable { person, now }).await? {
                    self.inner.notices.notify_one();
                }
                Ok(())
            }
        }
    }

    /// Records that a person wrote to the bot, if not recorded today already. A failure to record it does not prevent
    /// the answer.
    pub(in crate::domain) async fn mark_reachable(&self, person: TelegramId, known: Option<&KnownAccount>) {
        let is_new = |known: &KnownAccount| {
            known.unreachable || known.last_seen_at.is_none_or(|at| at.day() != self.now().day())
        };
        if known.is_none_or(is_new)
            && let Err(fault) = self.record_reachability(person, Reachability::Reachable).await
        {
            tracing::warn!(%person, error = ?fault, "reachability: recording failed");
        }
    }
}
