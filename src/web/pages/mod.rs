//! HTML pages, rendered from `templates/`. They work without JavaScript, except for Telegram's own widget.
//!
//! A handler returns a page, or a [`crate::web::problem::Problem`] that the layer in `middleware` renders as a page. A
//! submitted form is answered by a redirect to the page that shows its result, so that a reload does not submit it
//! again.
//!
//! - `layout` is the frame around each page, and knows the visitor; `localizer` formats texts, numbers and times;
//!   `list_part` links the parts of a long list.
//! - `sign_in` holds the pages for visitors; `accounts`, `api_keys`, `sessions`, `usage` and `billing` those for
//!   signed-in people.
//! - `oauth` holds the pages on which a person lets a client sign them in.
//! - `docs` documents the API; `assets` serves stylesheet, script and icon, `embed` the sign-in script of other websites.

mod accounts;
mod api_keys;
mod assets;
mod billing;
mod docs;
mod embed;
mod layout;
mod list_part;
mod localizer;
mod middleware;
mod oauth;
mod sessions;
pub(crate) mod sign_in;
mod usage;

use axum::Router;
use axum::extract::Extension;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Redirect;
use axum::routing::{any, get, post};
use utoipa::openapi::OpenApi;

use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::web::WebState;
use crate::web::oauth::endpoints;
use crate::web::page_paths;
use crate::web::problem::Problem;

/// Routes of all pages. Those under `/web/profile` and `/web/billing` require a session.
pub(crate) fn router(web: &WebState, document: &OpenApi) -> Router<WebState> {
    Router::new()
        .merge(public_pages(web, document))
        .merge(embed::routes())
        .merge(sign_in_pages())
        .merge(email_pages())
        .merge(account_pages())
        .merge(billing_pages())
        .merge(security_pages())
        .merge(api_key_pages())
        .merge(oauth_pages(web))
        .route("/web/{*rest}", any(async || Problem::path_not_found()))
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(from_fn_with_state(web.clone(), middleware::page_layer))
}

/// Documentation and static files.
fn public_pages(web: &WebState, document: &OpenApi) -> Router<WebState> {
    let reference = docs::reference::ApiReference::from_document(document, web.domain.public_url());
    Router::new()
        .route("/", get(async || Redirect::to(page_paths::SIGN_IN)))
        .route(page_paths::TERMS, get(billing::terms::show))
        .merge(docs::router(reference))
        .route(&format!("{}/{{file}}", page_paths::ASSETS), get(assets::show))
}

/// Sign-in and sign-out.
fn sign_in_pages() -> Router<WebState> {
    use self::sign_in::{bot_sign_in, email_accounts, sign_in_link, sign_in_page};
    Router::new()
        .route(page_paths::SIGN_IN, get(sign_in_page::show))
        .route(page_paths::SIGN_OUT, post(sign_in_page::sign_out))
        .route(page_paths::BOT_SIGN_IN, get(bot_sign_in::wait).post(bot_sign_in::start))
        .route(page_paths::SIGN_IN_LINK, get(sign_in_link::show).post(sign_in_link::enter))
        .route(page_paths::EMAIL_SIGN_IN, post(email_accounts::enter))
        .merge(upstream_pages(UpstreamProvider::Google))
        .merge(upstream_pages(UpstreamProvider::Telegram))
}

/// Redirects to an upstream provider and back.
fn upstream_pages(provider: UpstreamProvider) -> Router<WebState> {
    use self::sign_in::upstream_oidc;
    Router::new()
        .route(page_paths::upstream_sign_in(provider), get(upstream_oidc::start_sign_in))
        .route(page_paths::upstream_link(provider), post(upstream_oidc::start_link))
        .route(provider.callback(), get(upstream_oidc::callback))
        .layer(Extension(provider))
}

/// Registration, emailed links and forgotten passwords.
fn email_pages() -> Router<WebState> {
    use self::sign_in::{email_accounts, email_tokens, passwords};
    Router::new()
        .route(page_paths::REGISTER, get(email_accounts::show).post(email_accounts::register))
        .route(page_paths::REGISTER_SENT, get(email_accounts::registered))
        .route(page_paths::EMAIL_VERIFY, get(email_tokens::show_verify).post(email_tokens::verify))
        .route(page_paths::PASSWORD_FORGOT, get(passwords::show_forgot).post(passwords::forgot))
        .route(page_paths::PASSWORD_SENT, get(passwords::sent))
        .route(page_paths::PASSWORD_RESET, get(email_tokens::show_reset).post(email_tokens::reset))
}

