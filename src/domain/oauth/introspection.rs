//! Introspection (RFC 7662) and revocation (RFC 7009) of the tokens of clients.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::domain::oauth::client_auth::AuthenticatedClient;
use crate::domain::oauth::refused;
use crate::model::oauth::client::{ClientId, ClientKind};
use crate::model::oauth::grant::GrantId;
use crate::model::oauth::oauth_error::OAuthErrorCode;
use crate::model::oauth::redirect_uri::is_same_resource;
use crate::model::oauth::refresh_token::GrantRefreshVerdict;
use crate::model::oauth::scope::Scopes;
use crate::store::oauth::grant_ends::RevokeGrant;

/// A valid token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntrospectedToken {
    /// Kind of the token.
    pub kind: OAuthTokenKind,
    /// Scopes of the token.
    pub scopes: Scopes,
    /// The client that it was given to.
    pub client_id: ClientId,
    /// Id of the person, as the client knows it.
    pub sub: String,
    /// API that it is for.
    pub aud: String,
    /// Issuer.
    pub iss: String,
    /// Expiry, in Unix seconds.
    pub exp: i64,
    /// Time of issue, in Unix seconds.
    pub iat: i64,
    /// Id of an access token.
    pub jti: Option<String>,
}

/// Kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OAuthTokenKind {
    /// Access token.
    Access,
    /// Refresh token.
    Refresh,
}

impl Domain {
    /// Describes a token; `None` if it is not valid, or not for the caller: a client sees its own tokens, and an API those
    /// for itself.
    pub async fn introspect_oauth_token(
        &self,
        caller: &AuthenticatedClient,
        token: &str,
    ) -> Result<Option<IntrospectedToken>> {
        let client = caller.client();
        if client.kind == ClientKind::Public {
            return Err(refused(
                OAuthErrorCode::UnauthorizedClient,
                "only clients with a secret may introspect tokens",
            ));
        }
        if let Some(refresh) = self.introspect_refresh_token(caller, token).await? {
            return Ok(Some(refresh));
        }
        let Some(claims) = self.read_app_token(token).await?.filter(|claims| self.now().0 < claims.exp) else {
            return Ok(None);
        };
        let is_served = client.serves.as_ref().is_some_and(|serves| is_same_resource(serves, &claims.aud));
        if claims.client_id != client.id && !is_served {
            return Ok(None);
        }
        let grant = self.inner.store.grant(claims.gid).await?;
        if !grant.is_some_and(|grant| grant.is_open(self.now()) && grant.client_id == claims.client_id) {
            return Ok(None);
        }
        Ok(Some(IntrospectedToken {
            kind: OAuthTokenKind::Access,
            scopes: claims.scope,
            client_id: claims.client_id,
            sub: claims.sub,
            aud: claims.aud,
            iss: claims.iss,
            exp: claims.exp,
            iat: claims.iat,
            jti: Some(claims.jti),
        }))
    }

    async fn introspect_refresh_token(
        &self,
        caller: &AuthenticatedClient,
        token: &str,
    ) -> Result<Option<IntrospectedToken>> {
        let Some((token, grant, chain)) = self.refreshed_grant(caller, token).await? else { return Ok(None) };
        let verdict = chain.state.judge(&token, &self.inner.oauth.refresh_chain, self.now());
        let is_valid = matches!(verdict, GrantRefreshVerdict::Current { .. } | GrantRefreshVerdict::Behind { .. });
        Ok(is_valid.then(|| IntrospectedToken {
            kind: OAuthTokenKind::Refresh,
            scopes: chain.scopes,
            client_id: grant.client_id,
            sub: grant.sub,
            aud: chain.resource,
            iss: self.public_url().to_owned(),
            exp: chain.state.expires_at().0,
            iat: chain.state.rotated_at.0,
            jti: None,
        }))
    }

    /// Revokes a token of the caller, and with it the grant: its other tokens end too. Succeeds for any other token.
    pub async fn revoke_oauth_token(&self, caller: &AuthenticatedClient, token: &str) -> Result<()> {
        let Some(grant) = self.grant_to_revoke(caller, token).await? else { return Ok(()) };
        let revoke = RevokeGrant { grant, client: caller.client().id.clone(), now: self.now() };
        if self.inner.store.write(revoke).await? {
            tracing::info!(client = %caller.client().id, %grant, "grant: revoked by its client");
        }
        Ok(())
    }

    async fn grant_to_revoke(&self, caller: &AuthenticatedClient, token: &str) -> Result<Option<GrantId>> {
        if let Some((token, grant, chain)) = self.refreshed_grant(caller, token).await? {
            let verdict = chain.state.judge(&token, &self.inner.oauth.refresh_chain, self.now());
            return Ok(Some(grant.grant_id).filter(|_| !matches!(verdict, GrantRefreshVerdict::Unknown)));
        }
        let claims = self.read_app_token(token).await?;
        Ok(claims.filter(|claims| claims.client_id == caller.client().id).map(|claims| claims.gid))
    }
}
