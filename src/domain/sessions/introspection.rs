//! Introspection (RFC 7662) and revocation (RFC 7009) of credentials, for the operator's other programs.
//!
//! The form of a credential shows its kind, so no hint is needed. Every invalid credential gets the same answer, which
//! does not say why.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::api_keys::keys::ListedKey;
use crate::domain::error::{CredentialError, Error, Refusal, Result};
use crate::domain::service_auth::ServiceCaller;
use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::api_key::{KeyId, KeySlot, KeyState, PlainKey};
use crate::model::session::{ABSOLUTE_LIFETIME_SECS, IDLE_LIFETIME_SECS, RefreshToken, SessionId};
use crate::model::time::Moment;
use crate::store::accounts::activity::WithActivity;
use crate::store::api_keys::keys::RevokeKey;

/// A valid credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveCredential {
    /// Kind of the credential, with the id of its key or session.
    pub kind: CredentialKind,
    /// Account of the owner.
    pub account: AccountId,
    /// Name of the owner.
    pub name: String,
    /// Id of the present plan.
    pub plan: String,
    /// Time of issue.
    pub issued_at: Moment,
    /// Expiry; an API key may have none.
    pub expires_at: Option<Moment>,
}

/// Kind of an introspected credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// API key.
    Key(KeyId),
    /// Access token of a session.
    Access(SessionId),
    /// Refresh token of a session.
    Refresh(SessionId),
}

impl Domain {
    /// Describes a credential; `None` if it is invalid for any reason.
    pub async fn introspect(&self, _service: &ServiceCaller, credential: &str) -> Result<Option<ActiveCredential>> {
        let credential = if let Some(key) = PlainKey::parse(credential) {
            self.key_credential(&key).await
        } else if let Some(token) = RefreshToken::parse(credential) {
            self.refresh_credential(&token).await
        } else {
            self.access_credential(credential).await
        };
        match credential {
            Ok(credential) => Ok(Some(credential)),
            Err(Error::Refused(refusal)) if !matches!(refusal, Refusal::Busy) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Revokes a credential: the key, or the session it belongs to. Succeeds if it has already ended or never existed.
    pub async fn revoke_credential(&self, _service: &ServiceCaller, credential: &str) -> Result<()> {
        if let Some(plain) = PlainKey::parse(credential) {
            let Some((key, slot)) = self.inner.store.key_by_digest(&plain.digest()).await? else { return Ok(()) };
            if key.works_until(slot, self.now()) {
                let revoke = RevokeKey { account: key.account_id, key: key.id, now: self.now() };
                let revoke = WithActivity::new(revoke, ActivityActor::Operator, |key| {
                    key.as_ref().map(|key| ActivityEvent::KeyRevoked { name: key.name.clone() })
                });
                self.write_and_invalidate(key.account_id, revoke).await?;
            }
            return Ok(());
        }
        match RefreshToken::parse(credential) {
            Some(token) => self.sign_out(&token).await,
            None => self.sign_out_by_access_token(credential).await,
        }
    }

    async fn key_credential(&self, plain: &PlainKey) -> Result<ActiveCredential> {
        let info = self.key_info(plain.reveal()).await?;
        if info.listed.state != KeyState::Active {
            return Err(CredentialError::Invalid.into());
        }
        let ListedKey { key, old_secret, .. } = info.listed;
        let grace_ends = old_secret.filter(|_| info.slot == KeySlot::Previous).map(|old| old.works_until);
        Ok(ActiveCredential {
            kind: CredentialKind::Key(key.id),
            account: info.user.id,
            name: info.user.name,
            plan: info.user.plan,
            issued_at: key.created_at,
            expires_at: [key.expires_at, grace_ends].into_iter().flatten().min(),
        })
    }

    async fn access_credential(&self, token: &str) -> Result<ActiveCredential> {
        let claims = self.inner.access_tokens.read(token, self.now())?;
        let caller = self.authenticate(token).await?;
        let session = caller.session.unwrap_or(SessionId(0));
        Ok(self.active_credential(&caller, CredentialKind::Access(session), Moment(claims.iat), Moment(claims.exp)))
    }

    async fn refresh_credential(&self, token: &RefreshToken) -> Result<ActiveCredential> {
        let caller = self.authenticate_cookie(token).await?;
        if caller.account.deletion_due_at.is_some() {
            return Err(Refusal::DeletionScheduled.into());
        }
        let row = self.inner.store.session(token.session).await?;
        let (session, _) = row.ok_or(CredentialError::SessionEnded)?;
        let expires_at =
            session.created_at.plus(ABSOLUTE_LIFETIME_SECS).min(session.last_seen_at.plus(IDLE_LIFETIME_SECS));
        Ok(self.active_credential(&caller, CredentialKind::Refresh(session.id), session.last_seen_at, expires_at))
    }

    fn active_credential(
        &self,
        caller: &SignedIn,
        kind: CredentialKind,
        issued_at: Moment,
        expires_at: Moment,
    ) -> ActiveCredential {
        let user = self.user(&caller.account);
        ActiveCredential {
            kind,
            account: user.id,
            name: user.name,
            plan: user.plan,
            issued_at,
            expires_at: Some(expires_at),
        }
    }
}
