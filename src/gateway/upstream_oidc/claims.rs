//! What a provider says of a person, and the types that the library needs to read it.

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

/// What a provider says of a person. Nothing of it was checked beyond the signature, audience, issuer, time and nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdTokenClaims {
    /// Who it is, for the provider.
    pub subject: String,
    /// What they are called.
    pub name: Option<String>,
    /// The name that others find them by.
    pub username: Option<String>,
    /// Their address, if the provider says that it is verified.
    pub verified_email: Option<String>,
    /// Telegram's own `id`: the Telegram id, which its `sub` is not.
    pub telegram_id: Option<i64>,
}

/// Claims beyond the standard's.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct ExtraClaims {
    /// A number, or its decimal text.
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

/// An identity token that was not checked yet.
pub(super) type ProviderIdToken =
    IdToken<ExtraClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// The library's client, with these claims.
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
    fn from(said: &openidconnect::IdTokenClaims<ExtraClaims, CoreGenderClaim>) -> Self {
        let verified = said.email_verified() == Some(true);
        let name = said.name().and_then(|names| names.get(None)).map(|name| name.as_str().to_owned());
        let id = said.additional_claims().id.as_ref();
        let telegram_id = id.and_then(|id| id.as_i64().or_else(|| id.as_str().and_then(|text| text.parse().ok())));
        Self {
            subject: said.subject().as_str().to_owned(),
            name,
            username: said.preferred_username().map(|name| name.as_str().to_owned()),
            verified_email: said.email().filter(|_| verified).map(|email| email.as_str().to_owned()),
            telegram_id,
        }
    }
}
