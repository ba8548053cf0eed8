//! What happened to one's account: written down where it happens, read here.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{BadToken, Error, Refusal, Result};
use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{Door, EventLine};
use crate::model::session::Origin;
use crate::store::accounts::activity::NoteFailure;

/// A part of what happened, the latest first.
#[derive(Clone, Debug)]
pub struct Events {
    /// The lines.
    pub lines: Vec<EventLine>,
    /// Whether there are older ones.
    pub more: bool,
}

impl Domain {
    /// What happened to the caller's account: at most `limit` lines, those before the line `before` if that is said.
    pub async fn events(&self, caller: &SignedIn, before: Option<i64>, limit: usize) -> Result<Events> {
        let one_more = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
        let mut lines = self.parts.store.events(caller.account.id, before, one_more).await?;
        let more = lines.len() > limit;
        lines.truncate(limit);
        Ok(Events { lines, more })
    }

    /// Writes down that somebody could not sign in to an account. What stands in the way of that is no reason to answer
    /// anything else.
    pub(in crate::domain) async fn note_failure(&self, account: AccountId, (door, why): (Door, &str), origin: &Origin) {
        let note = NoteFailure { account, door, why: why.to_owned(), origin: origin.clone(), now: self.now() };
        if let Err(fault) = self.parts.store.write(note).await {
            tracing::warn!(%account, ?fault, "a failed sign-in could not be written down");
        }
    }

    /// The same for a sign-in by a way, of a kind and with an id there, if it failed for what its owner should know: a proof of
    /// theirs was used again or too late, or the account is shut. What nobody vouched for says nothing of anyone.
    pub(in crate::domain) async fn note_outcome<T>(
        &self,
        outcome: &Result<T>,
        (kind, subject): (&str, &str),
        (door, origin): (Door, &Origin),
    ) {
        let why = match outcome {
            Err(Error::Refused(Refusal::InvalidToken(BadToken::LoginUsed))) => "login_used",
            Err(Error::Refused(Refusal::InvalidToken(BadToken::LoginStale))) => "login_stale",
            Err(Error::Refused(Refusal::Banned)) => "account_suspended",
            _ => return,
        };
        match self.parts.store.owner_of_way(kind, subject).await {
            Ok(Some(account)) => self.note_failure(account, (door, why), origin).await,
            Ok(None) => {}
            Err(fault) => tracing::warn!(?fault, "a failed sign-in could not be written down"),
        }
    }
}
