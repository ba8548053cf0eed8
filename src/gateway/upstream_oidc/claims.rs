//! Claims of a provider's ID token, and the types with which the `openidconnect` crate redeems a code.

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, Client, EndpointNotSet, ExtraTokenFields, IdToken, StandardErrorResponse, StandardTokenResponse,
    TokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Claims about a person. Only signature, audience, issuer, time and nonce have been verified; the values are
/// what the provider states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdTokenClaims {
    /// `sub`: identifies the person at this provider.
    pub subject: String,
    /// `name`: full name for display.
    pub name: Option<String>,
    /// `preferred_username`, such as a Telegram username without the `@`.
    pub username: Option<String>,
    /// `email`, only if `email_verified` is true: as a boolean, not as a text.
    pub verified_email: Option<String>,
    /// `hd`: the domain of a Google Workspace account, for which Google is the authority.
    pub hosted_domain: Option<String>,
    /// Telegram's own claim `id`: the Telegram id, which its `sub` is not.
    pub telegram_id: Option<i64>,
}

impl IdTokenClaims {
    /// Reads the claims; `None` without a `sub`. A claim in another form than the standard's counts as absent.
    pub(super) fn read(claims: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let is_verified = claims.get("email_verified") == Some(&Value::Bool(true));
        let id = claims.get("id");
        let telegram_id = id.and_then(|id| id.as_i64().or_else(|| id.as_str().and_then(|text| text.parse().ok())));
        Some(Self {
            subject: text("sub")?,
            name: text("name"),
            username: text("preferred_username"),
            verified_email: text("email").filter(|_| is_verified),
            hosted_domain: text("hd"),
            telegram_id,
        })
    }
}

/// ID token in the provider's response, not verified. The crate would parse it while it reads the response.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct RawIdToken {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id_token: Option<Value>,
}

impl ExtraTokenFields for RawIdToken {}

/// No claims: the crate reads none.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct NoClaims {}

impl AdditionalClaims for NoClaims {}

type CrateIdToken = IdToken<NoClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

pub(super) type ProviderResponse = StandardTokenResponse<RawIdToken, CoreTokenType>;

impl TokenResponse<NoClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>
    for ProviderResponse
{
    /// The token is read by `id_token`, not by the crate.
    fn id_token(&self) -> Option<&CrateIdToken> {
        None
    }
}

/// OpenID Connect client of the crate.
pub(super) type OurClient = Client<
    NoClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    ProviderResponse,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
>;
