//! A browser gets its session.

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::sign_in::telegram_login::NewSession;
use crate::web::WebState;
use crate::web::cookies::flow;
use crate::web::cookies::refresh;
use crate::web::cookies::refresh::CookieSite;
use crate::web::page_paths;

/// Ends the session that the browser held until now: it has another one, and nobody would end the old one. What stands in
/// the way of that is no reason to refuse the new one.
pub(crate) async fn end_old(web: &WebState, headers: &HeaderMap) {
    let Some(token) = refresh::refresh_token(headers, web.settings.is_https()) else { return };
    if let Err(fault) = web.domain.sign_out(&token).await {
        tracing::warn!(?fault, "the session that a browser held before could not be ended");
    }
}

/// Signs a browser in on our own pages, and sends it on.
pub(crate) async fn on_page(web: &WebState, headers: &HeaderMap, session: &NewSession, next: Option<&str>) -> Response {
    end_old(web, headers).await;
    let https = web.settings.is_https();
    let cookie = refresh::set(&session.tokens.refresh, CookieSite::Own, https);
    let used = [flow::LOGIN_STATE, flow::BOT_SIGN_IN, flow::SIGN_IN_LINK, flow::UPSTREAM_STATE]
        .map(|brief| brief.get(headers, https).map(|_| brief.clear(https)));
    let mut response = (cookie, Redirect::to(next.unwrap_or(page_paths::HOME))).into_response();
    for setting in used.into_iter().flatten() {
        response = (setting, response).into_response();
    }
    response
}
