//! Sessions: going on, being recognised, ending.

use serde::Serialize;

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{BadToken, Error, Refusal, Result};
use crate::domain::sign_in::telegram_login::Tokens;
use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{By, Event};
use crate::model::session::{Origin, RefreshToken, Session, SessionId, Standing};
use crate::model::time::Moment;
use crate::store::accounts::activity::{ForgetEvents, Noted};
use crate::store::admin::admin_actions::ForgetActs;
use crate::store::sessions::refresh::{Refresh, Refreshed};
use crate::store::sessions::sessions::{EndOtherSessions, EndSession, Forget};
use crate::telemetry;

/// How long pages may go on with the same refresh token, in seconds.
const RENEW_AFTER: i64 = 86_400;

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
    pub async fn recognise(&self, access_token: &str) -> Result<SignedIn> {
        let caller = self.recognise_owner(access_token).await?;
        if caller.account.leaving_at.is_some() { Err(Refusal::Leaving.into()) } else { Ok(caller) }
    }

    /// The same for what may be done with an account that is to be deleted, too.
    pub async fn recognise_owner(&self, access_token: &str) -> Result<SignedIn> {
        let claims = self.parts.access_tokens.read(access_token, self.now())?;
        let (session, account) = claims.session().zip(claims.account()).ok_or(BadToken::Invalid)?;
        let found = self.parts.store.session(session).await?;
        let (session, owner) = found.filter(|(_, owner)| owner.id == account).ok_or(BadToken::SessionEnded)?;
        self.let_in(&session, SignedIn { account: owner, session: Some(session.id) })
    }

    /// Recognises the holder of a refresh cookie without spending it: how a page knows who looks at it.
    pub async fn recognise_cookie(&self, token: &RefreshToken) -> Result<SignedIn> {
        let (session, account) = self.parts.store.session(token.session).await?.ok_or(BadToken::Invalid)?;
        match session.judge(token, &self.parts.succession, self.now()) {
            Standing::Current { .. } | Standing::Behind { .. } => {
                self.let_in(&session, SignedIn { account, session: Some(session.id) })
            }
            Standing::Over => Err(BadToken::SessionEnded.into()),
            Standing::Replayed | Standing::Unknown => Err(BadToken::Invalid.into()),
        }
    }

    fn let_in(&self, session: &Session, caller: SignedIn) -> Result<SignedIn> {
        if !session.is_open(self.now()) || caller.account.gone_at.is_some() {
            return Err(BadToken::SessionEnded.into());
        }
        if caller.account.banned_at.is_some() {
            return Err(Refusal::Banned.into());
        }
        Ok(caller)
    }

    /// Spends a refresh token for the next one and an access token.
    pub async fn refresh(&self, token: RefreshToken, origin: Origin) -> Result<Tokens> {
        let refresh = Refresh { token, succession: self.parts.succession.clone(), origin, now: self.now() };
        match self.parts.store.write(refresh).await? {
            Refreshed::On(account, refresh) => {
                telemetry::refreshed("ok");
                Ok(Tokens { access: self.access_token(refresh.session, &account)?, refresh })
            }
            Refreshed::Replayed(account) => {
                telemetry::refreshed("replayed");
                tracing::warn!(%account, session = %token.session, "a spent refresh token was used again: session ended");
                self.parts.notices.notify_one();
                Err(BadToken::RefreshReplayed.into())
            }
            Refreshed::Over => {
                telemetry::refreshed("over");
                Err(BadToken::SessionEnded.into())
            }
            Refreshed::Refused => {
                telemetry::refreshed("refused");
                Err(BadToken::Invalid.into())
            }
        }
    }

    /// Spends a refresh token that pages only look at, once it was not spent for a day: whoever uses nothing but pages is
    /// active too, and must not be signed out for idleness.
    pub async fn keep_going(&self, token: RefreshToken, origin: Origin) -> Result<Option<RefreshToken>> {
        let Some((session, _)) = self.parts.store.session(token.session).await? else { return Ok(None) };
        if self.now().since(session.last_seen_at) < RENEW_AFTER || !session.is_open(self.now()) {
            return Ok(None);
        }
        Ok(Some(self.refresh(token, origin).await?.refresh))
    }

    /// Ends the session of a refresh token. One that is over or never was is as good as ended.
    pub async fn sign_out(&self, token: &RefreshToken) -> Result<()> {
        let Some((session, account)) = self.parts.store.session(token.session).await? else { return Ok(()) };
        match session.judge(token, &self.parts.succession, self.now()) {
            Standing::Unknown | Standing::Over => Ok(()),
            Standing::Current { .. } | Standing::Behind { .. } | Standing::Replayed => {
                self.sign_out_of(account.id, session.id).await
            }
        }
    }

    /// Ends the session of an access token. One that is over or never was is as good as ended.
    pub async fn sign_out_by_access_token(&self, token: &str) -> Result<()> {
        match self.recognise_owner(token).await {
            // Whether this ended it or another tab did: it is over.
            Ok(SignedIn { account, session: Some(session) }) => self.sign_out_of(account.id, session).await,
            Ok(_) | Err(Error::Refused(_)) => Ok(()),
            Err(failed) => Err(failed),
        }
    }

    async fn sign_out_of(&self, account: AccountId, session: SessionId) -> Result<()> {
        let now = self.now();
        let end = EndSession { account, session, now };
        let end = Noted::new(end, (account, By::Session(session), now), |ended| ended.then_some(Event::SignedOut));
        self.parts.store.write(end).await?;
        Ok(())
    }

    /// The caller's open sessions, the newest first.
    pub async fn sessions(&self, caller: &SignedIn) -> Result<Vec<ListedSession>> {
        let (sessions, now) = (self.parts.store.sessions(caller.account.id).await?, self.now());
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
        if self.end_noted(caller, session).await? { Ok(()) } else { Err(Refusal::NoSuchSession.into()) }
    }

    /// Ends one of the caller's sessions, and writes it down; whether it was open.
    pub(in crate::domain) async fn end_noted(&self, caller: &SignedIn, session: SessionId) -> Result<bool> {
        let (account, now) = (caller.account.id, self.now());
        let found = self.parts.store.session(session).await?.filter(|(_, owner)| owner.id == account);
        let Some((Session { device, .. }, _)) = found else { return Ok(false) };
        let event = if caller.session == Some(session) { Event::SignedOut } else { Event::SessionEnded { device } };
        let end = EndSession { account, session, now };
        let end = Noted::new(end, (account, caller.by(), now), move |ended| ended.then(|| event.clone()));
        Ok(self.parts.store.write(end).await?)
    }

    /// Ends every session of the caller but the one they came in by; says how many.
    pub async fn end_other_sessions(&self, caller: &SignedIn) -> Result<u64> {
        let but = caller.session.unwrap_or(SessionId(0));
        let (account, now) = (caller.account.id, self.now());
        let end = EndOtherSessions { account, but, now };
        let end = Noted::new(end, (account, caller.by(), now), |ended| {
            let count = i64::try_from(*ended).unwrap_or(i64::MAX);
            (count > 0).then_some(Event::OthersEnded { count })
        });
        Ok(self.parts.store.write(end).await?)
    }

    /// Forgets what no longer matters.
    pub async fn forget_old(&self) -> Result<u64> {
        self.parts.keyring.sweep(self.parts.nature.clock.millis());
        self.parts.starts.sweep(self.parts.nature.clock.millis());
        self.parts.storms.sweep(self.parts.nature.clock.millis());
        while self.parts.store.write(ForgetEvents { now: self.now() }).await? > 0 {}
        self.parts.tries.sweep(self.parts.nature.clock.millis());
        let acts = self.parts.store.write(ForgetActs { now: self.now() }).await?;
        let notices = self.forget_notices().await?;
        let registrations = self.forget_registrations().await?;
        Ok(acts + notices + registrations + self.parts.store.write(Forget { now: self.now() }).await?)
    }

    /// Keeps the database's log short, without anybody having to wait for it.
    pub async fn fold_log(&self) -> Result<()> {
        Ok(self.parts.store.fold().await?)
    }
}
