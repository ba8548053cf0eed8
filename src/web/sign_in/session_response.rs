//! Response that gives a browser its session.

use axum::response::{IntoResponse, Redirect, Response};

use crate::domain;
use crate::domain::sign_in::telegram_login::NewSession;
use crate::web::WebState;
use crate::web::cookies::flow;
use crate::web::cookies::request_cookies::{RequestCookies, SetCookie};
use crate::web::page_paths;

/// Ends the previous session of the browser. Its cookie is replaced, so nobody else could end it. Of several cookies with
/// one name all sessions end: the new session would not count while an older one is alive. A failure does not refuse the
/// new session.
pub(crate) async fn end_previous_session(web: &WebState, cookies: &RequestCookies) {
    for token in cookies.refresh_tokens() {
        if let Err(fault) = web.domain.sign_out(&token).await {
            tracing::warn!(error = ?fault, "sign-in: ending the previous session of the browser failed");
        }
    }
}

/// Ends the session of a browser. Returns the removal of its cookie, even if the session had already ended.
pub(crate) async fn end_session(web: &WebState, cookies: &RequestCookies) -> domain::Result<Option<SetCookie>> {
    if let Some(token) = cookies.refresh_token(&web.domain).await? {
        web.domain.sign_out(&token).await?;
    }
    cookies.remove_refresh_token(&web.domain).await
}

/// Signs a browser in on our own pages and redirects it to `next`. Clears the cookies of the sign-in flows.
pub(crate) async fn redirect_signed_in(
    web: &WebState,
    cookies: &RequestCookies,
    session: &NewSession,
    next: Option<&str>,
) -> Response {
    end_previous_session(web, cookies).await;
    let cookie = cookies.set_refresh_token(&session.tokens.refresh);
    let used = [flow::LOGIN_STATE, flow::BOT_SIGN_IN, flow::SIGN_IN_LINK, flow::UPSTREAM_STATE]
        .map(|flow| cookies.has_flow(&flow).then(|| cookies.remove_flow(&flow)));
    let mut response = (cookie, Redirect::to(next.unwrap_or(page_paths::HOME))).into_response();
    for setting in used.into_iter().flatten() {
        response = (setting, response).into_response();
    }
    response
}
