//! OAuth 2.1 and `OpenID` Connect for programs: metadata, keys, tokens. Browsers come to `pages::oauth`.
//!
//! | module | content |
//! |---|---|
//! | `endpoints` | paths |
//! | `metadata` | discovery documents and public keys |
//! | `client_call` | a request of a client: its form, its credentials, and who may read the answer |
//! | `token`, `revocation`, `introspection`, `device_authorization` | calls of clients |
//! | `userinfo` | claims for the holder of an access token |
//! | `oauth_form`, `basic_auth`, `cors`, `failure` | what the calls share |
//!
//! Errors are those of RFC 6749, section 5.2. A problem that a handler did not expect becomes one in `failure::layer`.

mod basic_auth;
mod client_call;
mod cors;
mod device_authorization;
pub(in crate::web) mod endpoints;
mod failure;
mod introspection;
mod metadata;
mod oauth_form;
mod revocation;
mod token;
mod userinfo;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};

use crate::web::WebState;
use crate::web::problem::Problem;

/// Routes of the endpoints; none if the provider is off.
pub(in crate::web) fn router(web: &WebState) -> Router<WebState> {
    if !web.domain.oauth_is_on() {
        return Router::new();
    }
    let document = metadata::document(web);
    let announced = get(async move || metadata::answer(document)).options(cors::preflight_for_anyone);
    Router::new()
        .route(endpoints::OPENID_CONFIGURATION, announced.clone())
        .route(endpoints::AUTHORIZATION_SERVER, announced)
        .route(endpoints::JWKS, get(metadata::keys).options(cors::preflight_for_anyone))
        .route(endpoints::USERINFO, get(userinfo::show).post(userinfo::show).options(cors::preflight_for_anyone))
        .route(endpoints::TOKEN, post(token::issue).options(cors::preflight_for_clients))
        .route(endpoints::REVOKE, post(revocation::revoke).options(cors::preflight_for_clients))
        .route(endpoints::DEVICE_AUTHORIZATION, post(device_authorization::start).options(cors::preflight_for_clients))
        .route(endpoints::INTROSPECT, post(introspection::introspect))
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(from_fn(failure::layer))
}
