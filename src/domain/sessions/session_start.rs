//! Start of a session: the tokens a person gets after a successful sign-in.

use crate::domain::Domain;
use crate::domain::accounts::profile::UserProfile;
use crate::domain::error::Result;
use crate::domain::sessions::access_token::{NewAccessToken, token_id};
use crate::model::accounts::account::Account;
use crate::model::session::{RefreshSecret, RefreshToken};
use crate::store::sign_in::telegram_login::SessionOutcome;

/// Tokens that a client receives for a session.
#[derive(Debug)]
pub struct SessionTokens {
    /// JWT for the `Authorization` header, valid for 15 minutes.
    pub access: String,
    /// Token for the refresh cookie, valid for one use.
    pub refresh: RefreshToken,
}

/// A session that was just started.
#[derive(Debug)]
pub struct NewSession {
    /// Tokens of the session.
    pub tokens: SessionTokens,
    /// Person who signed in.
    pub user: UserProfile,
}

impl Domain {
    /// Creates the tokens of a session that was just stored.
    pub(in crate::domain) fn new_session(&self, begun: SessionOutcome, secret: RefreshSecret) -> Result<NewSession> {
        let SessionOutcome::Session(account, session) = begun else { return Err(self.banned().into()) };
        let refresh = RefreshToken { session, generation: 0, secret };
        let tokens = SessionTokens { access: self.access_token(&refresh, &account)?, refresh };
        Ok(NewSession { tokens, user: self.user(&account) })
    }

    /// Issues an access token for the session of a refresh token, and for the account of the session.
    pub(in crate::domain) fn access_token(&self, refresh: &RefreshToken, account: &Account) -> Result<String> {
        let id = token_id(refresh.generation, self.rng());
        let (session, plan, now) = (refresh.session, &self.plan_of_account(account).id, self.now());
        self.inner.access_tokens.issue(NewAccessToken { session, account: account.id, plan, now, id })
    }
}

/// Returns the outcome as a metric label.
pub(in crate::domain) const fn outcome_of<T>(outcome: &Result<T>) -> &'static str {
    match outcome {
        Ok(_) => "ok",
        Err(crate::domain::Error::Refused(_)) => "refused",
        Err(crate::domain::Error::Failed(_)) => "failed",
    }
}
