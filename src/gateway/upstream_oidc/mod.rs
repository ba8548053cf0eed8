//! OpenID Connect providers: sends people there, and redeems the codes they come back with
//! (<https://openid.net/specs/openid-connect-core-1_0.html>, code flow with PKCE, RFC 7636).
//!
//! The identity token is believed only if the provider's published key signed it, with RS256, ES256 or EdDSA, for us, in its
//! own name, not longer ago than it says, and with the nonce that was asked for.

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

/// How long everything together may take.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(6);
/// The largest step a token may be ahead of our clock, in seconds.
const MAX_FUTURE_SECS: i64 = 60;
/// After how many seconds it makes sense to try again when the provider does not answer.
const RETRY_AFTER_SECS: u32 = 5;

/// Why a provider names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamError {
    /// It does not answer, or says that it cannot; it makes sense to try again after that many seconds.
    Away(u32),
    /// It answers what makes no sense.
    Nonsense,
    /// It does not know the code, or not any more.
    CodeRefused,
    /// What it answered is not proof of anyone.
    Unproven,
}

/// A provider, as far as we need it. Cheap to clone.
#[derive(Clone)]
pub struct UpstreamOidc {
    inner: Arc<UpstreamOidcInner>,
}

struct UpstreamOidcInner {
    provider: UpstreamProvider,
    registration: UpstreamClient,
    issuer: IssuerUrl,
    http: UpstreamHttp,
    knowledge: MetadataCache,
}

impl UpstreamOidc {
    /// Knows how we are registered. Calls nobody yet.
    pub fn new(provider: UpstreamProvider, registration: UpstreamClient) -> Result<Self, String> {
        let issuer = IssuerUrl::new(registration.issuer.clone()).map_err(|fault| format!("the issuer: {fault}"))?;
        let http = UpstreamHttp::to(&registration.issuer)?;
        let knowledge = MetadataCache::new(http.clone(), issuer.clone());
        Ok(Self { inner: Arc::new(UpstreamOidcInner { provider, registration, issuer, http, knowledge }) })
    }

    /// How we are registered there.
    #[must_use]
    pub fn registration(&self) -> &UpstreamClient {
        &self.inner.registration
    }

    /// Whether the provider can be reached and says what it should.
    pub async fn check(&self, now: Moment) -> Result<(), UpstreamError> {
        self.inner.knowledge.get(now).await.map(drop)
    }

    /// Where to send a browser whose person is to be named.
    pub async fn depart(
        &self,
        scopes: &str,
        departure: UpstreamRedirect<'_>,
        now: Moment,
    ) -> Result<Url, UpstreamError> {
        let known = in_time(self.inner.knowledge.get(now)).await?;
        let mut url = known.metadata.authorization_endpoint().url().clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.inner.registration.client_id)
            .append_pair("redirect_uri", departure.redirect_uri)
            .append_pair("scope", scopes)
            .append_pair("state", departure.state)
            .append_pair("code_challenge", departure.challenge)
            .append_pair("code_challenge_method", "S256");
        if let Some(nonce) = departure.nonce {
            query.append_pair("nonce", nonce);
        }
        drop(query);
        Ok(url)
    }

    /// Redeems what somebody came back with for what the provider says of them.
    pub async fn redeem(&self, voucher: &UpstreamCode, now: Moment) -> Result<IdTokenClaims, UpstreamError> {
        in_time(self.inner.redeem(voucher, now)).await
    }
}

/// Nobody waits longer for a provider.
async fn in_time<T>(work: impl Future<Output = Result<T, UpstreamError>>) -> Result<T, UpstreamError> {
    tokio::time::timeout(PROVIDER_TIMEOUT, work).await.unwrap_or(Err(UpstreamError::Away(RETRY_AFTER_SECS)))
}

