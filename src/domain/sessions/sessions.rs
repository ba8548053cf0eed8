//! Sessions: going on, being recognised, ending.

use serde::Serialize;

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{CredentialError, Error, Refusal, Result};
use crate::domain::sign_in::telegram_login::SessionTokens;
use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::session::{RefreshToken, RefreshVerdict, RequestSource, Session, SessionId};
use crate::model::time::Moment;
use crate::store::accounts::activity::{PurgeActivity, WithActivity};
use crate::store::admin::admin_actions::PurgePendingActions;
use crate::store::sessions::refresh::{RefreshOutcome, RefreshSession};
use crate::store::sessions::sessions::{EndOtherSessions, EndSession, PurgeSessions};
use crate::telemetry;

/// How long pages may go on with the same refresh token, in seconds.
const RENEW_AFTER_SECS: i64 = 86_400;

/// A session as its owner sees it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ListedSession {
    /// Its id, the `sid` of its access tokens.
    #[schema(value_type = String, example = "17")]
    pub id: SessionId,
    /// Whether the list was asked for in it.
    pub current: bool,
    /// The browser or program.
    #[schema(example = "Firefox on Linux")]
    pub device: String,
    /// The network it was last refreshed from: a /24 or a /48.
    #[schema(example = "203.0.113.0/24")]
    pub network: String,
    /// When the person signed in.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Moment,
    /// When it was last refreshed.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen_at: Moment,
}

impl Domain {
    /// Recognises the holder of an access token whose session is open.
    pub async fn authenticate(&self, access_token: &str) -> Result<SignedIn> {
        let caller = self.authenticate_account_holder(access_token).await?;
        if caller.account.leaving_at.is_some() { Err(Refusal::DeletionScheduled.into()) } else { Ok(caller) }
    }

    /// The same for what may be done with an account that is to be deleted, too.
    pub async fn authenticate_account_holder(&self, access_token: &str) -> Result<SignedIn> {
        let claims = self.inner.access_tokens.read(access_token, self.now())?;
        let (session, account) = claims.session().zip(claims.account()).ok_or(CredentialError::Invalid)?;
        let found = self.inner.store.session(session).await?;
        let (session, owner) = found.filter(|(_, owner)| owner.id == account).ok_or(CredentialError::SessionEnded)?;
        self.let_in(&session, SignedIn { account: owner, session: Some(session.id) })
    }

    /// Recognises the holder of a refresh cookie without spending it: how a page knows who looks at it.
    pub async fn authenticate_cookie(&self, token: &RefreshToken) -> Result<SignedIn> {
        let (session, account) = self.inner.store.session(token.session).await?.ok_or(CredentialError::Invalid)?;
        match session.judge(token, &self.inner.refresh_chain, self.now()) {
            RefreshVerdict::Current { .. } | RefreshVerdict::Behind { .. } => {
                self.let_in(&session, SignedIn { account, session: Some(session.id) })
            }
            RefreshVerdict::Over => Err(CredentialError::SessionEnded.into()),
            RefreshVerdict::Replayed | RefreshVerdict::Unknown => Err(CredentialError::Invalid.into()),
        }
    }

    fn let_in(&self, session: &Session, caller: SignedIn) -> Result<SignedIn> {
        if !session.is_open(self.now()) || caller.account.gone_at.is_some() {
            return Err(CredentialError::SessionEnded.into());
        }
        if caller.account.banned_at.is_some() {
            return Err(Refusal::Banned.into());
        }
        Ok(caller)
    }

    /// Spends a refresh token for the next one and an access token.
    pub async fn refresh(&self, token: RefreshToken, origin: RequestSource) -> Result<SessionTokens> {
        let refresh =
            RefreshSession { token, refresh_chain: self.inner.refresh_chain.clone(), origin, now: self.now() };
        match self.inner.store.write(refresh).await? {
            RefreshOutcome::On(account, refresh) => {
                telemetry::refreshed("ok");
                Ok(SessionTokens { access: self.access_token(refresh.session, &account)?, refresh })
            }
            RefreshOutcome::Replayed(account) => {
                telemetry::refreshed("replayed");
                tracing::warn!(%account, session = %token.session, "a spent refresh token was used again: session ended");
                self.inner.notices.notify_one();
                Err(CredentialError::RefreshReplayed.into())
            }
            RefreshOutcome::Over => {
                telemetry::refreshed("session_ended");
                Err(CredentialError::SessionEnded.into())
            }
            RefreshOutcome::Refused => {
                telemetry::refreshed("refused");
                Err(CredentialError::Invalid.into())
            }
        }
    }

