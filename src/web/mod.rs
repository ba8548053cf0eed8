//! Floor 3, the browser's and the gateway's face: HTTP.
//!
//! A handler takes its request apart, calls one verb of the domain, and wraps the answer. [`router`] is every route with
//! who may call it; a test compares it with the OpenAPI document and with the table of authority.

mod api;
mod cookies;
pub(crate) mod extract;
mod health;
mod middleware;
mod openapi;
pub(crate) mod page_paths;
mod pages;
mod problem;
mod rate_limit_headers;
mod server;
mod session_response;
pub(crate) mod verify;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use ipnet::IpNet;
use tower_http::cors::{AllowOrigin, CorsLayer};
use url::Url;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::Domain;
use crate::gateway::telegram::ConnectionStatus;
use crate::model::text::texts::Texts;

pub use self::server::serve;
pub use self::verify::VerifyEndpoint;

/// What HTTP needs to know of the settings.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// Where people reach us.
    pub public_url: Url,
    /// Websites that may use a person's session from their own pages, as browsers send them in `Origin`.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// The login widget's script: Telegram's, or the pretend one's.
    pub widget_script: Url,
}

impl WebSettings {
    fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    fn own_origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }
}

/// What every handler holds.
#[derive(Clone)]
pub(crate) struct WebState {
    domain: Domain,
    settings: Arc<WebSettings>,
    link: ConnectionStatus,
    texts: Arc<Texts>,
}

/// Everything that HTTP serves, but `/metrics` (its own listener), the bot's webhook and the gateway's question ([`VerifyEndpoint`]).
pub fn router(domain: &Domain, settings: WebSettings, link: ConnectionStatus, texts: Arc<Texts>) -> Router {
    let cors = cors(&settings.allowed_origins);
    let web = WebState { domain: domain.clone(), settings: Arc::new(settings), link, texts };
    let (api, document) = OpenApiRouter::with_openapi(openapi::document()).nest("/api/v2", api()).split_for_parts();
    // Wrong methods are answered below CORS: a preflight is an OPTIONS that no route takes.
    let api = api.method_not_allowed_fallback(middleware::wrong_method_problem).layer(cors);
    let (ops, document) = OpenApiRouter::with_openapi(document)
        .routes(routes!(health::livez))
        .routes(routes!(health::readyz))
        .nest("/api/v2", reports())
        .split_for_parts();
    let document = openapi::with_problems(document);
    let described = axum::Json(document.clone());
    let around = from_fn_with_state(domain.clone(), middleware::around);
    api.merge(ops)
        .merge(pages::router(&web, &document))
        .route("/api/v2/openapi.json", get(async move || described))
        .method_not_allowed_fallback(middleware::wrong_method_problem)
        .fallback(middleware::unknown_path_problem)
        .with_state(web)
        .layer(around)
}

/// The API's routes, by who may call them.
fn api() -> OpenApiRouter<WebState> {
    anyone().merge(people()).merge(admins()).merge(programs())
}

/// Whoever shows a proof, or holds what a browser was given.
fn anyone() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        // A proof in the body.
        .routes(routes!(api::sign_in::telegram_login::telegram))
        .routes(routes!(api::sign_in::telegram_login::mini_app))
        .routes(routes!(api::sign_in::upstream_oidc::google))
        .routes(routes!(pages::sign_in::telegram_callback::callback))
        .routes(routes!(api::sign_in::email_accounts::login))
        // Nothing at first; then what stands in the mails of the address.
        .routes(routes!(api::sign_in::email_accounts::register))
        .routes(routes!(api::sign_in::email_accounts::verify))
        .routes(routes!(api::sign_in::email_accounts::forgot))
        .routes(routes!(api::sign_in::email_accounts::reset))
        // Nothing at first, from an allowed website; then what the browser was given.
        .routes(routes!(api::sign_in::bot_sign_in::start))
        .routes(routes!(api::sign_in::bot_sign_in::poll))
        // The refresh cookie, from an allowed website.
        .routes(routes!(api::sign_in::telegram_login::refresh))
        .routes(routes!(api::sign_in::telegram_login::logout))
}

/// Signed-in people.
fn people() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(api::accounts::profile::show, api::accounts::profile::change, api::accounts::profile::leave))
        .routes(routes!(api::accounts::profile::keep))
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
        .routes(routes!(
            api::accounts::account_merge::show,
            api::accounts::account_merge::take,
            api::accounts::account_merge::drop
        ))
        .routes(routes!(api::sessions::sessions::list, api::sessions::sessions::end_others))
        .routes(routes!(api::sessions::sessions::end))
        .routes(routes!(api::sign_in::email_accounts::change))
        .routes(routes!(api::api_keys::keys::list, api::api_keys::keys::issue))
        .routes(routes!(api::api_keys::keys::rename, api::api_keys::keys::revoke))
        .routes(routes!(api::api_keys::keys::rotate))
}

/// Signed-in people who are admins.
fn admins() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(api::broadcasts::list, api::broadcasts::create))
        .routes(routes!(api::broadcasts::show, api::broadcasts::change))
        .routes(routes!(api::broadcasts::preview))
        .routes(routes!(api::broadcasts::start))
        .routes(routes!(api::broadcasts::pause))
        .routes(routes!(api::broadcasts::resume))
        .routes(routes!(api::broadcasts::cancel))
        .routes(routes!(api::broadcasts::recall))
        .routes(routes!(api::broadcasts::retract))
        .routes(routes!(api::broadcasts::failures))
}

/// Whoever holds a key, and the operator's other programs.
fn programs() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        // Signed-in people look; the operator's other programs charge.
        .routes(routes!(api::usage::list, api::usage::charge))
        .routes(routes!(api::api_keys::key_info::show))
        .routes(routes!(api::sessions::introspection::introspect))
        .routes(routes!(api::sessions::introspection::revoke))
}

/// Reports by other services, with their signature and no other credential: out of reach of browsers, and so outside CORS.
fn reports() -> OpenApiRouter<WebState> {
    OpenApiRouter::new().routes(routes!(api::api_keys::leaks::github))
}

/// Lets exactly the allowed websites read answers, with credentials (Fetch, 3.2).
fn cors(allowed: &[String]) -> CorsLayer {
    let origins = allowed.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    let exposed = ["ratelimit", "ratelimit-policy", "x-request-id"].map(HeaderName::from_static);
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, HeaderName::from_static("idempotency-key")])
        .expose_headers(exposed.into_iter().chain([RETRY_AFTER]).collect::<Vec<_>>())
        .max_age(Duration::from_mins(10))
}
