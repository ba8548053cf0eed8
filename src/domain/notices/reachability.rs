//! Whom the bot can write to, and what people answer to its warnings.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::Result;
use crate::model::accounts::account::TelegramId;
use crate::model::session::SessionId;
use crate::store::accounts::telegram_accounts::Known;
use crate::store::notices::reachability::{NoteAbsence, NotePresence};
use crate::store::sessions::session_start::ForgetPlace;

/// A session that somebody was warned of.
#[derive(Clone, Debug)]
pub struct Doubted {
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
        let (store, now) = (&self.parts.store, self.now());
        if !reachable {
            return Ok(store.write(NoteAbsence { person, now }).await?);
        }
        if store.write(NotePresence { person, now }).await? {
            self.parts.notices.notify_one();
        }
        Ok(())
    }

    /// Notes that somebody wrote to the bot, if that is news. It is no reason to leave them without an answer.
    pub(in crate::domain) async fn note_presence(&self, person: TelegramId, known: Option<&Known>) {
        let is_news = |known: &Known| known.unreachable || known.seen_at.is_none_or(|at| at.day() != self.now().day());
        if known.is_none_or(is_news)
            && let Err(fault) = self.note_reach(person, true).await
        {
            tracing::warn!(%person, ?fault, "could not note that a person is there");
        }
    }

    /// A session of the caller's that they were warned of; `None` if it is forgotten.
    pub async fn doubted_session(&self, caller: &SignedIn, session: SessionId) -> Result<Option<Doubted>> {
        let found = self.parts.store.session(session).await?;
        let own = found.filter(|(_, owner)| owner.id == caller.account.id);
        Ok(own.map(|(session, _)| Doubted {
            open: session.is_open(self.now()),
            device: session.device,
            network: session.network,
        }))
    }

    /// Ends a session that the caller says is not theirs. One that is over already is as good as ended.
    pub async fn disown_session(&self, caller: &SignedIn, session: SessionId) -> Result<Option<Doubted>> {
        self.end_noted(caller, session).await?;
        self.parts.store.write(ForgetPlace { account: caller.account.id, session }).await?;
        self.doubted_session(caller, session).await
    }
}
