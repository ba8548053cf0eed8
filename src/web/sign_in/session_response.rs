//! Response that gives a browser its session.

use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::sign_in::telegram_login::NewSession;
use crate::web::WebState;
use crate::web::cookies::flow;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::cookies::site::CookieSite;
use crate::web::page_paths;

/// Ends the previous session of the browser. Its cookie is replaced, so nobody else could end it. A failure does not
/// refuse the new session.
pub(crate) async fn end_previous_session(web: &WebState, cookies: &RequestCookies) {
    let Some(token) = cookies.refresh_token() else { return };
    if let Err(fault) = web.domain.sign_out(&token).await {
        tracing::warn!(error = ?fault, "sign-in: ending the previous session of the browser failed");
    }
}

/// Signs a browser in on our own pages and redirects it to `next`. Clears the cookies of the sign-in flows.
pub(crate) async fn redirect_signed_in(
    web: &WebState,
    cookies: &RequestCookies,
    session: &NewSession,
    next: Option<&str>,
) -> Response {
    end_previous_session(web, cookies).await;
    let cookie = cookies.set_refresh_token(&session.tokens.refresh, CookieSite::Own);
    let used = [flow::LOGIN_STATE, flow::BOT_SIGN_IN, flow::SIGN_IN_LINK, flow::UPSTREAM_STATE]
        .map(|flow| cookies.flow(&flow).map(|_| cookies.remove_flow(&flow)));
    let mut response = (cookie, Redirect::to(next.unwrap_or(page_paths::HOME))).into_response();
    for setting in used.into_iter().flatten() {
        response = (setting, response).into_response();
    }
    response
}
