//! Refresh: exchanges a refresh token for the next one. A refused token costs no write.

use crate::domain::Domain;
use crate::domain::error::{CredentialError, Error, Refusal, Result};
use crate::domain::sessions::session_start::SessionTokens;
use crate::model::accounts::account::Account;
use crate::model::network::Network;
use crate::model::session::{RefreshToken, RefreshVerdict, RequestSource};
use crate::store::sessions::refresh::{RefreshOutcome, RefreshSession};
use crate::telemetry;

/// Age at which a page renews its refresh token, in seconds.
const RENEW_AFTER_SECS: i64 = 86_400;

impl Domain {
    /// Exchanges a refresh token for the next one and an access token.
    pub async fn refresh(&self, token: RefreshToken, source: RequestSource) -> Result<SessionTokens> {
        let network = source.network.clone();
        let outcome = self.spend_refresh_token(token, source).await;
        telemetry::metrics::session_refreshes_total(label(&outcome));
        self.count_refusal(outcome, &network).await
    }

    /// Decides by a read, or from memory. Only a rotation and a theft are written.
    async fn spend_refresh_token(&self, token: RefreshToken, source: RequestSource) -> Result<SessionTokens> {
        let value = token.reveal();
        if let Some(error) = self.inner.rejected_proofs.find(value.as_bytes()) {
            return Err(error.into());
        }
        if !self.inner.refresh_chain.recognises(&token) {
            let limits = &self.inner.refusal_limits;
            limits.check(Network::parse(&source.network), self.inner.env.clock.millis())?;
        }
        let refused = |error: CredentialError| {
            self.inner.rejected_proofs.add(value.as_bytes(), error);
            Err(error.into())
        };
        let Some((mut session, account)) = self.inner.store.session(token.session).await? else {
            return refused(CredentialError::Invalid);
        };
        session.used_generation = self.used_generation(&session);
        match session.judge(&token, &self.inner.refresh_chain, self.now()) {
            RefreshVerdict::Unknown => refused(CredentialError::Invalid),
            RefreshVerdict::Over => refused(CredentialError::SessionEnded),
            RefreshVerdict::Current { .. } | RefreshVerdict::Behind { .. } if is_closed(&account) => {
                Err(CredentialError::Invalid.into())
            }
            RefreshVerdict::Behind { current } => {
                Ok(SessionTokens { access: self.access_token(&current, &account)?, refresh: current })
            }
            RefreshVerdict::Current { .. } | RefreshVerdict::Replayed => self.rotate_refresh_token(token, source).await,
        }
    }

    async fn rotate_refresh_token(&self, token: RefreshToken, source: RequestSource) -> Result<SessionTokens> {
        self.flush_token_use(token.session).await?;
        let refresh =
            RefreshSession { token, refresh_chain: self.inner.refresh_chain.clone(), source, now: self.now() };
        match self.inner.store.write(refresh).await? {
            RefreshOutcome::On(account, refresh) => {
                Ok(SessionTokens { access: self.access_token(&refresh, &account)?, refresh })
            }
            RefreshOutcome::Replayed(account) => {
                tracing::warn!(%account, session = %token.session, "refresh token: reused, session ended");
                self.inner.notices.notify_one();
                Err(CredentialError::RefreshReplayed.into())
            }
            RefreshOutcome::Over => Err(CredentialError::SessionEnded.into()),
            RefreshOutcome::Refused => Err(CredentialError::Invalid.into()),
        }
    }

    /// Renews the refresh token of a page if it was not spent for a day: a person who only views pages is active too and
    /// must not be signed out for idleness. A token that was used before ends its session, as at a refresh.
    pub async fn keep_session_alive(&self, token: RefreshToken, source: RequestSource) -> Result<Option<RefreshToken>> {
        let Some((mut session, _)) = self.inner.store.session(token.session).await? else { return Ok(None) };
        session.used_generation = self.used_generation(&session);
        let is_due = match session.judge(&token, &self.inner.refresh_chain, self.now()) {
            RefreshVerdict::Current { .. } | RefreshVerdict::Behind { .. } => {
                self.now().since(session.last_seen_at) >= RENEW_AFTER_SECS
            }
            RefreshVerdict::Replayed => true,
            RefreshVerdict::Unknown | RefreshVerdict::Over => false,
        };
        if is_due { Ok(Some(self.refresh(token, source).await?.refresh)) } else { Ok(None) }
    }
}

const fn is_closed(account: &Account) -> bool {
    account.banned_at.is_some() || account.deleted_at.is_some()
}

/// Returns the outcome as a metric label.
const fn label(outcome: &Result<SessionTokens>) -> &'static str {
    match outcome {
        Ok(_) => "ok",
        Err(Error::Refused(Refusal::InvalidCredential(CredentialError::RefreshReplayed))) => "replayed",
        Err(Error::Refused(Refusal::InvalidCredential(CredentialError::SessionEnded))) => "session_ended",
        Err(Error::Refused(Refusal::Busy) | Error::Failed(_)) => "failed",
        Err(Error::Refused(_)) => "refused",
    }
}
