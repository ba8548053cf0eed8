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

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use openidconnect::core::{CoreErrorResponseType, CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, IdTokenVerifier, IssuerUrl, Nonce,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, SignatureVerificationError, StandardErrorResponse, TokenResponse,
};
use subtle::ConstantTimeEq;
use url::Url;

use self::claims::{OurClient, ProviderIdToken};
use self::discovery::{MetadataCache, ProviderMetadata};
use self::http::{UpstreamHttp, UpstreamHttpError};
use crate::model::sign_in::upstream_oidc::{UpstreamClient, UpstreamCode, UpstreamProvider, UpstreamRedirect};
use crate::model::time::Moment;

pub use self::claims::IdTokenClaims;

/// Limit of all calls to a provider within one request.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(6);
/// Tolerance for an ID token issued ahead of our clock.
const MAX_FUTURE_SECS: i64 = 60;
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
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let newer = self.metadata.newer_than(&metadata, now).await;
                newer.map_or(Err(ClaimsVerificationError::Other("signed with an unknown key".to_owned())), |newer| {
                    self.verify(&newer, &token, code, now)
                })
            }
            claims => claims,
        };
        claims.map_err(|error| {
            let error = verification_error(&error);
            tracing::warn!(provider = self.provider.name(), error, "upstream: ID token rejected");
            UpstreamError::InvalidIdToken
        })
    }

    /// Exchanges the code for an ID token, authenticated with our client secret.
    async fn exchange(
        &self,
        provider: &ProviderMetadata,
        code: &UpstreamCode,
    ) -> Result<ProviderIdToken, UpstreamError> {
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
        response.id_token().cloned().ok_or_else(|| {
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
        token: &ProviderIdToken,
        code: &UpstreamCode,
        now: Moment,
    ) -> Result<IdTokenClaims, ClaimsVerificationError> {
        let client_id = ClientId::new(self.registration.client_id.clone());
        let latest = at(now.plus(MAX_FUTURE_SECS));
        // The verifier of a public client rejects every token signed with a shared secret.
        let verifier: IdTokenVerifier<'_, CoreJsonWebKey> =
            IdTokenVerifier::new_public_client(client_id, self.issuer.clone(), provider.metadata.jwks().clone())
                .set_allowed_algs(HashSet::from([
                    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
                    CoreJwsSigningAlgorithm::EdDsa,
                ]))
                .set_time_fn(move || at(now))
                .set_issue_time_verifier_fn(move |issued| {
                    if issued <= latest { Ok(()) } else { Err("issued in the future".to_owned()) }
                });
        let expected = code.nonce.clone();
        let nonce = move |nonce: Option<&Nonce>| {
            let Some(expected) = expected else { return Ok(()) };
            let is_equal = nonce.is_some_and(|nonce| nonce.secret().as_bytes().ct_eq(expected.as_bytes()).into());
            if is_equal { Ok(()) } else { Err("another nonce".to_owned()) }
        };
        token.claims(&verifier, nonce).map(IdTokenClaims::from)
    }
}

fn at(moment: Moment) -> DateTime<Utc> {
    DateTime::from_timestamp(moment.0, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Reason for the log, without any value of the token.
fn verification_error(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "expired, or issued in the future",
        ClaimsVerificationError::InvalidAudience(_) => "wrong audience",
        ClaimsVerificationError::InvalidIssuer(_) => "wrong issuer",
        ClaimsVerificationError::InvalidNonce(_) => "wrong nonce",
        ClaimsVerificationError::SignatureVerification(_) => "invalid signature",
        _ => "malformed, or signed with an unknown key",
    }
}

impl fmt::Debug for UpstreamOidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.inner.provider.name())
    }
}
