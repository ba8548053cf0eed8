//! What keeps an account one's own: the ways in, what happened, taking everything along, and leaving.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::web::Web;
use crate::web::api::Query;
use crate::web::cookie::{self, Site};
use crate::web::pages::frame::{self, Frame, Resident};
use crate::web::pages::path;
use crate::web::pages::profile::Asked;
use crate::web::pages::ways::{self, Way};
use crate::web::reply::Result;

pub(crate) const HERE: &str = "/web/profile/security";

#[derive(Template)]
#[template(path = "security.html")]
struct SecurityPage {
    frame: Frame,
    ways: Vec<Way>,
    /// Whether the bot is known, so that Telegram can be added.
    telegram: bool,
}

/// The page.
pub(crate) async fn show(State(web): State<Web>, resident: Resident, Query(asked): Query<Asked>) -> Result<Response> {
    let ways = ways::listed(&web, &resident).await?;
    let frame = resident.frame("page-security", HERE).noticing(asked.done.as_deref());
    Ok(frame::page(StatusCode::OK, &SecurityPage { frame, ways, telegram: web.link.bot().is_some() }))
}

/// Signs out, and leads back here by way of the sign-in page: for what takes a sign-in of a moment ago.
pub(crate) async fn sign_in_again(State(web): State<Web>, headers: HeaderMap) -> Result<Response> {
    let https = web.settings.is_https();
    if let Some(token) = cookie::refresh_token(&headers, https) {
        web.domain.sign_out(&token).await?;
    }
    Ok((cookie::clear(Site::Own, https), Redirect::to(&path::sign_in(Some(HERE), None))).into_response())
}
