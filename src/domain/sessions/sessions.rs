//! Sessions: authentication, sign-out, revocation and purge.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{CredentialError, Error, Refusal, Result};
use crate::model::accounts::account::{Account, AccountId};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::accounts::identity::IdentityKey;
use crate::model::session::{RefreshToken, RefreshVerdict, Session, SessionId};
use crate::model::time::Moment;
use crate::store::accounts::activity::WithActivity;
use crate::store::sessions::sessions::{EndOtherSessions, EndSession};

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct ListedSession {
    /// Id of the session; the `sid` of its access tokens.
    pub id: SessionId,
    /// True for the session in which the list was requested.
    pub current: bool,
    /// Browser or program.
    pub device: String,
    /// Network of the last refresh: a /24 or a /48.
    pub network: String,
    /// Time of the sign-in.
    pub created_at: Moment,
    /// Time of the last refresh.
    pub last_seen_at: Moment,
}

impl Domain {
    /// Authenticates an access token whose session is open.
    pub async fn authenticate(&self, access_token: &str) -> Result<SignedIn> {
        let caller = self.authenticate_account_holder(access_token).await?;
        if caller.account.deletion_due_at.is_some() { Err(Refusal::DeletionScheduled.into()) } else { Ok(caller) }
    }

    /// Like [`Self::authenticate`], but also accepts an account scheduled for deletion.
    pub async fn authenticate_account_holder(&self, access_token: &str) -> Result<SignedIn> {
        let claims = self.inner.access_tokens.read(access_token, self.now())?;
        let (session, account) = claims.session().zip(claims.account()).ok_or(CredentialError::Invalid)?;
        let row = self.inner.store.session(session).await?;
        let (session, owner) = row.filter(|(_, owner)| owner.id == account).ok_or(CredentialError::SessionEnded)?;
        let caller = self.check_session(&session, owner)?;
        if claims.is_of_generation(session.refresh_generation) {
            self.mark_token_used(&session).await;
        }
        Ok(self.with_allowance(caller).await)
    }

    /// Authenticates a refresh cookie without spending it. Pages use this to know their viewer.
    pub async fn authenticate_cookie(&self, token: &RefreshToken) -> Result<SignedIn> {
        let (mut session, account) = self.inner.store.session(token.session).await?.ok_or(CredentialError::Invalid)?;
        session.used_generation = self.used_generation(&session);
        match session.judge(token, &self.inner.refresh_chain, self.now()) {
            RefreshVerdict::Current { .. } => {
                let caller = self.check_session(&session, account)?;
                self.mark_token_used(&session).await;
                Ok(self.with_allowance(caller).await)
            }
            RefreshVerdict::Behind { .. } => {
                let caller = self.check_session(&session, account)?;
                Ok(self.with_allowance(caller).await)
            }
            RefreshVerdict::Over => Err(CredentialError::SessionEnded.into()),
            RefreshVerdict::Replayed | RefreshVerdict::Unknown => Err(CredentialError::Invalid.into()),
        }
    }

    async fn with_allowance(&self, caller: SignedIn) -> SignedIn {
        SignedIn { account: self.with_due_allowance(caller.account).await, ..caller }
    }

    fn check_session(&self, session: &Session, account: Account) -> Result<SignedIn> {
        if !session.is_open(self.now()) || account.deleted_at.is_some() {
            return Err(CredentialError::SessionEnded.into());
        }
        if account.banned_at.is_some() {
            return Err(self.banned().into());
        }
        let identity = IdentityKey::new(&session.identity_kind, &session.identity_subject);
        Ok(SignedIn {
            account,
            session: Some(session.id),
            identity,
            authenticated_at: Some(session.created_at),
            app: None,
        })
    }

    /// Ends the session of a refresh token. Succeeds if it has already ended or never existed.
    pub async fn sign_out(&self, token: &RefreshToken) -> Result<()> {
        let Some((session, account)) = self.inner.store.session(token.session).await? else { return Ok(()) };
        match session.judge(token, &self.inner.refresh_chain, self.now()) {
            RefreshVerdict::Unknown | RefreshVerdict::Over => Ok(()),
            RefreshVerdict::Current { .. } | RefreshVerdict::Behind { .. } | RefreshVerdict::Replayed => {
                self.sign_out_of(account.id, session.id).await
            }
        }
    }

    /// Ends the session of an access token. Succeeds if it has already ended or never existed.
    pub async fn sign_out_by_access_token(&self, token: &str) -> Result<()> {
        match self.authenticate_account_holder(token).await {
            // Another tab may have ended it first; the result is the same.
            Ok(SignedIn { account, session: Some(session), .. }) => self.sign_out_of(account.id, session).await,
            Ok(_) | Err(Error::Refused(_)) => Ok(()),
            Err(failed) => Err(failed),
        }
    }

    async fn sign_out_of(&self, account: AccountId, session: SessionId) -> Result<()> {
        let now = self.now();
        let end = EndSession { account, session, now };
        let end =
            WithActivity::new(end, ActivityActor::Session(session), |ended| ended.then_some(ActivityEvent::SignedOut));
        self.inner.store.write(end).await?;
        Ok(())
    }

    /// Returns the caller's open sessions, newest first.
    pub async fn sessions(&self, caller: &SignedIn) -> Result<Vec<ListedSession>> {
        let (sessions, now) = (self.inner.store.sessions(caller.account.id).await?, self.now());
        let open = sessions.into_iter().filter(|session| session.is_open(now));
        Ok(open
            .map(|session| ListedSession {
                current: caller.session == Some(session.id),
                id: session.id,
                device: session.device,
                network: session.network,
                created_at: session.created_at,
                last_seen_at: session.last_seen_at,
            })
            .collect())
    }

    /// Ends one of the caller's sessions.
    pub async fn end_session(&self, caller: &SignedIn, session: SessionId) -> Result<()> {
        if self.end_session_as(caller, session).await? { Ok(()) } else { Err(Refusal::SessionNotFound.into()) }
    }

    /// Ends one of the caller's sessions and records it. Returns true if it was open.
    pub(in crate::domain) async fn end_session_as(&self, caller: &SignedIn, session: SessionId) -> Result<bool> {
        let (account, now) = (caller.account.id, self.now());
        let row = self.inner.store.session(session).await?.filter(|(_, owner)| owner.id == account);
        let Some((Session { device, .. }, _)) = row else { return Ok(false) };
        let event = if caller.session == Some(session) {
            ActivityEvent::SignedOut
        } else {
            ActivityEvent::SessionEnded { device }
        };
        let end = EndSession { account, session, now };
        let end = WithActivity::new(end, caller.by(), move |ended| ended.then(|| event.clone()));
        Ok(self.inner.store.write(end).await?)
    }

    /// Ends every session of the caller except the present one. Returns the number.
    pub async fn end_other_sessions(&self, caller: &SignedIn) -> Result<u64> {
        let but = caller.session.unwrap_or(SessionId(0));
        let (account, now) = (caller.account.id, self.now());
        let end = EndOtherSessions { account, but, now };
        let end = WithActivity::new(end, caller.by(), |ended| {
            let count = i64::try_from(*ended).unwrap_or(i64::MAX);
            (count > 0).then_some(ActivityEvent::OtherSessionsEnded { count })
        });
        Ok(self.inner.store.write(end).await?)
    }
}
