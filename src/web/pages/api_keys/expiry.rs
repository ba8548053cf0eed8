//! Expiry page: changes when a key expires.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::Refusal;
use crate::domain::api_keys::key_expiry::OFFERED_LIFETIMES;
use crate::web::WebState;
use crate::web::extract::form::FormBody;
use crate::web::extract::path_id::PathId;
use crate::web::page_paths;
use crate::web::pages::api_keys::keys;
use crate::web::pages::api_keys::keys::{KeyRow, lifetime};
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::problem::Result;

#[derive(Template)]
#[template(path = "api_keys/expiry.html")]
struct ExpiryPage {
    frame: Layout,
    key: KeyRow,
    /// Lifetimes: form value and text.
    lives: Vec<(String, String)>,
}

/// Asks how long the key should work.
pub(crate) async fn ask(State(web): State<WebState>, page: SignedInPage, id: PathId) -> Result<Response> {
    let key = keys::row(web.domain.key(&page.caller, id.key()?).await?, page.localizer());
    let lives = OFFERED_LIFETIMES.into_iter().map(|days| lifetime(page.localizer(), days)).collect();
    Ok(layout::page(
        StatusCode::OK,
        &ExpiryPage { frame: page.frame("page-key-expiry", page_paths::API_KEYS), key, lives },
    ))
}

/// Changes the expiry. A repetition counts from now again.
pub(crate) async fn set(
    State(web): State<WebState>,
    page: SignedInPage,
    id: PathId,
    form: FormBody,
) -> Result<Response> {
    let days = match form.get("days") {
        "" => None,
        days => Some(days.parse().map_err(|_| Refusal::field("expires_in_days", "must be a number of days"))?),
    };
    web.domain.set_key_expiry(&page.caller, id.key()?, days).await?;
    Ok(layout::done(page_paths::API_KEYS, "expiry-changed"))
}
