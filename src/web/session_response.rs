//! Response that gives a browser its session.

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::sign_in::telegram_login::NewSession;
use crate::web::WebState;
use crate::web::cookies::flow;
use crate::web::cookies::refresh;
use crate::web::cookies::refresh::CookieSite;
use crate::web::page_paths;

/// Ends the previous session of the browser. Its cookie is replaced, so nobody else could end it. A failure does not
/// refuse the new session.
pub(crate) async fn end_previous_session(web: &WebState, headers: &HeaderMap) {
    let Some(token) = refresh::refresh_token(headers, web.settings.is_https()) else { return };
    if let Err(fault) = web.domain.sign_out(&token).await {
        tracing::warn!(error = ?fault, "sign-in: ending the previous session of the browser failed");
    }
}

/// Signs a browser in on our own pages and redirects it to `next`. Clears the cookies of the sign-in flows.
pub(crate) async fn redirect_signed_in(
    web: &WebState,
    headers: &HeaderMap,
    session: &NewSession,
    next: Option<&str>,
) -> Response {
    end_previous_session(web, headers).await;
    let https = web.settings.is_https();
    let cookie = refresh::set(&session.tokens.refresh, CookieSite::Own, https);
    let used = [flow::LOGIN_STATE, flow::BOT_SIGN_IN, flow::SIGN_IN_LINK, flow::UPSTREAM_STATE]
        .map(|flow| flow.get(headers, https).map(|_| flow.clear(https)));
    let mut response = (cookie, Redirect::to(next.unwrap_or(page_paths::HOME))).into_response();
    for setting in used.into_iter().flatten() {
        response = (setting, response).into_response();
    }
    response
}
