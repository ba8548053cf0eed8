//! What keeps an account one's own: the ways in, what happened, taking everything along, and leaving.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::model::sign_in::upstream_oidc::Provider;
use crate::web::Web;
use crate::web::api::Query;
use crate::web::cookies::refresh;
use crate::web::cookies::refresh::Site;
use crate::web::page_paths;
use crate::web::pages::accounts::identities;
use crate::web::pages::accounts::identities::Way;
use crate::web::pages::accounts::profile::Asked;
use crate::web::pages::layout;
use crate::web::pages::layout::{Frame, Resident};
use crate::web::pages::sign_in::upstream_oidc;
use crate::web::problem::Result;

pub(crate) const HERE: &str = "/web/profile/security";

#[derive(Template)]
#[template(path = "security.html")]
struct SecurityPage {
    frame: Frame,
    ways: Vec<Way>,
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
pub(crate) async fn show(State(web): State<Web>, resident: Resident, Query(asked): Query<Asked>) -> Result<Response> {
    page(&web, &resident, (asked.done.as_deref(), None)).await
}

/// The page, with what was just done, or what is wrong with an address that was entered.
pub(crate) async fn page(
    web: &Web,
    resident: &Resident,
    (done, fault): (Option<&str>, Option<(String, String)>),
) -> Result<Response> {
    let ways = identities::listed(web, resident).await?;
    let (telegram, email) = (web.link.bot().is_some(), web.domain.sends_mails());
    let has_email = ways.iter().any(|way| way.kind == "email");
    let frame = resident.frame("page-security", HERE).noticing(done);
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let google = upstream_oidc::is_open(web, Provider::Google).then(|| upstream_oidc::link_path(Provider::Google));
    Ok(layout::page(status, &SecurityPage { frame, ways, telegram, google, email, has_email, fault }))
}

/// Signs out, and leads back here by way of the sign-in page: for what takes a sign-in of a moment ago.
pub(crate) async fn sign_in_again(State(web): State<Web>, headers: HeaderMap) -> Result<Response> {
    let https = web.settings.is_https();
    if let Some(token) = refresh::refresh_token(&headers, https) {
        web.domain.sign_out(&token).await?;
    }
    Ok((refresh::clear(Site::Own, https), Redirect::to(&page_paths::sign_in(Some(HERE), None))).into_response())
}
