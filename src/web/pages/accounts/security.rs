//! What keeps an account one's own: the ways in, what happened, taking everything along, and leaving.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::web::WebState;
use crate::web::api::Query;
use crate::web::cookies::refresh;
use crate::web::cookies::refresh::CookieSite;
use crate::web::page_paths;
use crate::web::pages::accounts::identities;
use crate::web::pages::accounts::identities::IdentityRow;
use crate::web::pages::accounts::profile::ProfileQuery;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::pages::sign_in::upstream_oidc;
use crate::web::problem::Result;

pub(crate) const HERE: &str = "/web/profile/security";

#[derive(Template)]
#[template(path = "security.html")]
struct SecurityPage {
    frame: Layout,
    ways: Vec<IdentityRow>,
    /// Whether the bot is known, so that Telegram can be added.
    telegram: bool,
    /// Where the way to Google begins, if there is one.
    google: Option<&'static str>,
    /// Whether mails can be sent, so that an address can be added.
    email: bool,
    /// Whether there is an address to have a password for.
    has_email: bool,
    /// What is wrong with the address that was entered, and that address.
    fault: Option<(String, String)>,
}

/// The page.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: SignedInPage,
    Query(asked): Query<ProfileQuery>,
) -> Result<Response> {
    render(&web, &page, (asked.done.as_deref(), None)).await
}

/// The page, with what was just done, or what is wrong with an address that was entered.
pub(crate) async fn render(
    web: &WebState,
    page: &SignedInPage,
    (done, fault): (Option<&str>, Option<(String, String)>),
) -> Result<Response> {
    let ways = identities::listed(web, page).await?;
    let (telegram, email) = (web.link.bot().is_some(), web.domain.sends_email());
    let has_email = ways.iter().any(|way| way.kind == "email");
    let frame = page.frame("page-security", HERE).noticing(done);
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let google = upstream_oidc::is_open(web, UpstreamProvider::Google)
        .then(|| upstream_oidc::link_path(UpstreamProvider::Google));
    Ok(layout::page(status, &SecurityPage { frame, ways, telegram, google, email, has_email, fault }))
}

/// Signs out, and leads back here by way of the sign-in page: for what takes a sign-in of a moment ago.
pub(crate) async fn sign_in_again(State(web): State<WebState>, headers: HeaderMap) -> Result<Response> {
    let https = web.settings.is_https();
    if let Some(token) = refresh::refresh_token(&headers, https) {
        web.domain.sign_out(&token).await?;
    }
    Ok((refresh::clear(CookieSite::Own, https), Redirect::to(&page_paths::sign_in(Some(HERE), None))).into_response())
}
