//! Pages, rendered here (`templates/`); they work without JavaScript, but for Telegram's own widget.
//!
//! A handler answers what an API handler answers: a page, or a [`crate::web::reply::Problem`] that the layer [`around`]
//! turns into a page. Forms are answered by a redirect to the page that shows what came of them.

mod activity;
mod around;
mod assets;
mod billing;
mod by_bot;
mod by_email;
pub(crate) mod by_link;
mod by_mail;
mod by_mail_link;
mod docs;
pub(crate) mod form;
mod frame;
mod keys;
mod leaving;
mod merge;
mod outside;
mod password;
pub(crate) mod path;
mod profile;
mod reference;
mod rotation;
mod schema;
mod security;
mod sessions;
mod sign_in;
mod ways;
mod words;

use std::sync::Arc;

use axum::extract::Extension;
use axum::response::Redirect;
use axum::routing::{any, get, post};
use axum::{Router, middleware};

use crate::model::outside::Provider;
use crate::web::{Web, request};

/// Every page, with who may see it: the first ones everyone, those under `/web/profile` and the plans signed-in people.
pub(crate) fn router(web: &Web, document: &utoipa::openapi::OpenApi) -> Router<Web> {
    let reference = Arc::new(reference::Reference::of(document, web.domain.public_url()));
    Router::new()
        .route("/", get(async || Redirect::to(path::SIGN_IN)))
        .route(path::SIGN_IN, get(sign_in::show))
        .route(by_bot::HERE, get(by_bot::wait).post(by_bot::start))
        .route(by_link::HERE, get(by_link::show).post(by_link::enter))
        .merge(ways_out(Provider::Google))
        .merge(ways_out(Provider::Telegram))
        .route(by_email::SIGN_IN, post(by_email::enter))
        .route(by_email::REGISTER, get(by_email::show).post(by_email::register))
        .route(by_email::REGISTERED, get(by_email::registered))
        .route(by_mail_link::VERIFY, get(by_mail_link::show_verify).post(by_mail_link::verify))
        .route(password::FORGOT, get(password::show_forgot).post(password::forgot))
        .route(password::SENT, get(password::sent))
        .route(by_mail_link::RESETTING, get(by_mail_link::show_reset).post(by_mail_link::reset))
        .route("/web/sign-out", post(sign_in::sign_out))
        .route("/docs", get(async move |look: frame::Look| docs::show(&look, &reference)))
        .route("/assets/{file}", get(assets::show))
        .route("/web/profile", get(profile::show).post(profile::change))
        .route(password::CHANGE, get(password::show).post(password::change))
        .route(path::HOME, get(keys::show).post(keys::make))
        .route("/web/profile/api-keys/{id}/rename", post(keys::rename))
        .route("/web/profile/api-keys/{id}/revoke", get(keys::ask_revoke).post(keys::revoke))
        .route("/web/profile/api-keys/{id}/rotate", get(rotation::ask).post(rotation::rotate))
        .route("/web/profile/sessions", get(sessions::show))
        .route("/web/profile/sessions/end-others", post(sessions::end_others))
        .route("/web/profile/sessions/{id}/end", post(sessions::end))
        .route(activity::HERE, get(activity::show))
        .route(security::HERE, get(security::show))
        .route("/web/profile/security/again", post(security::sign_in_again))
        .route("/web/profile/security/unlink", get(ways::ask_unlink).post(ways::unlink))
        .route("/web/profile/security/email", post(by_mail::ask))
        .route(by_mail::HERE, get(by_mail::show).post(by_mail::add))
        .route(ways::BY_BOT, get(ways::wait).post(ways::start))
        .route("/web/profile/security/delete", get(leaving::ask).post(leaving::leave))
        .route("/web/profile/merge/{id}", get(merge::show).post(merge::take))
        .route("/web/profile/merge/{id}/drop", post(merge::drop))
        .route(leaving::HERE, get(leaving::show))
        .route("/web/leaving/keep", post(leaving::keep))
        .route("/web/export", get(leaving::export))
        .route("/web/billing", get(billing::show))
        .route("/web/{*rest}", any(request::unknown_path))
        .method_not_allowed_fallback(request::wrong_method)
        .layer(middleware::from_fn_with_state(web.clone(), around::around))
}

/// To a provider of identities, and back from it.
fn ways_out(provider: Provider) -> Router<Web> {
    Router::new()
        .route(outside::start_path(provider), get(outside::start))
        .route(provider.callback(), get(outside::callback))
        .route(outside::link_path(provider), get(outside::start_link))
        .layer(Extension(provider))
}
