//! Floor 3, the browser's and the gateway's face: HTTP.
//!
//! A handler takes its request apart, calls one verb of the domain, and wraps the answer. [`router`] is every route with
//! who may call it; a test compares it with the OpenAPI document and with the table of authority.

mod api;
mod begun;
mod body;
mod brief;
mod caller;
mod canned;
mod cookie;
mod door;
mod errand;
mod openapi;
mod ops;
mod pages;
mod path;
mod problems;
mod pulse;
mod quota;
mod refusals;
mod reply;
mod request;
mod sign_in_state;

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::routing::get;
use axum::{Router, middleware};
use ipnet::IpNet;
use tower_http::cors::{AllowOrigin, CorsLayer};
use url::Url;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::Domain;
use crate::gateway::telegram::Link;
use crate::model::texts::Texts;

pub use self::api::verify::Gate;
pub use self::door::serve;

/// What HTTP needs to know of the settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach us.
    pub public_url: Url,
    /// Websites that may use a person's session from their own pages, as browsers send them in `Origin`.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// The login widget's script: Telegram's, or the pretend one's.
    pub widget_script: Url,
}

impl Settings {
    fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    fn own_origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }
}

/// What every handler holds.
#[derive(Clone)]
pub(crate) struct Web {
    domain: Domain,
    settings: Arc<Settings>,
    link: Link,
    texts: Arc<Texts>,
}

/// Everything that HTTP serves, but `/metrics` (its own listener), the bot's webhook and the gateway's question ([`Gate`]).
pub fn router(domain: &Domain, settings: Settings, link: Link, texts: Arc<Texts>) -> Router {
    let cors = cors(&settings.allowed_origins);
    let web = Web { domain: domain.clone(), settings: Arc::new(settings), link, texts };
    let (api, document) = OpenApiRouter::with_openapi(openapi::document()).nest("/api/v2", api()).split_for_parts();
    // Wrong methods are answered below CORS: a preflight is an OPTIONS that no route takes.
    let api = api.method_not_allowed_fallback(request::wrong_method).layer(cors);
    let (ops, document) = OpenApiRouter::with_openapi(document)
        .routes(routes!(ops::livez))
        .routes(routes!(ops::readyz))
        .nest("/api/v2", reports())
        .split_for_parts();
    let document = openapi::with_problems(document);
    let described = axum::Json(document.clone());
    let around = middleware::from_fn_with_state(domain.clone(), request::around);
    api.merge(ops)
        .merge(pages::router(&web, &document))
        .route("/api/v2/openapi.json", get(async move || described))
        .method_not_allowed_fallback(request::wrong_method)
        .fallback(request::unknown_path)
        .with_state(web)
        .layer(around)
}

/// The API's routes, by who may call them.
fn api() -> OpenApiRouter<Web> {
    anyone().merge(people()).merge(admins()).merge(programs())
}

/// Whoever shows a proof, or holds what a browser was given.
fn anyone() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        // A proof in the body.
        .routes(routes!(api::auth::telegram))
        .routes(routes!(api::auth::mini_app))
        .routes(routes!(api::google::google))
        .routes(routes!(api::callback::callback))
        .routes(routes!(api::by_email::login))
        // Nothing at first; then what stands in the mails of the address.
        .routes(routes!(api::by_email::register))
        .routes(routes!(api::by_email::verify))
        .routes(routes!(api::by_email::forgot))
        .routes(routes!(api::by_email::reset))
        // Nothing at first, from an allowed website; then what the browser was given.
        .routes(routes!(api::by_bot::start))
        .routes(routes!(api::by_bot::poll))
        // The refresh cookie, from an allowed website.
        .routes(routes!(api::auth::refresh))
        .routes(routes!(api::auth::logout))
}

/// Signed-in people.
fn people() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(api::me::show, api::me::change, api::me::leave))
        .routes(routes!(api::me::keep))
        .routes(routes!(api::export::export))
        .routes(routes!(api::events::list))
        .routes(routes!(api::identities::list))
        .routes(routes!(api::identities::telegram))
        .routes(routes!(api::identities::start))
        .routes(routes!(api::identities::poll))
        .routes(routes!(api::identities::google))
        .routes(routes!(api::identities::email))
        .routes(routes!(api::identities::verify_email))
        .routes(routes!(api::identities::remove))
        .routes(routes!(api::merges::show, api::merges::take, api::merges::drop))
        .routes(routes!(api::sessions::list, api::sessions::end_others))
        .routes(routes!(api::sessions::end))
        .routes(routes!(api::by_email::change))
        .routes(routes!(api::keys::list, api::keys::issue))
        .routes(routes!(api::keys::rename, api::keys::revoke))
        .routes(routes!(api::keys::rotate))
}

/// Signed-in people who are admins.
fn admins() -> OpenApiRouter<Web> {
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
fn programs() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        // Signed-in people look; the operator's other programs charge.
        .routes(routes!(api::usage::list, api::usage::charge))
        .routes(routes!(api::key::show))
        .routes(routes!(api::introspect::introspect))
        .routes(routes!(api::introspect::revoke))
}

/// Reports by other services, with their signature and no other credential: out of reach of browsers, and so outside CORS.
fn reports() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(api::leaks::github))
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
