//! Floor 4: HTTP, for browsers, programs and gateways.
//!
//! A handler parses its request, calls one operation of the domain and renders the result. [`router`] groups all routes
//! by their callers; a test compares it with the OpenAPI document and the authority table.
//!
//! | module | content |
//! |---|---|
//! | `server` | accepts connections and dispatches requests |
//! | `verify` | key verification for gateways, outside the router |
//! | `api` | JSON API under `/api/v2` |
//! | `pages` | HTML pages |
//! | `accounts`, `sign_in` | what both faces share |
//! | `oauth` | OAuth 2.1 and `OpenID` Connect for programs |
//! | `extract` | callers, bodies, queries and path ids |
//! | `cookies` | all cookies, and the check of the origin |
//! | `problem` | errors (RFC 9457) |
//! | `openapi` | the OpenAPI document |
//! | `middleware` | request ids, panics, security headers |

mod accounts;
mod api;
mod cookies;
pub(crate) mod extract;
mod health;
mod middleware;
mod oauth;
mod openapi;
pub(crate) mod page_paths;
mod pages;
mod problem;
mod rate_limit_headers;
mod server;
mod sign_in;
pub(crate) mod verify;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use url::Url;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::Domain;
use crate::gateway::telegram::ConnectionStatus;
use crate::model::text::texts::Texts;
use crate::web::cookies::site::Scheme;
use crate::web::problem::Problem;

pub use self::cookies::allowed_origins::{AllowedOrigins, LoopbackOrigins};
pub use self::extract::trusted_proxies::TrustedProxies;
pub use self::server::connection_seats::{OPEN_FILES_WANTED, max_connections};
pub use self::server::{ServerSocket, serve};
pub use self::verify::VerifyEndpoint;

/// Settings of the HTTP interface.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// Address under which people and providers reach this service.
    pub public_url: Url,
    /// Websites that may use sessions from their own pages.
    pub allowed_origins: AllowedOrigins,
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Arc<TrustedProxies>,
    /// Script of the Login Widget: Telegram's, or the sandbox's.
    pub widget_script: Url,
}

impl WebSettings {
    fn scheme(&self) -> Scheme {
        Scheme::of(&self.public_url)
    }

    fn own_origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }
}

/// State shared by all handlers.
#[derive(Clone)]
pub(crate) struct WebState {
    domain: Domain,
    settings: Arc<WebSettings>,
    link: ConnectionStatus,
    texts: Arc<Texts>,
}

/// Router of the API and the pages. Served elsewhere: `/metrics` (own listener), Telegram's webhook and
/// [`VerifyEndpoint`].
pub fn router(domain: &Domain, settings: WebSettings, link: ConnectionStatus, texts: Arc<Texts>) -> Router {
    let document = openapi::document::document(&settings);
    let settings = Arc::new(settings);
    let cors = middleware::cors_layer(Arc::clone(&settings));
    let web = WebState { domain: domain.clone(), settings, link, texts };
    let (api, document) = OpenApiRouter::with_openapi(document).nest("/api/v2", api()).split_for_parts();
    // The fallback belongs below CORS: no route accepts OPTIONS, so above it preflights would get 405.
    let api = api.method_not_allowed_fallback(async || Problem::method_not_allowed()).layer(cors);
    let (ops, document) = OpenApiRouter::with_openapi(document)
        .routes(routes!(health::livez))
        .routes(routes!(health::readyz))
        .nest("/api/v2", reports())
        .split_for_parts();
    let document = openapi::document::with_problems(document);
    let published = axum::Json(document.clone());
    let layer = from_fn_with_state(domain.clone(), middleware::request_layer);
    api.merge(ops)
        .merge(pages::router(&web, &document))
        .merge(oauth::router(&web))
        .route("/api/v2/openapi.json", get(async move || published))
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .fallback(async || Problem::path_not_found())
        .with_state(web)
        .layer(layer)
}

/// Routes of the API that browsers may call, grouped by caller.
fn api() -> OpenApiRouter<WebState> {
    anyone().merge(people()).merge(admins()).merge(programs())
}

