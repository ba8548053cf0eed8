//! Tokens: a code becomes an access token, an ID token and a refresh token (RFC 6749, 4.1.3; OpenID Connect Core, 3.1.3).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::domain::oauth::authorization_step::random_token_id;
use crate::domain::oauth::client_auth::AuthenticatedClient;
use crate::domain::oauth::keys::jwt::JwtKind;
use crate::domain::oauth::refused;
use crate::model::accounts::account::Account;
use crate::model::crypto::secret::Secret;
use crate::model::oauth::claims::{AppIdTokenClaims, AppTokenClaims};
use crate::model::oauth::client::Client;
use crate::model::oauth::grant::GrantId;
use crate::model::oauth::oauth_error::OAuthErrorCode;
use crate::model::oauth::refresh_token::GrantRefreshToken;
use crate::model::oauth::scope::{Scope, Scopes};
use crate::model::oauth::signing_key::SigningAlgorithm;
use crate::model::session::SessionId;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::model::time::Moment;
use crate::store::oauth::codes::{RedeemCode, RedeemedGrant, Redemption};

/// Lifetime of access tokens and ID tokens, in seconds.
pub const TOKEN_SECS: i64 = 900;

/// Code that a client redeems.
#[derive(Clone, Copy)]
pub struct CodeExchange<'a> {
    /// The code.
    pub code: &'a str,
    /// Address of the request, repeated.
    pub redirect_uri: &'a str,
    /// Verifier of the request's challenge.
    pub code_verifier: &'a str,
    /// API that the access token must be for; `None` for that of the request.
    pub resource: Option<&'a str>,
}

/// Tokens for a client.
#[derive(Clone, Debug)]
pub struct TokenGrant {
    /// Access token.
    pub access_token: Secret,
    /// Lifetime of the access token, in seconds.
    pub expires_in: i64,
    /// Scopes of the access token.
    pub scopes: Scopes,
    /// ID token, if `openid` was granted.
    pub id_token: Option<Secret>,
    /// Refresh token, if offline access was granted.
    pub refresh_token: Option<Secret>,
}

/// What tokens are made of.
pub(in crate::domain) struct TokenContents<'a> {
    pub(in crate::domain) client: &'a Client,
    pub(in crate::domain) grant: GrantId,
    pub(in crate::domain) account: &'a Account,
    pub(in crate::domain) sub: &'a str,
    pub(in crate::domain) session: Option<SessionId>,
    pub(in crate::domain) scopes: Scopes,
    pub(in crate::domain) resource: &'a str,
    pub(in crate::domain) auth_time: Moment,
    pub(in crate::domain) amr: &'a str,
    pub(in crate::domain) nonce: Option<&'a str>,
    pub(in crate::domain) refresh: Option<&'a GrantRefreshToken>,
}

impl<'a> TokenContents<'a> {
    pub(in crate::domain) fn of(redeemed: &'a RedeemedGrant, client: &'a Client) -> Self {
        let RedeemedGrant { grant, account, sub, session, scopes, resource, auth_time, amr, nonce, refresh } = redeemed;
        Self {
            client,
            grant: *grant,
            account,
            sub,
            session: *session,
            scopes: *scopes,
            resource,
            auth_time: *auth_time,
            amr,
            nonce: nonce.as_deref(),
            refresh: refresh.as_ref(),
        }
    }
}

impl Domain {
    /// Redeems an authorization code. Any failed attempt of its client uses it up; a second use ends what the first gave.
    pub async fn exchange_code(&self, caller: &AuthenticatedClient, exchange: CodeExchange<'_>) -> Result<TokenGrant> {
        let client = caller.client();
        if !client.uses_codes() {
            return Err(refused(
                OAuthErrorCode::UnauthorizedClient,
                "the client is not registered for authorization codes",
            ));
        }
        let invalid = || refused(OAuthErrorCode::InvalidGrant, "the code is not valid, or no longer");
        let code = OneTimeToken::parse(exchange.code).ok_or_else(invalid)?;
        let redeem = RedeemCode {
            digest: code.digest(),
            client: client.clone(),
            redirect_uri: exchange.redirect_uri.to_owned(),
            verifier: exchange.code_verifier.to_owned(),
            resource: exchange.resource.map(ToOwned::to_owned),
            secret: self.inner.oauth.refresh_chain.first(self.rng()),
            now: self.now(),
        };
        match self.inner.store.write(redeem).await? {
            Redemption::Granted(redeemed) => {
                self.inner.notices.notify_one();
                self.tokens(TokenContents::of(&redeemed, client)).await
            }
            Redemption::Replayed => {
                tracing::warn!(client = %client.id, "authorization code: used twice, grant ended");
                Err(invalid())
            }
            Redemption::OtherResource => {
                Err(refused(OAuthErrorCode::InvalidTarget, "the resource is not that of the request"))
            }
            Redemption::Refused => Err(invalid()),
        }
    }

    /// Makes the tokens of a grant.
    pub(in crate::domain) async fn tokens(&self, contents: TokenContents<'_>) -> Result<TokenGrant> {
        let access_token = self.app_token(&contents).await?;
        let id_token = if contents.scopes.has(Scope::OpenId) {
            Some(self.id_token(&contents, &access_token).await?)
        } else {
            None
        };
        Ok(TokenGrant {
            access_token: Secret::new(access_token),
            expires_in: TOKEN_SECS,
            scopes: contents.scopes,
            id_token: id_token.map(Secret::new),
            refresh_token: contents.refresh.map(|token| Secret::new(token.reveal())),
        })
    }

    async fn app_token(&self, contents: &TokenContents<'_>) -> Result<String> {
        let now = self.now();
        let claims = AppTokenClaims {
            iss: self.public_url().to_owned(),
            sub: contents.sub.to_owned(),
            aud: contents.resource.to_owned(),
            client_id: contents.client.id.clone(),
            scope: contents.scopes,
            iat: now.0,
            exp: now.plus(TOKEN_SECS).0,
            jti: random_token_id(self.rng()),
            auth_time: contents.auth_time.0,
            gid: contents.grant,
        };
        self.sign_jwt(SigningAlgorithm::Es256, JwtKind::Access, &claims).await
    }

    async fn id_token(&self, contents: &TokenContents<'_>, access_token: &str) -> Result<String> {
        let now = self.now();
        let digest = Sha256::digest(access_token);
        let left_half: [u8; 16] = digest.first_chunk().copied().unwrap_or_default();
        let claims = AppIdTokenClaims {
            iss: self.public_url().to_owned(),
            sub: contents.sub.to_owned(),
            aud: contents.client.id.clone(),
            exp: now.plus(TOKEN_SECS).0,
            iat: now.0,
            auth_time: contents.auth_time.0,
            nonce: contents.nonce.map(ToOwned::to_owned),
            at_hash: URL_SAFE_NO_PAD.encode(left_half),
            amr: vec![contents.amr.to_owned()],
            sid: contents.session.map(|session| session.to_string()),
            person: self.person_claims(contents.account, contents.scopes).await?,
        };
        self.sign_jwt(contents.client.alg, JwtKind::Id, &claims).await
    }
}