/// Account, sessions and billing of the signed-in person.
fn account_pages() -> Router<WebState> {
    use self::accounts::{account_deletion, account_merge, activity, profile};
    Router::new()
        .route(page_paths::PROFILE, get(profile::show).post(profile::change))
        .route(page_paths::ACTIVITY, get(activity::show))
        .route(page_paths::USAGE, get(usage::show))
        .route(page_paths::SESSIONS, get(sessions::show))
        .route(page_paths::SESSIONS_END_OTHERS, post(sessions::end_others))
        .route(page_paths::SESSION_END, post(sessions::end))
        .route(page_paths::ACCOUNT_MERGE, get(account_merge::show).post(account_merge::take))
        .route(page_paths::ACCOUNT_MERGE_DROP, post(account_merge::drop))
        .route(page_paths::DELETE_ACCOUNT, get(account_deletion::ask).post(account_deletion::schedule))
        .route(page_paths::ACCOUNT_DELETION, get(account_deletion::show))
        .route(page_paths::ACCOUNT_DELETION_CANCEL, post(account_deletion::keep))
        .route(page_paths::ACCOUNT_EXPORT, get(account_deletion::export))
}

/// Plans, purchases and the subscription of the signed-in person.
fn billing_pages() -> Router<WebState> {
    use self::billing::{checkout, overview, subscription};
    Router::new()
        .route(page_paths::BILLING, get(overview::show))
        .route(page_paths::BILLING_BUY, post(checkout::buy))
        .route(page_paths::BILLING_CANCEL, get(subscription::ask_cancel).post(subscription::cancel))
        .route(page_paths::BILLING_RESUME, post(subscription::resume))
}

/// Sign-in methods and password of the signed-in person.
fn security_pages() -> Router<WebState> {
    use self::accounts::{apps, email_link, identities, identity_undo, reauthentication, security};
    use self::sign_in::{passwords, upstream_oidc};
    Router::new()
        .route(page_paths::SECURITY, get(security::show))
        .route(page_paths::IDENTITY_UNDO, get(identity_undo::show).post(identity_undo::undo))
        .route(page_paths::REAUTHENTICATE, get(reauthentication::show))
        .route(page_paths::REAUTHENTICATE_CONTINUE, get(reauthentication::continue_form))
        .route(page_paths::UPSTREAM_LINK, get(upstream_oidc::ask_link).post(upstream_oidc::confirm_link))
        .route(page_paths::PASSWORD, get(passwords::show).post(passwords::change))
        .route(page_paths::UNLINK, get(identities::ask_unlink).post(identities::unlink))
        .route(page_paths::IDENTITY_CONFIRM, post(identities::confirm))
        .route(page_paths::APP_CUT_OFF, post(apps::cut_off))
        .route(page_paths::EMAIL_LINK_REQUEST, post(email_link::ask))
        .route(page_paths::EMAIL_LINK, get(email_link::show).post(email_link::add))
        .route(page_paths::TELEGRAM_LINK, get(identities::wait).post(identities::start))
}

/// API keys of the signed-in person.
fn api_key_pages() -> Router<WebState> {
    use self::api_keys::{expiry, keys, rotation};
    Router::new()
        .route(page_paths::API_KEYS, get(keys::show).post(keys::make))
        .route(page_paths::API_KEY_RENAME, post(keys::rename))
        .route(page_paths::API_KEY_EXPIRY, get(expiry::ask).post(expiry::set))
        .route(page_paths::API_KEY_REVOKE, get(keys::ask_revoke).post(keys::revoke))
        .route(page_paths::API_KEY_ROTATE, get(rotation::ask).post(rotation::rotate))
}

/// Authorization requests, devices, and sign-out that a client begins; none if the provider is off.
fn oauth_pages(web: &WebState) -> Router<WebState> {
    use self::oauth::{authorize, consent, device, logout, prefetch};
    if !web.domain.oauth_is_on() {
        return Router::new();
    }
    Router::new()
        .route(endpoints::AUTHORIZE, get(authorize::by_link).post(authorize::by_form))
        .route(page_paths::AUTHORIZE_CONTINUE, get(authorize::proceed))
        .route(page_paths::CONSENT, get(consent::show).post(consent::decide))
        .route(page_paths::DEVICE, get(device::show).post(device::enter))
        .route(endpoints::LOGOUT, get(logout::by_link).post(logout::by_form))
        .layer(from_fn(prefetch::refuse))
}
