//! Contents of the tokens that clients receive.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::oauth::client::ClientId;
use crate::model::oauth::grant::GrantId;
use crate::model::oauth::scope::Scopes;

/// Claims of an access token for clients (RFC 9068, 2.2). No name or address is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppTokenClaims {
    /// Issuer: our public URL.
    pub iss: String,
    /// Id of the person, as the client knows it.
    pub sub: String,
    /// The API that the token is for. Never the client.
    pub aud: String,
    /// The client.
    pub client_id: ClientId,
    /// What the token allows.
    pub scope: Scopes,
    /// Time of issue, in Unix seconds.
    pub iat: i64,
    /// Expiry, in Unix seconds.
    pub exp: i64,
    /// Id of the token.
    pub jti: String,
    /// Time of the sign-in, in Unix seconds.
    pub auth_time: i64,
    /// The grant that the token belongs to.
    pub gid: GrantId,
}

/// Claims of an ID token (OpenID Connect Core, 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppIdTokenClaims {
    /// Issuer: our public URL.
    pub iss: String,
    /// Id of the person, as the client knows it.
    pub sub: String,
    /// The client.
    pub aud: ClientId,
    /// Expiry, in Unix seconds.
    pub exp: i64,
    /// Time of issue, in Unix seconds.
    pub iat: i64,
    /// Time of the sign-in, in Unix seconds.
    pub auth_time: i64,
    /// Value of the request, unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Left half of the SHA-256 of the access token.
    pub at_hash: String,
    /// Methods of the sign-in (RFC 8176).
    pub amr: Vec<String>,
    /// The session; absent for a device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// What the scopes tell about the person.
    #[serde(flatten)]
    pub person: Map<String, Value>,
}

/// Claims of an ID token that a client shows again to end a session. It may have expired.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct IdTokenHint {
    /// Issuer.
    pub iss: String,
    /// Id of the person.
    pub sub: String,
    /// The client.
    pub aud: ClientId,
    /// The session.
    #[serde(default)]
    pub sid: Option<String>,
}
