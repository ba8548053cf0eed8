//! OpenID Connect client: redirects people to a provider and redeems the codes they return with
//! (<https://openid.net/specs/openid-connect-core-1_0.html>, code flow with PKCE, RFC 7636).
//!
//! An ID token is accepted only under these conditions:
//!
//! - A published key of the provider signed it, with RS256, ES256 or EdDSA.
//! - Its issuer is the provider, and its audience is our client.
//! - It has not expired, and it was not issued in the future.
//! - It repeats the nonce of the request, if there was one.

mod claims;
mod discovery;
mod http;
mod id_token;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use openidconnect::core::CoreErrorResponseType;
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, IssuerUrl, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    StandardErrorResponse,
};
use serde_json::Value;
use url::Url;

use self::claims::OurClient;
use self::discovery::{MetadataCache, ProviderMetadata};
use self::http::{UpstreamHttp, UpstreamHttpError};
use self::id_token::{IdTokenError, IdTokenRules};
use crate::model::sign_in::upstream_oidc::{UpstreamClient, UpstreamCode, UpstreamProvider, UpstreamRedirect};
use crate::model::time::Moment;

pub use self::claims::IdTokenClaims;

/// Limit of all calls to a provider within one request: discovery, keys and the exchange of the code, each attempted once.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(30);
/// Issuers in ID tokens of Google. Its documentation names both.
const GOOGLE_ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];
/// Seconds after which a retry makes sense when the provider does not answer.
const RETRY_AFTER_SECS: u32 = 5;

/// Reason a provider did not identify a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamError {
    /// The provider is unavailable. Holds the seconds after which a retry makes sense.
    Unavailable(u32),
    /// The provider's response violates the protocol, or it rejects our client.
    InvalidResponse,
    /// The provider does not know the code, or the code is spent or expired.
    CodeRefused,
    /// The ID token failed verification.
    InvalidIdToken,
}

/// Client at one upstream provider. Cheap to clone.
#[derive(Clone)]
pub struct UpstreamOidc {
    inner: Arc<UpstreamOidcInner>,
}

struct UpstreamOidcInner {
    provider: UpstreamProvider,
    registration: UpstreamClient,
    issuer: IssuerUrl,
    http: UpstreamHttp,
    metadata: MetadataCache,
}

impl UpstreamOidc {
    /// Creates a client with our registration. Makes no call.
    pub fn new(provider: UpstreamProvider, registration: UpstreamClient) -> Result<Self, String> {
        let issuer = IssuerUrl::new(registration.issuer.clone()).map_err(|error| format!("the issuer: {error}"))?;
        let http = UpstreamHttp::to(&registration.issuer)?;
        let metadata = MetadataCache::new(http.clone(), issuer.clone());
        Ok(Self { inner: Arc::new(UpstreamOidcInner { provider, registration, issuer, http, metadata }) })
    }

    /// Returns our registration at the provider.
    #[must_use]
    pub fn registration(&self) -> &UpstreamClient {
        &self.inner.registration
    }

    /// Checks that the provider is reachable and publishes a valid discovery document.
    pub async fn check(&self, now: Moment) -> Result<(), UpstreamError> {
        self.inner.metadata.get(now).await.map(drop)
    }

    /// Returns the URL at the provider that starts the sign-in.
    pub async fn depart(
        &self,
        scopes: &str,
        redirect: UpstreamRedirect<'_>,
        now: Moment,
    ) -> Result<Url, UpstreamError> {
        let metadata = in_time(self.inner.metadata.get(now)).await?;
        let mut url = metadata.metadata.authorization_endpoint().url().clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.inner.registration.client_id)
            .append_pair("redirect_uri", redirect.redirect_uri)
            .append_pair("scope", scopes)
            .append_pair("state", redirect.state)
            .append_pair("code_challenge", redirect.challenge)
            .append_pair("code_challenge_method", "S256");
        if let Some(nonce) = redirect.nonce {
            query.append_pair("nonce", nonce);
        }
        drop(query);
        Ok(url)
    }

    /// Redeems the code that a browser returned with, and returns the verified claims.
    pub async fn redeem(&self, code: &UpstreamCode, now: Moment) -> Result<IdTokenClaims, UpstreamError> {
        in_time(self.inner.redeem(code, now)).await
    }
}

/// Limits the wait for a provider to [`PROVIDER_TIMEOUT`].
async fn in_time<T>(work: impl Future<Output = Result<T, UpstreamError>>) -> Result<T, UpstreamError> {
    tokio::time::timeout(PROVIDER_TIMEOUT, work).await.unwrap_or(Err(UpstreamError::Unavailable(RETRY_AFTER_SECS)))
}

