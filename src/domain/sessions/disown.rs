//! Sessions a person disowns after a warning about a new sign-in.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::Result;
use crate::model::session::SessionId;
use crate::store::sessions::session_start::ForgetSource;

/// Session that a warning was about.
#[derive(Clone, Debug)]
pub struct DisputedSession {
    /// Browser or program.
    pub device: String,
    /// Network of the last refresh.
    pub network: String,
    /// True if the session is still open.
    pub open: bool,
}

impl Domain {
    /// Returns the caller's session that a warning was about; `None` if it no longer exists.
    pub async fn disputed_session(&self, caller: &SignedIn, session: SessionId) -> Result<Option<DisputedSession>> {
        let row = self.inner.store.session(session).await?;
        let own = row.filter(|(_, owner)| owner.id == caller.account.id);
        Ok(own.map(|(session, _)| DisputedSession {
            open: session.is_open(self.now()),
            device: session.device,
            network: session.network,
        }))
    }

    /// Ends a session that the caller does not recognise. Succeeds if it has already ended.
    pub async fn disown_session(&self, caller: &SignedIn, session: SessionId) -> Result<Option<DisputedSession>> {
        self.end_session_as(caller, session).await?;
        self.inner.store.write(ForgetSource { account: caller.account.id, session }).await?;
        self.disputed_session(caller, session).await
    }
}
