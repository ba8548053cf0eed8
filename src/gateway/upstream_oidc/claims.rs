//! Claims of a provider's ID token, and the types that the `openidconnect` crate needs to read them.

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, Client, EmptyExtraTokenFields, EndpointNotSet, IdToken, IdTokenFields, StandardErrorResponse,
    StandardTokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Claims about a person. Only signature, audience, issuer, time and nonce have been verified; the values are the
/// provider's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdTokenClaims {
    /// `sub`: identifies the person at this provider.
    pub subject: String,
    /// `name`: full name for display.
    pub name: Option<String>,
    /// `preferred_username`, such as a Telegram username without the `@`.
    pub username: Option<String>,
    /// `email`, only if the provider says `email_verified`.
    pub verified_email: Option<String>,
    /// Telegram's own claim `id`: the Telegram id, which its `sub` is not.
    pub telegram_id: Option<i64>,
}

/// Claims outside the OpenID Connect standard.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct ExtraClaims {
    /// JSON number or its decimal text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<Value>,
}

impl AdditionalClaims for ExtraClaims {}

pub(super) type Fields = IdTokenFields<
    ExtraClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// ID token before verification.
pub(super) type ProviderIdToken =
    IdToken<ExtraClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// OpenID Connect client of the crate, typed with these claims.
pub(super) type OurClient = Client<
    ExtraClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
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

impl From<&openidconnect::IdTokenClaims<ExtraClaims, CoreGenderClaim>> for IdTokenClaims {
    fn from(claims: &openidconnect::IdTokenClaims<ExtraClaims, CoreGenderClaim>) -> Self {
        let verified = claims.email_verified() == Some(true);
        let name = claims.name().and_then(|names| names.get(None)).map(|name| name.as_str().to_owned());
        let id = claims.additional_claims().id.as_ref();
        let telegram_id = id.and_then(|id| id.as_i64().or_else(|| id.as_str().and_then(|text| text.parse().ok())));
        Self {
            subject: claims.subject().as_str().to_owned(),
            name,
            username: claims.preferred_username().map(|name| name.as_str().to_owned()),
            verified_email: claims.email().filter(|_| verified).map(|email| email.as_str().to_owned()),
            telegram_id,
        }
    }
}
