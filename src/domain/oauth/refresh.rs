//! Refresh: a client exchanges its refresh token for the next one and an access token (RFC 6749, 6).

use crate::domain::Domain;
use crate::domain::error::{Error, Result};
use crate::domain::oauth::client_auth::AuthenticatedClient;
use crate::domain::oauth::refused;
use crate::domain::oauth::token::{TokenContents, TokenGrant};
use crate::model::oauth::oauth_error::OAuthErrorCode;
use crate::model::oauth::redirect_uri::is_same_resource;
use crate::model::oauth::refresh_token::GrantRefreshToken;
use crate::model::oauth::scope::Scopes;
use crate::store::oauth::grants::GrantRow;
use crate::store::oauth::refresh::{SpendGrantToken, SpentGrantToken, StoredChain};

/// Refresh token that a client spends.
#[derive(Clone, Copy)]
pub struct RefreshExchange<'a> {
    /// The token.
    pub token: &'a str,
    /// Scopes of the access token, within those that were granted; `None` for all.
    pub scope: Option<&'a str>,
    /// API that the access token must be for; `None` for the one that was granted.
    pub resource: Option<&'a str>,
}

fn invalid() -> Error {
    refused(OAuthErrorCode::InvalidGrant, "the refresh token is not valid, or no longer")
}

impl Domain {
    /// Exchanges a refresh token. The token just before the current one leads to the current one for ten seconds; an older
    /// one ends the grant, and the person learns of it.
    pub async fn exchange_refresh_token(
        &self,
        caller: &AuthenticatedClient,
        exchange: RefreshExchange<'_>,
    ) -> Result<TokenGrant> {
        let client = caller.client();
        let (token, grant, chain) = self.refreshed_grant(caller, exchange.token).await?.ok_or_else(invalid)?;
        let scopes = narrowed(exchange.scope, chain.scopes)?;
        if exchange.resource.is_some_and(|resource| !is_same_resource(resource, &chain.resource)) {
            return Err(refused(OAuthErrorCode::InvalidTarget, "the resource was not granted"));
        }
        let spend = SpendGrantToken {
            token,
            chain: self.inner.oauth.refresh_chain.clone(),
            client: client.clone(),
            now: self.now(),
        };
        match self.inner.store.write(spend).await? {
            SpentGrantToken::On(refresh) => {
                let contents = TokenContents {
                    client,
                    grant: grant.grant_id,
                    account: &grant.account,
                    sub: &grant.sub,
                    session: grant.session_id,
                    scopes,
                    resource: &chain.resource,
                    auth_time: grant.auth_time,
                    amr: &grant.amr,
                    nonce: None,
                    refresh: Some(&refresh),
                };
                self.tokens(contents).await
            }
            SpentGrantToken::Replayed => {
                tracing::warn!(client = %client.id, grant = %grant.grant_id, "refresh token of a client: reused, grant ended");
                self.inner.notices.notify_one();
                Err(invalid())
            }
            SpentGrantToken::Refused => Err(invalid()),
        }
    }

    /// Reads a refresh token of the client, with its open grant. The token itself is judged when it is spent.
    pub(in crate::domain) async fn refreshed_grant(
        &self,
        caller: &AuthenticatedClient,
        token: &str,
    ) -> Result<Option<(GrantRefreshToken, GrantRow, StoredChain)>> {
        let Some(token) = GrantRefreshToken::parse(token) else { return Ok(None) };
        // An invented token costs no read.
        if !self.inner.oauth.refresh_chain.recognises(&token) {
            return Ok(None);
        }
        let grant = self.inner.store.grant(token.grant()).await?;
        let is_theirs = |grant: &GrantRow| grant.client_id == caller.client().id && grant.is_open(self.now());
        let Some(grant) = grant.filter(is_theirs) else { return Ok(None) };
        let chain = self.inner.store.refresh_chain(grant.grant_id).await?;
        Ok(chain.map(|chain| (token, grant, chain)))
    }
}

/// Returns the scopes of the access token.
fn narrowed(text: Option<&str>, granted: Scopes) -> Result<Scopes> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(granted) };
    let scopes = Scopes::parse(text).ok().filter(|scopes| scopes.is_within(granted));
    scopes.ok_or_else(|| refused(OAuthErrorCode::InvalidScope, "a scope was not granted"))
}
