//! A browser gets its session.

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::sign_in::NewSession;
use crate::web::cookie::{self, Site};
use crate::web::pages::path;
use crate::web::{Web, brief};

/// Ends the session that the browser held until now: it has another one, and nobody would end the old one. What stands in
/// the way of that is no reason to refuse the new one.
pub(crate) async fn end_old(web: &Web, headers: &HeaderMap) {
    let Some(token) = cookie::refresh_token(headers, web.settings.is_https()) else { return };
    if let Err(fault) = web.domain.sign_out(&token).await {
        tracing::warn!(?fault, "the session that a browser held before could not be ended");
    }
}

/// Signs a browser in on our own pages, and sends it on.
pub(crate) async fn on_page(web: &Web, headers: &HeaderMap, session: &NewSession, next: Option<&str>) -> Response {
    end_old(web, headers).await;
    let https = web.settings.is_https();
    let cookie = cookie::set(&session.tokens.refresh, Site::Own, https);
    let used = [brief::STATE, brief::POLL, brief::LINK, brief::ERRAND]
        .map(|brief| brief.held(headers, https).map(|_| brief.clear(https)));
    let mut response = (cookie, Redirect::to(next.unwrap_or(path::HOME))).into_response();
    for setting in used.into_iter().flatten() {
        response = (setting, response).into_response();
    }
    response
}
