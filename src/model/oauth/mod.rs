//! OAuth 2.1 and OpenID Connect provider: clients, requests, tokens and their rules.
//!
//! | file | holds |
//! |---|---|
//! | [`client`], [`client_spec`] | registered clients, and what a registration must satisfy |
//! | [`redirect_uri`] | which addresses may be registered, and which one a request may name |
//! | [`scope`] | what a client may ask for |
//! | [`authorization_request`], [`authorization_response`] | a request after its checks, and the way back to the client |
//! | [`pkce`] | proof key for code exchange (RFC 7636) |
//! | [`refresh_token`] | single-use refresh tokens |
//! | [`user_code`] | codes that people type for a device (RFC 8628) |
//! | [`claims`] | contents of tokens |
//! | [`oauth_error`] | error codes of the protocol |

pub mod authorization_request;
pub mod authorization_response;
pub mod claims;
pub mod client;
pub mod client_spec;
pub mod grant;
pub mod oauth_error;
pub mod pkce;
pub mod redirect_uri;
pub mod refresh_token;
pub mod scope;
pub mod settings;
pub mod signing_key;
pub mod user_code;
