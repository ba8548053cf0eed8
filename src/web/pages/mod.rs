//! HTML pages, rendered from `templates/`. They work without JavaScript, except for Telegram's own widget.
//!
//! A handler returns a page, or a [`crate::web::problem::Problem`] that the layer in `middleware` renders as a page. A
//! submitted form is answered by a redirect to the page that shows its result, so that a reload does not submit it
//! again.
//!
//! - `layout` is the frame around each page, and knows the visitor; `localizer` formats texts, numbers and times.
//! - `sign_in` holds the pages for visitors; `accounts`, `api_keys`, `sessions` and `billing` those for signed-in
//!   people.
//! - `docs` documents the API; `assets` serves stylesheet, script and icon.

mod accounts;
mod api_keys;
mod assets;
mod billing;
mod docs;
mod layout;
mod localizer;
mod middleware;
mod sessions;
pub(crate) mod sign_in;

use std::sync::Arc;

use axum::Router;
use axum::extract::Extension;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::{any, get, post};

use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::web::WebState;

/// Routes of all pages. Those under `/web/profile` and `/web/billing` require a session.
pub(crate) fn router(web: &WebState, document: &utoipa::openapi::OpenApi) -> Router<WebState> {
    let reference = Arc::new(docs::reference::ApiReference::from_document(document, web.domain.public_url()));
    Router::new()
        .route("/", get(async || Redirect::to(crate::web::page_paths::SIGN_IN)))
        .route(crate::web::page_paths::SIGN_IN, get(sign_in::sign_in_page::show))
        .route(sign_in::bot_sign_in::HERE, get(sign_in::bot_sign_in::wait).post(sign_in::bot_sign_in::start))
        .route(sign_in::sign_in_link::HERE, get(sign_in::sign_in_link::show).post(sign_in::sign_in_link::enter))
        .merge(ways_out(UpstreamProvider::Google))
        .merge(ways_out(UpstreamProvider::Telegram))
        .route(sign_in::email_accounts::SIGN_IN, post(sign_in::email_accounts::enter))
        .route(
            sign_in::email_accounts::REGISTER,
            get(sign_in::email_accounts::show).post(sign_in::email_accounts::register),
        )
        .route(sign_in::email_accounts::REGISTERED, get(sign_in::email_accounts::registered))
        .route(
            sign_in::email_tokens::VERIFY,
            get(sign_in::email_tokens::show_verify).post(sign_in::email_tokens::verify),
        )
        .route(sign_in::passwords::FORGOT, get(sign_in::passwords::show_forgot).post(sign_in::passwords::forgot))
        .route(sign_in::passwords::SENT, get(sign_in::passwords::sent))
        .route(
            sign_in::email_tokens::RESETTING,
            get(sign_in::email_tokens::show_reset).post(sign_in::email_tokens::reset),
        )
        .route("/web/sign-out", post(sign_in::sign_in_page::sign_out))
        .route("/docs", get(async move |page: layout::PageContext| docs::show(&page, &reference)))
        .route("/assets/{file}", get(assets::show))
        .route("/web/profile", get(accounts::profile::show).post(accounts::profile::change))
        .route(sign_in::passwords::CHANGE, get(sign_in::passwords::show).post(sign_in::passwords::change))
        .route(crate::web::page_paths::HOME, get(api_keys::keys::show).post(api_keys::keys::make))
        .route("/web/profile/api-keys/{id}/rename", post(api_keys::keys::rename))
        .route("/web/profile/api-keys/{id}/revoke", get(api_keys::keys::ask_revoke).post(api_keys::keys::revoke))
        .route("/web/profile/api-keys/{id}/rotate", get(api_keys::rotation::ask).post(api_keys::rotation::rotate))
        .route("/web/profile/sessions", get(sessions::show))
        .route("/web/profile/sessions/end-others", post(sessions::end_others))
        .route("/web/profile/sessions/{id}/end", post(sessions::end))
        .route(accounts::activity::HERE, get(accounts::activity::show))
        .route(accounts::security::HERE, get(accounts::security::show))
        .route("/web/profile/security/reauthenticate", post(accounts::security::reauthenticate))
        .route("/web/profile/security/unlink", get(accounts::identities::ask_unlink).post(accounts::identities::unlink))
        .route("/web/profile/security/email", post(accounts::email_link::ask))
        .route(accounts::email_link::HERE, get(accounts::email_link::show).post(accounts::email_link::add))
        .route(accounts::identities::BY_BOT, get(accounts::identities::wait).post(accounts::identities::start))
        .route(
            "/web/profile/security/delete",
            get(accounts::account_deletion::ask).post(accounts::account_deletion::leave),
        )
        .route("/web/profile/merge/{id}", get(accounts::account_merge::show).post(accounts::account_merge::take))
        .route("/web/profile/merge/{id}/drop", post(accounts::account_merge::drop))
        .route(accounts::account_deletion::HERE, get(accounts::account_deletion::show))
        .route("/web/account/deletion/cancel", post(accounts::account_deletion::keep))
        .route("/web/export", get(accounts::account_deletion::export))
        .route("/web/billing", get(billing::show))
        .route("/web/{*rest}", any(crate::web::middleware::unknown_path_problem))
        .method_not_allowed_fallback(crate::web::middleware::wrong_method_problem)
        .layer(from_fn_with_state(web.clone(), middleware::page_layer))
}

/// Routes to an upstream provider and back.
fn ways_out(provider: UpstreamProvider) -> Router<WebState> {
    Router::new()
        .route(sign_in::upstream_oidc::start_path(provider), get(sign_in::upstream_oidc::start))
        .route(provider.callback(), get(sign_in::upstream_oidc::callback))
        .route(sign_in::upstream_oidc::link_path(provider), get(sign_in::upstream_oidc::start_telegram_link))
        .layer(Extension(provider))
}