impl UpstreamOidcInner {
    async fn redeem(&self, code: &UpstreamCode, now: Moment) -> Result<IdTokenClaims, UpstreamError> {
        let metadata = self.metadata.get(now).await?;
        let token = self.exchange(&metadata, code).await?;
        let claims = match self.verify(&metadata, &token, code, now) {
            Err(IdTokenError::UnknownKey) => match self.metadata.newer_than(&metadata, now).await {
                Some(newer) => self.verify(&newer, &token, code, now),
                None => Err(IdTokenError::UnknownKey),
            },
            claims => claims,
        };
        claims.map_err(|error| {
            let error = error.reason();
            tracing::warn!(provider = self.provider.name(), error, "upstream: ID token rejected");
            UpstreamError::InvalidIdToken
        })
    }

    /// Exchanges the code for an ID token, authenticated with our client secret.
    async fn exchange(&self, provider: &ProviderMetadata, code: &UpstreamCode) -> Result<String, UpstreamError> {
        let metadata = &provider.metadata;
        let token_url = metadata.token_endpoint().cloned().ok_or(UpstreamError::InvalidResponse)?;
        let redirect = RedirectUrl::new(code.redirect_uri.clone()).map_err(|_| UpstreamError::CodeRefused)?;
        let client_id = &self.registration.client_id;
        let secret = ClientSecret::new(self.registration.client_secret.reveal().to_owned());
        let client = OurClient::new(ClientId::new(client_id.clone()), self.issuer.clone(), metadata.jwks().clone())
            .set_client_secret(secret)
            .set_token_uri(token_url);
        let mut request = client
            .exchange_code(AuthorizationCode::new(code.code.reveal().to_owned()))
            .set_redirect_uri(Cow::Owned(redirect))
            // Telegram requires the client id in the body, too.
            .add_extra_param("client_id", client_id);
        if let Some(verifier) = &code.code_verifier {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.reveal().to_owned()));
        }
        let response = request.request_async(&self.http).await.map_err(|error| self.exchange_error(&error))?;
        let token = response.extra_fields().id_token.as_ref().and_then(Value::as_str);
        token.map(ToOwned::to_owned).ok_or_else(|| {
            tracing::warn!(provider = self.provider.name(), "upstream: token response without an ID token");
            UpstreamError::InvalidResponse
        })
    }

    fn exchange_error(
        &self,
        error: &RequestTokenError<UpstreamHttpError, StandardErrorResponse<CoreErrorResponseType>>,
    ) -> UpstreamError {
        let (outcome, error) = match error {
            RequestTokenError::ServerResponse(response) => match response.error() {
                // RFC 6749 requires `invalid_grant`; some providers answer `invalid_request` to a malformed code.
                CoreErrorResponseType::InvalidGrant | CoreErrorResponseType::InvalidRequest => {
                    (UpstreamError::CodeRefused, "the provider rejected the code".to_owned())
                }
                // Any other error is a matter for the operator, such as a wrong client secret.
                other => (
                    UpstreamError::InvalidResponse,
                    format!("the provider rejected our client: {:.40}", other.as_ref()),
                ),
            },
            RequestTokenError::Request(error @ UpstreamHttpError::TooLong) => {
                (UpstreamError::InvalidResponse, error.to_string())
            }
            RequestTokenError::Request(error) => (UpstreamError::Unavailable(RETRY_AFTER_SECS), error.to_string()),
            RequestTokenError::Parse(error, _) => {
                (UpstreamError::InvalidResponse, format!("the response is invalid at {}", error.path()))
            }
            RequestTokenError::Other(_) => {
                (UpstreamError::InvalidResponse, "the response is empty or not JSON".to_owned())
            }
        };
        tracing::warn!(provider = self.provider.name(), error, "upstream: code exchange failed");
        outcome
    }

    fn verify(
        &self,
        provider: &ProviderMetadata,
        token: &str,
        code: &UpstreamCode,
        now: Moment,
    ) -> Result<IdTokenClaims, IdTokenError> {
        let mut issuers = vec![self.registration.issuer.as_str()];
        if self.provider == UpstreamProvider::Google {
            issuers.extend(GOOGLE_ISSUERS);
        }
        let rules = IdTokenRules {
            client_id: &self.registration.client_id,
            issuers: &issuers,
            nonce: code.nonce.as_deref(),
            now,
        };
        id_token::verify(token, provider.metadata.jwks().keys(), &rules)
    }
}

impl fmt::Debug for UpstreamOidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.inner.provider.name())
    }
}