/// Routes without an access token: sign-in, refresh and sign-out.
fn anyone() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        // The body carries the proof.
        .routes(routes!(api::sign_in::telegram_login::telegram))
        .routes(routes!(api::sign_in::telegram_login::mini_app))
        .routes(routes!(api::sign_in::upstream_oidc::google))
        .routes(routes!(pages::sign_in::telegram_callback::callback))
        .routes(routes!(api::sign_in::email_accounts::login))
        // No proof at first; then a token from an email to the address.
        .routes(routes!(api::sign_in::email_accounts::register))
        .routes(routes!(api::sign_in::email_accounts::verify))
        .routes(routes!(api::sign_in::passwords::forgot))
        .routes(routes!(api::sign_in::passwords::reset))
        // No proof at first, from an allowed website; then the poll token.
        .routes(routes!(api::sign_in::bot_sign_in::start))
        .routes(routes!(api::sign_in::bot_sign_in::poll))
        // Refresh cookie, from an allowed website.
        .routes(routes!(api::sessions::refresh::refresh))
        .routes(routes!(api::sessions::refresh::logout))
}

/// Routes for signed-in people.
fn people() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(
            api::accounts::profile::show,
            api::accounts::profile::change,
            api::accounts::account_deletion::schedule
        ))
        .routes(routes!(api::accounts::account_deletion::keep))
        .routes(routes!(api::accounts::account_export::export))
        .routes(routes!(api::accounts::activity::list))
        .routes(routes!(api::accounts::identities::list))
        .routes(routes!(api::accounts::identities::telegram))
        .routes(routes!(api::accounts::identities::start))
        .routes(routes!(api::accounts::identities::poll))
        .routes(routes!(api::accounts::identities::google))
        .routes(routes!(api::accounts::identities::email))
        .routes(routes!(api::accounts::identities::verify_email))
        .routes(routes!(api::accounts::identities::remove))
        .routes(routes!(api::accounts::identities::confirm))
        .routes(routes!(
            api::accounts::account_merge::show,
            api::accounts::account_merge::take,
            api::accounts::account_merge::drop
        ))
        .routes(routes!(api::sessions::sessions::list, api::sessions::sessions::end_others))
        .routes(routes!(api::sessions::sessions::end))
        .routes(routes!(api::sign_in::passwords::change))
        .routes(routes!(api::daily_usage::list))
        .routes(routes!(api::api_keys::keys::list, api::api_keys::keys::issue))
        .routes(routes!(api::api_keys::keys::rename, api::api_keys::keys::revoke))
        .routes(routes!(api::api_keys::keys::rotate))
        .routes(routes!(api::purchases::list))
        .routes(routes!(api::oauth::apps::list))
        .routes(routes!(api::oauth::apps::cut_off))
}

/// Routes for signed-in admins.
fn admins() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(api::broadcasts::list, api::broadcasts::create))
        .routes(routes!(api::broadcasts::show, api::broadcasts::change))
        .routes(routes!(api::broadcasts::preview))
        .routes(routes!(api::broadcasts::copy))
        .routes(routes!(api::broadcasts::test))
        .routes(routes!(api::broadcasts::start))
        .routes(routes!(api::broadcasts::pause))
        .routes(routes!(api::broadcasts::resume))
        .routes(routes!(api::broadcasts::cancel))
        .routes(routes!(api::broadcasts::recall))
        .routes(routes!(api::broadcasts::retract))
        .routes(routes!(api::broadcasts::failures))
        .routes(routes!(api::refunds::refund))
        .routes(routes!(api::oauth::clients::list, api::oauth::clients::create))
        .routes(routes!(api::oauth::clients::show, api::oauth::clients::change, api::oauth::clients::remove))
        .routes(routes!(api::oauth::clients::rotate_secret))
}

/// Routes for API keys and for services of the operator.
fn programs() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        // Signed-in people list entries; services charge.
        .routes(routes!(api::usage::list, api::usage::charge))
        .routes(routes!(api::api_keys::key_info::show))
        .routes(routes!(api::sessions::introspection::introspect))
        .routes(routes!(api::sessions::introspection::revoke))
}

/// Signed reports from other services. Browsers never send them, so they stay outside CORS.
fn reports() -> OpenApiRouter<WebState> {
    OpenApiRouter::new().routes(routes!(api::api_keys::leaks::github))
}
