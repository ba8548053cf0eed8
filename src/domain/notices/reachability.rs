//! Whom the bot can write to, and what people answer to its warnings.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::Result;
use crate::model::accounts::account::TelegramId;
use crate::model::session::SessionId;
use crate::store::accounts::telegram_accounts::KnownAccount;
use crate::store::notices::reachability::{MarkReachable, MarkUnreachable};
use crate::store::sessions::session_start::ForgetSource;

/// A session that somebody was warned of.
#[derive(Clone, Debug)]
pub struct DisputedSession {
    /// The browser or program.
    pub device: String,
    /// The network it was last refreshed from.
    pub network: String,
    /// Whether it goes on.
    pub open: bool,
}

impl Domain {
    /// Notes that a person can be written to, or not.
    pub async fn note_reach(&self, person: TelegramId, reachable: bool) -> Result<()> {
        let (store, now) = (&self.inner.store, self.now());
        if !reachable {
            return Ok(store.write(MarkUnreachable { person, now }).await?);
        }
        if store.write(MarkReachable { person, now }).await? {
            self.inner.notices.notify_one();
        }
        Ok(())
    }

    /// Notes that somebody wrote to the bot, if that is news. It is no reason to leave them without an answer.
    pub(in crate::domain) async fn mark_reachable(&self, person: TelegramId, known: Option<&KnownAccount>) {
        let is_news =
            |known: &KnownAccount| known.unreachable || known.seen_at.is_none_or(|at| at.day() != self.now().day());
        if known.is_none_or(is_news)
            && let Err(fault) = self.note_reach(person, true).await
        {
            tracing::warn!(%person, ?fault, "could not note that a person is there");
        }
    }

    /// A session of the caller's that they were warned of; `None` if it is forgotten.
    pub async fn disputed_session(&self, caller: &SignedIn, session: SessionId) -> Result<Option<DisputedSession>> {
        let found = self.inner.store.session(session).await?;
        let own = found.filter(|(_, owner)| owner.id == caller.account.id);
        Ok(own.map(|(session, _)| DisputedSession {
            open: session.is_open(self.now()),
            device: session.device,
            network: session.network,
        }))
    }

    /// Ends a session that the caller says is not theirs. One that is over already is as good as ended.
    pub async fn disown_session(&self, caller: &SignedIn, session: SessionId) -> Result<Option<DisputedSession>> {
        self.end_session_as(caller, session).await?;
        self.inner.store.write(ForgetSource { account: caller.account.id, session }).await?;
        self.disputed_session(caller, session).await
    }
}
