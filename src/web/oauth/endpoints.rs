//! Paths of the endpoints, as discovery announces them.

/// Metadata of OpenID Connect Discovery 1.0, section 4.
pub(crate) const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
/// Metadata of RFC 8414, section 3.
pub(crate) const AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server";
/// Public keys (RFC 7517).
pub(crate) const JWKS: &str = "/oauth2/jwks";
/// Authorization endpoint (RFC 6749, section 3.1).
pub(crate) const AUTHORIZE: &str = "/oauth2/authorize";
/// Token endpoint (RFC 6749, section 3.2).
pub(crate) const TOKEN: &str = "/oauth2/token";
/// Claims of the person (`OpenID` Connect Core 1.0, section 5.3).
pub(crate) const USERINFO: &str = "/oauth2/userinfo";
/// Token revocation (RFC 7009).
pub(crate) const REVOKE: &str = "/oauth2/revoke";
/// Token introspection (RFC 7662).
pub(crate) const INTROSPECT: &str = "/oauth2/introspect";
/// Device authorization (RFC 8628, section 3.1).
pub(crate) const DEVICE_AUTHORIZATION: &str = "/oauth2/device_authorization";
/// Sign-out that a client begins (`OpenID` Connect RP-Initiated Logout 1.0).
pub(crate) const LOGOUT: &str = "/oauth2/logout";
