//! Signing in with Telegram's widget, and signing out.

use askama::Template;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use url::Url;

use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::web::WebState;
use crate::web::api::Query;
use crate::web::cookies::login_state;
use crate::web::cookies::refresh;
use crate::web::cookies::refresh::CookieSite;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::pages::middleware::PAGE_POLICY;
use crate::web::pages::sign_in::upstream_oidc;
use crate::web::problem::Result;

/// Telegram's own widget lives on one host, and opens its frame from another.
const TELEGRAM_ORIGIN: &str = "https://telegram.org";
const TELEGRAM_FRAME_ORIGIN: &str = "https://oauth.telegram.org";

/// Where to go, and what went wrong before.
#[derive(Debug, Deserialize)]
pub(crate) struct SignInQuery {
    next: Option<String>,
    error: Option<String>,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Layout,
    widget: Option<WidgetEmbed>,
    /// Where the way to Google begins, and to "Log in with Telegram", if they are open.
    google: Option<String>,
    telegram_login: Option<String>,
    /// Title and sentence.
    error: Option<(String, String)>,
    /// This page again, without the error.
    again: String,
    /// Where to go, signed in; empty if nowhere else.
    next: String,
    /// Whether there are e-mail accounts.
    mails: bool,
    /// The address, as it was typed.
    email: String,
}

/// What brings somebody to the page.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SignInAttempt<'a> {
    /// Where to go, signed in.
    pub(crate) next: Option<&'a str>,
    /// The code of what went wrong.
    pub(crate) error: Option<&'a str>,
    /// The address, as it was typed.
    pub(crate) email: &'a str,
    /// What was just done.
    pub(crate) done: Option<&'a str>,
}

/// Telegram's widget in redirect mode: the callback mode evaluates text, which our policy forbids.
struct WidgetEmbed {
    script: String,
    bot: String,
    callback: String,
}

/// The page to sign in on; signed-in people go on.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: PageContext,
    headers: HeaderMap,
    Query(asked): Query<SignInQuery>,
) -> Result<Response> {
    let next = asked.next.as_deref().and_then(page_paths::local);
    if page.visitor.is_some() {
        return Ok(Redirect::to(next.unwrap_or(page_paths::HOME)).into_response());
    }
    let (error, done) = (asked.error.as_deref(), asked.done.as_deref());
    Ok(render((&web, &page), &headers, SignInAttempt { next, error, email: "", done }, StatusCode::OK))
}

/// The page, whatever brings one here.
pub(crate) fn render(
    (web, page): (&WebState, &PageContext),
    headers: &HeaderMap,
    tried: SignInAttempt<'_>,
    status: StatusCode,
) -> Response {
    let (next, https) = (tried.next, web.settings.is_https());
    let state = login_state::get(headers, https).map_or_else(|| web.domain.random_id(), ToOwned::to_owned);
    let widget = web.link.bot().map(|bot| WidgetEmbed {
        script: web.settings.widget_script.to_string(),
        bot,
        callback: callback(web.domain.public_url(), &state, next),
    });
    let sign_in = SignInPage {
        frame: page.frame("page-sign-in", "").noticing(tried.done),
        widget,
        google: way_out(web, UpstreamProvider::Google, next),
        telegram_login: way_out(web, UpstreamProvider::Telegram, next),
        error: tried.error.map(|code| page.words.problem(code)),
        again: page_paths::sign_in(next, None),
        next: next.unwrap_or_default().to_owned(),
        mails: web.domain.sends_email(),
        email: tried.email.to_owned(),
    };
    // Telegram knows which site asks by the `Referer`; without it the widget says "Bot domain invalid".
    let told = [
        (CONTENT_SECURITY_POLICY, policy(&web.settings.widget_script)),
        (REFERRER_POLICY, "strict-origin-when-cross-origin".to_owned()),
    ];
    (told, login_state::set(&state, https), layout::page(status, &sign_in)).into_response()
}

/// Ends the session, and takes the cookie away even if there is none.
pub(crate) async fn sign_out(State(web): State<WebState>, headers: HeaderMap) -> Result<Response> {
    let https = web.settings.is_https();
    if let Some(token) = refresh::refresh_token(&headers, https) {
        web.domain.sign_out(&token).await?;
    }
    Ok((refresh::clear(CookieSite::Own, https), Redirect::to(page_paths::SIGN_IN)).into_response())
}

fn way_out(web: &WebState, provider: UpstreamProvider, next: Option<&str>) -> Option<String> {
    let start = || page_paths::with_query(upstream_oidc::start_path(provider), &[("next", next)]);
    upstream_oidc::is_open(web, provider).then(start)
}

fn callback(public_url: &str, state: &str, next: Option<&str>) -> String {
    page_paths::with_query(
        &format!("{public_url}/api/v2/auth/telegram/callback"),
        &[("state", Some(state)), ("next", next)],
    )
}

/// The policy of pages, with the widget's script and frame let in.
fn policy(script: &Url) -> String {
    let from = script.origin().ascii_serialization();
    let frames = if from == TELEGRAM_ORIGIN { TELEGRAM_FRAME_ORIGIN } else { &from };
    let policy = PAGE_POLICY.replace("script-src 'self'", &format!("script-src 'self' {from}"));
    format!("{policy}; frame-src {frames}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telegrams_widget_is_let_in_and_nothing_else() {
        let telegram = policy(&"https://telegram.org/js/telegram-widget.js?23".parse().unwrap());
        assert!(telegram.contains("script-src 'self' https://telegram.org; "));
        assert!(telegram.ends_with("; frame-src https://oauth.telegram.org"));
        let pretend = policy(&"http://127.0.0.1:4000/js/telegram-widget.js".parse().unwrap());
        assert!(pretend.contains("script-src 'self' http://127.0.0.1:4000; "));
        assert!(pretend.ends_with("; frame-src http://127.0.0.1:4000"));
    }
}
