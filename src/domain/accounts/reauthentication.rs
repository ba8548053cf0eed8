//! Reauthentication: sensitive actions need a recent sign-in, and a young identity has no power over older ones.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{IdentityError, Refusal, Result};
use crate::model::accounts::account::AccountId;
use crate::model::accounts::identity::IdentityKey;
use crate::model::oauth::scope::Scope;

/// Greatest age of a sign-in that allows a sensitive action, in seconds. An older session may have
/// been stolen.
pub const REAUTHENTICATION_WINDOW_SECS: i64 = 900;

impl Domain {
    /// Returns true if the caller signed in recently and need not sign in again. A refresh is not a sign-in. In chat,
    /// Telegram authenticates every update.
    #[must_use]
    pub fn has_recent_sign_in(&self, caller: &SignedIn) -> bool {
        caller.authenticated_at.is_none_or(|at| self.now().since(at) < REAUTHENTICATION_WINDOW_SECS)
    }

    /// Refuses a session whose sign-in is [`REAUTHENTICATION_WINDOW_SECS`] ago or more.
    pub fn require_recent_sign_in(&self, caller: &SignedIn) -> Result<()> {
        if self.has_recent_sign_in(caller) { Ok(()) } else { Err(Refusal::ReauthenticationRequired.into()) }
    }

    /// Refuses a caller who may not make secrets: a session whose sign-in is too old. An app with the scope may, because the
    /// person consented to exactly that.
    pub(in crate::domain) fn require_key_rights(&self, caller: &SignedIn) -> Result<()> {
        let is_app = caller.app().is_some_and(|app| app.scopes.has(Scope::KeysWrite));
        if is_app { Ok(()) } else { self.require_recent_sign_in(caller) }
    }

    /// Refuses a young identity of an account that has an older one of `kind`: it may not change it.
    pub(in crate::domain) async fn require_power_over(
        &self,
        account: AccountId,
        own: &IdentityKey,
        kind: &str,
    ) -> Result<()> {
        let all = self.inner.store.dated_identities(account).await?;
        let Some(own) = all.iter().find(|identity| identity.is(own)) else {
            return Err(Refusal::ReauthenticationRequired.into());
        };
        let has_older = all.iter().any(|other| other.identity.kind == kind && other.is_older_than(own));
        if has_older && own.is_young(self.now()) { Err(IdentityError::TooNew.into()) } else { Ok(()) }
    }
}
