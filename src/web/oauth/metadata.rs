//! Discovery (`OpenID` Connect Discovery 1.0, RFC 8414) and public keys (RFC 7517).
//!
//! Every address begins with the issuer, which comes from the setting and never from the request.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::model::oauth::client::ClientAuthMethod;
use crate::model::oauth::scope::Scope;
use crate::model::oauth::signing_key::SigningAlgorithm;
use crate::model::text::language::Language;
use crate::web::WebState;
use crate::web::oauth::failure::OAuthFailure;
use crate::web::oauth::{cors, endpoints};
use crate::web::page_paths;

/// Ways to tokens (RFC 6749, sections 4.1.3 and 6; RFC 8628, section 3.4).
const GRANT_TYPES: [&str; 3] = ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"];
/// Algorithms of ID tokens.
const ALGORITHMS: [SigningAlgorithm; 2] = [SigningAlgorithm::Es256, SigningAlgorithm::Rs256];
/// Claims of the ID token and of userinfo.
const CLAIMS: [&str; 17] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "at_hash",
    "amr",
    "sid",
    "name",
    "preferred_username",
    "locale",
    "plan",
    "telegram_id",
    "email",
    "email_verified",
];

/// Header fields of documents that change rarely. Clients read keys again after this time.
fn document_fields() -> [(HeaderName, HeaderValue); 2] {
    [
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
    ]
}

/// Serialized metadata, which both addresses serve.
pub(crate) fn document(web: &WebState) -> Bytes {
    let fields = addresses(web).into_iter().chain(abilities()).map(|(name, value)| (name.to_owned(), value));
    Bytes::from(Value::Object(fields.collect()).to_string())
}

/// Issuer, endpoints and documents.
fn addresses(web: &WebState) -> Vec<(&'static str, Value)> {
    let issuer = web.domain.public_url();
    let at = |path: &str| Value::String(format!("{issuer}{path}"));
    let terms = web.domain.terms_url().map_or_else(|| at(page_paths::TERMS), |url| Value::String(url.to_string()));
    vec![
        ("issuer", Value::String(issuer.to_owned())),
        ("authorization_endpoint", at(endpoints::AUTHORIZE)),
        ("token_endpoint", at(endpoints::TOKEN)),
        ("userinfo_endpoint", at(endpoints::USERINFO)),
        ("jwks_uri", at(endpoints::JWKS)),
        ("revocation_endpoint", at(endpoints::REVOKE)),
        ("introspection_endpoint", at(endpoints::INTROSPECT)),
        ("device_authorization_endpoint", at(endpoints::DEVICE_AUTHORIZATION)),
        ("end_session_endpoint", at(endpoints::LOGOUT)),
        ("service_documentation", at(page_paths::DOCS)),
        ("op_tos_uri", terms),
    ]
}

/// What the provider can do, and what not.
fn abilities() -> Vec<(&'static str, Value)> {
    let with_secret = [ClientAuthMethod::Basic, ClientAuthMethod::Post].map(ClientAuthMethod::as_str);
    let any = [ClientAuthMethod::Basic, ClientAuthMethod::Post, ClientAuthMethod::None].map(ClientAuthMethod::as_str);
    vec![
        ("scopes_supported", json!(Scope::ALL.map(Scope::as_str))),
        ("response_types_supported", json!(["code"])),
        ("response_modes_supported", json!(["query", "web_message"])),
        ("grant_types_supported", json!(GRANT_TYPES)),
        ("code_challenge_methods_supported", json!(["S256"])),
        ("token_endpoint_auth_methods_supported", json!(any)),
        ("revocation_endpoint_auth_methods_supported", json!(any)),
        ("introspection_endpoint_auth_methods_supported", json!(with_secret)),
        ("id_token_signing_alg_values_supported", json!(ALGORITHMS.map(SigningAlgorithm::as_str))),
        ("subject_types_supported", json!(["public"])),
        ("claims_supported", json!(CLAIMS)),
        ("claim_types_supported", json!(["normal"])),
        ("prompt_values_supported", json!(["none", "login", "consent", "select_account"])),
        ("claims_parameter_supported", Value::Bool(false)),
        ("request_parameter_supported", Value::Bool(false)),
        // True if it were left out.
        ("request_uri_parameter_supported", Value::Bool(false)),
        ("authorization_response_iss_parameter_supported", Value::Bool(true)),
        ("ui_locales_supported", json!(Language::ALL.map(Language::code))),
    ]
}

/// Serves the metadata.
pub(crate) fn answer(document: Bytes) -> Response {
    cors::readable_by_anyone((document_fields(), document).into_response())
}

/// Serves the public keys.
pub(crate) async fn keys(State(web): State<WebState>) -> Response {
    let response = match web.domain.jwks().await {
        Ok(keys) => (document_fields(), keys).into_response(),
        Err(error) => OAuthFailure::from(error).into_response(),
    };
    cors::readable_by_anyone(response)
}