    /// Spends a refresh token that pages only look at, once it was not spent for a day: whoever uses nothing but pages is
    /// active too, and must not be signed out for idleness.
    pub async fn keep_session_alive(&self, token: RefreshToken, origin: RequestSource) -> Result<Option<RefreshToken>> {
        let Some((session, _)) = self.inner.store.session(token.session).await? else { return Ok(None) };
        if self.now().since(session.last_seen_at) < RENEW_AFTER_SECS || !session.is_open(self.now()) {
            return Ok(None);
        }
        Ok(Some(self.refresh(token, origin).await?.refresh))
    }

    /// Ends the session of a refresh token. One that is over or never was is as good as ended.
    pub async fn sign_out(&self, token: &RefreshToken) -> Result<()> {
        let Some((session, account)) = self.inner.store.session(token.session).await? else { return Ok(()) };
        match session.judge(token, &self.inner.refresh_chain, self.now()) {
            RefreshVerdict::Unknown | RefreshVerdict::Over => Ok(()),
            RefreshVerdict::Current { .. } | RefreshVerdict::Behind { .. } | RefreshVerdict::Replayed => {
                self.sign_out_of(account.id, session.id).await
            }
        }
    }

    /// Ends the session of an access token. One that is over or never was is as good as ended.
    pub async fn sign_out_by_access_token(&self, token: &str) -> Result<()> {
        match self.authenticate_account_holder(token).await {
            // Whether this ended it or another tab did: it is over.
            Ok(SignedIn { account, session: Some(session) }) => self.sign_out_of(account.id, session).await,
            Ok(_) | Err(Error::Refused(_)) => Ok(()),
            Err(failed) => Err(failed),
        }
    }

    async fn sign_out_of(&self, account: AccountId, session: SessionId) -> Result<()> {
        let now = self.now();
        let end = EndSession { account, session, now };
        let end = WithActivity::new(end, (account, ActivityActor::Session(session), now), |ended| {
            ended.then_some(ActivityEvent::SignedOut)
        });
        self.inner.store.write(end).await?;
        Ok(())
    }

    /// The caller's open sessions, the newest first.
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

    /// Ends one of the caller's sessions, and writes it down; whether it was open.
    pub(in crate::domain) async fn end_session_as(&self, caller: &SignedIn, session: SessionId) -> Result<bool> {
        let (account, now) = (caller.account.id, self.now());
        let found = self.inner.store.session(session).await?.filter(|(_, owner)| owner.id == account);
        let Some((Session { device, .. }, _)) = found else { return Ok(false) };
        let event = if caller.session == Some(session) {
            ActivityEvent::SignedOut
        } else {
            ActivityEvent::SessionEnded { device }
        };
        let end = EndSession { account, session, now };
        let end = WithActivity::new(end, (account, caller.by(), now), move |ended| ended.then(|| event.clone()));
        Ok(self.inner.store.write(end).await?)
    }

    /// Ends every session of the caller but the one they came in by; says how many.
    pub async fn end_other_sessions(&self, caller: &SignedIn) -> Result<u64> {
        let but = caller.session.unwrap_or(SessionId(0));
        let (account, now) = (caller.account.id, self.now());
        let end = EndOtherSessions { account, but, now };
        let end = WithActivity::new(end, (account, caller.by(), now), |ended| {
            let count = i64::try_from(*ended).unwrap_or(i64::MAX);
            (count > 0).then_some(ActivityEvent::OthersEnded { count })
        });
        Ok(self.inner.store.write(end).await?)
    }

    /// Forgets what no longer matters.
    pub async fn purge_sessions(&self) -> Result<u64> {
        self.inner.key_cache.sweep(self.inner.env.clock.millis());
        self.inner.bot_sign_in_limits.sweep(self.inner.env.clock.millis());
        self.inner.rate_limit_alerts.sweep(self.inner.env.clock.millis());
        while self.inner.store.write(PurgeActivity { now: self.now() }).await? > 0 {}
        self.inner.attempt_limits.sweep(self.inner.env.clock.millis());
        let acts = self.inner.store.write(PurgePendingActions { now: self.now() }).await?;
        let notices = self.purge_notices().await?;
        let registrations = self.purge_registrations().await?;
        Ok(acts + notices + registrations + self.inner.store.write(PurgeSessions { now: self.now() }).await?)
    }

    /// Keeps the database's log short, without anybody having to wait for it.
    pub async fn checkpoint_wal(&self) -> Result<()> {
        Ok(self.inner.store.checkpoint().await?)
    }
}
