//! Undo of a change of sign-in methods, by the link of a mail.
//!
//! Opening the link changes nothing: mail scanners open links, too. The token moves from the address into a cookie
//! immediately.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::REFERRER_POLICY;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::accounts::identity_undo::UndoOffer;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::web::WebState;
use crate::web::cookies::flow::{IDENTITY_UNDO, first_valid};
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::client::RequestedFrom;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::accounts::email_link::EmailLinkQuery;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::problem::{Problem, Result};

#[derive(Template)]
#[template(path = "accounts/identity_undo.html")]
struct UndoPage {
    frame: Layout,
    name: String,
    /// Sign-in method that is restored.
    restores: Option<String>,
}

/// Asks to confirm the undo, and shows whose account it is.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: PageContext,
    Query(query): Query<EmailLinkQuery>,
) -> Result<Response> {
    if let Some(token) = query.token.as_deref() {
        let cookie = OneTimeToken::parse(token).map(|token| page.cookies.set_flow(&IDENTITY_UNDO, &token.reveal()));
        let cookie = cookie.unwrap_or_else(|| page.cookies.remove_flow(&IDENTITY_UNDO));
        let policy = [(REFERRER_POLICY, "no-referrer")];
        return Ok((policy, cookie, Redirect::to(page_paths::IDENTITY_UNDO)).into_response());
    }
    let token = undo_token(&web, &page.cookies).await;
    let UndoOffer { name, restores } = web.domain.undo_offer(token).await?;
    let restores = restores.map(|identity| identity.display_name());
    Ok(layout::page(StatusCode::OK, &UndoPage { frame: page.frame("page-undo", ""), name, restores }))
}

/// Undoes the change and leads to the sign-in page: every session has ended.
pub(crate) async fn undo(
    State(web): State<WebState>,
    RequestedFrom(source): RequestedFrom,
    page: PageContext,
) -> Result<Response> {
    let token = undo_token(&web, &page.cookies).await;
    let remove_cookie = page.cookies.remove_flow(&IDENTITY_UNDO);
    match web.domain.undo_by_link(token, source).await {
        Ok(_) => Ok((remove_cookie, layout::done(page_paths::SIGN_IN, "undone")).into_response()),
        Err(error) => Ok((remove_cookie, Problem::from(error)).into_response()),
    }
}

/// Token of the browser that undoes a change; empty if it has none.
async fn undo_token<'a>(web: &WebState, cookies: &'a RequestCookies) -> &'a str {
    let tokens = cookies.flow_tokens(&IDENTITY_UNDO);
    first_valid(&tokens, |token| web.domain.undo_offer(token)).await.unwrap_or_default()
}
