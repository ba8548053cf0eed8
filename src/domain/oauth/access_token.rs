//! Access tokens of clients at our own API: who they speak for, and what they open (RFC 9068, 4).
//!
//! They have a reader of their own, with one algorithm and one set of keys. The tokens of sessions are never tried with it.

use serde_json::{Map, Value};

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{AuthorizationError, CredentialError, Result};
use crate::domain::oauth::keys::jwt::{self, JwtKind};
use crate::model::accounts::identity::IdentityKey;
use crate::model::oauth::claims::AppTokenClaims;
use crate::model::oauth::client::ClientId;
use crate::model::oauth::grant::GrantId;
use crate::model::oauth::scope::{Scope, Scopes};
use crate::model::time::Moment;
use crate::store::oauth::grants::GrantRow;

pub use crate::domain::oauth::keys::jwt::is_oauth_access_token;

/// Difference between the clocks of two instances that is tolerated, in seconds.
const CLOCK_SKEW_SECS: i64 = 60;

/// App whose access token a request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppCaller {
    /// The client.
    pub client: ClientId,
    /// Name of the client.
    pub name: String,
    /// The grant of the token.
    pub grant: GrantId,
    /// Scopes of the token.
    pub scopes: Scopes,
}

impl Domain {
    /// Authenticates a person by the access token of an app, whose scopes must include the one that the call needs.
    pub async fn authenticate_app(&self, token: &str, scope: Scope) -> Result<SignedIn> {
        let (claims, grant) = self.app_token_holder(token).await?;
        if !claims.scope.has(scope) {
            return Err(AuthorizationError::InsufficientScope { scope }.into());
        }
        let app = AppCaller {
            client: claims.client_id,
            name: grant.client_name,
            grant: grant.grant_id,
            scopes: claims.scope,
        };
        Ok(SignedIn {
            account: self.with_due_allowance(grant.account).await,
            session: None,
            // No identity: the token of an app has no power over sign-in methods, and makes nobody an admin.
            identity: IdentityKey::new("", ""),
            authenticated_at: Some(Moment(claims.auth_time)),
            app: Some(app),
        })
    }

    /// Returns the claims about the person that the scopes of the token tell (OpenID Connect Core, 5.3).
    pub async fn userinfo(&self, token: &str) -> Result<Map<String, Value>> {
        let (claims, grant) = self.app_token_holder(token).await?;
        if !claims.scope.has(Scope::OpenId) {
            return Err(AuthorizationError::InsufficientScope { scope: Scope::OpenId }.into());
        }
        let mut person = self.person_claims(&grant.account, claims.scope).await?;
        person.insert("sub".to_owned(), Value::String(claims.sub));
        Ok(person)
    }

    /// Verifies a token for our own API, and reads its grant.
    async fn app_token_holder(&self, token: &str) -> Result<(AppTokenClaims, GrantRow)> {
        let claims = self.read_app_token(token).await?.ok_or(CredentialError::Invalid)?;
        if claims.aud != self.own_resource() {
            return Err(CredentialError::Invalid.into());
        }
        if claims.exp <= self.now().0 {
            return Err(CredentialError::Expired.into());
        }
        let grant = self.inner.store.grant(claims.gid).await?.ok_or(CredentialError::SessionEnded)?;
        if !grant.is_open(self.now()) || grant.client_id != claims.client_id {
            return Err(CredentialError::SessionEnded.into());
        }
        Ok((claims, grant))
    }

    /// Verifies signature, kind, issuer and time of issue of a token for any API. Its expiry is left to the caller.
    pub(in crate::domain) async fn read_app_token(&self, token: &str) -> Result<Option<AppTokenClaims>> {
        if !is_oauth_access_token(token) {
            return Ok(None);
        }
        let keys = self.oauth_keys().await?;
        let claims = jwt::read::<AppTokenClaims>(JwtKind::Access, token, keys.iter().map(AsRef::as_ref));
        let is_valid = |claims: &AppTokenClaims| {
            claims.iss == self.public_url() && claims.iat <= self.now().plus(CLOCK_SKEW_SECS).0
        };
        Ok(claims.filter(is_valid))
    }
}