impl UpstreamOidcInner {
    async fn redeem(&self, voucher: &UpstreamCode, now: Moment) -> Result<IdTokenClaims, UpstreamError> {
        let known = self.knowledge.get(now).await?;
        let token = self.exchange(&known, voucher).await?;
        let said = match self.verify(&known, &token, voucher, now) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let newer = self.knowledge.newer_than(&known, now).await;
                newer.map_or(Err(ClaimsVerificationError::Other("of no key of theirs".to_owned())), |newer| {
                    self.verify(&newer, &token, voucher, now)
                })
            }
            said => said,
        };
        said.map_err(|fault| {
            tracing::warn!(
                provider = self.provider.name(),
                why = why_unproven(&fault),
                "an identity token is no proof"
            );
            UpstreamError::Unproven
        })
    }

    /// Shows the code and our secret, and gets the identity token.
    async fn exchange(
        &self,
        known: &ProviderMetadata,
        voucher: &UpstreamCode,
    ) -> Result<ProviderIdToken, UpstreamError> {
        let metadata = &known.metadata;
        let token_url = metadata.token_endpoint().cloned().ok_or(UpstreamError::Nonsense)?;
        let redirect = RedirectUrl::new(voucher.redirect_uri.clone()).map_err(|_| UpstreamError::CodeRefused)?;
        let client_id = &self.registration.client_id;
        let secret = ClientSecret::new(self.registration.client_secret.reveal().to_owned());
        let client = OurClient::new(ClientId::new(client_id.clone()), self.issuer.clone(), metadata.jwks().clone())
            .set_client_secret(secret)
            .set_token_uri(token_url);
        let mut request = client
            .exchange_code(AuthorizationCode::new(voucher.code.reveal().to_owned()))
            .set_redirect_uri(Cow::Owned(redirect))
            // Telegram wants it in the body, too.
            .add_extra_param("client_id", client_id);
        if let Some(verifier) = &voucher.code_verifier {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.reveal().to_owned()));
        }
        let answer = request.request_async(&self.http).await.map_err(|fault| self.refused(&fault))?;
        answer.id_token().cloned().ok_or_else(|| {
            tracing::warn!(provider = self.provider.name(), "there is no identity token in the answer");
            UpstreamError::Nonsense
        })
    }

    fn refused(
        &self,
        fault: &RequestTokenError<UpstreamHttpError, StandardErrorResponse<CoreErrorResponseType>>,
    ) -> UpstreamError {
        let (trouble, why) = match fault {
            RequestTokenError::ServerResponse(said) => match said.error() {
                // The first is what the standard says; some providers say the second of a code they cannot read.
                CoreErrorResponseType::InvalidGrant | CoreErrorResponseType::InvalidRequest => {
                    (UpstreamError::CodeRefused, "the code is refused".to_owned())
                }
                // Whatever the matter is, the operator has to look into it.
                other => (UpstreamError::Nonsense, format!("we are refused: {:.40}", other.as_ref())),
            },
            RequestTokenError::Request(fault @ UpstreamHttpError::TooLong) => {
                (UpstreamError::Nonsense, fault.to_string())
            }
            RequestTokenError::Request(fault) => (UpstreamError::Away(RETRY_AFTER_SECS), fault.to_string()),
            RequestTokenError::Parse(fault, _) => (UpstreamError::Nonsense, format!("unreadable at {}", fault.path())),
            RequestTokenError::Other(_) => (UpstreamError::Nonsense, "the answer is empty, or no JSON".to_owned()),
        };
        tracing::warn!(provider = self.provider.name(), why, "a code could not be redeemed");
        trouble
    }

    fn verify(
        &self,
        known: &ProviderMetadata,
        token: &ProviderIdToken,
        voucher: &UpstreamCode,
        now: Moment,
    ) -> Result<IdTokenClaims, ClaimsVerificationError> {
        let client_id = ClientId::new(self.registration.client_id.clone());
        let latest = at(now.plus(MAX_FUTURE_SECS));
        // As a client without a secret: nothing that is signed with a secret counts.
        let verifier: IdTokenVerifier<'_, CoreJsonWebKey> =
            IdTokenVerifier::new_public_client(client_id, self.issuer.clone(), known.metadata.jwks().clone())
                .set_allowed_algs(HashSet::from([
                    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
                    CoreJwsSigningAlgorithm::EdDsa,
                ]))
                .set_time_fn(move || at(now))
                .set_issue_time_verifier_fn(
                    move |issued| {
                        if issued <= latest { Ok(()) } else { Err("from the future".to_owned()) }
                    },
                );
        let asked = voucher.nonce.clone();
        let nonce = move |said: Option<&Nonce>| match asked {
            Some(asked) if !said.is_some_and(|said| said.secret().as_bytes().ct_eq(asked.as_bytes()).into()) => {
                Err("another nonce".to_owned())
            }
            _ => Ok(()),
        };
        token.claims(&verifier, nonce).map(IdTokenClaims::from)
    }
}

fn at(moment: Moment) -> DateTime<Utc> {
    DateTime::from_timestamp(moment.0, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// For the log: what is wrong, not what was said.
fn why_unproven(fault: &ClaimsVerificationError) -> &'static str {
    match fault {
        ClaimsVerificationError::Expired(_) => "its time is over, or not come",
        ClaimsVerificationError::InvalidAudience(_) => "it is for somebody else",
        ClaimsVerificationError::InvalidIssuer(_) => "it is in another name",
        ClaimsVerificationError::InvalidNonce(_) => "it has another nonce",
        ClaimsVerificationError::SignatureVerification(_) => "its signature does not count",
        _ => "it is odd, or of a key that nobody knows",
    }
}

impl fmt::Debug for UpstreamOidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.inner.provider.name())
    }
}
