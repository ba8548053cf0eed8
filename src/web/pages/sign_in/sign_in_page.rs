//! Sign-in page with all enabled methods, and sign-out.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::response::{IntoResponse, Redirect, Response};
use url::Url;

use crate::model::sign_in::email_address::Email;
use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::web::WebState;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::fields::from_fields;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::billing::terms::ContactLink;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::pages::middleware::PAGE_POLICY;
use crate::web::pages::oauth::form_policy;
use crate::web::pages::sign_in::upstream_oidc;
use crate::web::problem::Result;
use crate::web::sign_in::session_response;

/// Origin of Telegram's widget script; its frame comes from another origin.
const TELEGRAM_ORIGIN: &str = "https://telegram.org";
const TELEGRAM_FRAME_ORIGIN: &str = "https://oauth.telegram.org";

/// Query of the sign-in page.
#[derive(Debug)]
pub(crate) struct SignInQuery {
    next: Option<String>,
    error: Option<String>,
    done: Option<String>,
    /// Email address that a client suggests.
    hint: Option<String>,
    /// `other` if the visitor wants another account than the one signed in.
    account: Option<String>,
}

from_fields!(SignInQuery { next, error, done, hint, account }, Ignored);

#[derive(Template)]
#[template(path = "sign_in/sign_in.html")]
struct SignInPage {
    frame: Layout,
    widget: Option<WidgetEmbed>,
    /// Address that starts a sign-in with Google, if it is enabled.
    google: Option<String>,
    /// Address that starts "Log in with Telegram", if it is enabled.
    telegram_login: Option<String>,
    /// Title and sentence of the error.
    error: Option<(String, String)>,
    /// Contact of the operator, for a person whose account is suspended.
    contact: Option<ContactLink>,
    /// Address of this page without the error.
    again: String,
    /// Path to go to after the sign-in; empty for the default page.
    next: String,
    /// True if email accounts are enabled.
    mails: bool,
    /// Email address as entered.
    email: String,
    /// Name of the signed-in person who has to sign in again.
    again_as: Option<String>,
    /// True if somebody is signed in, so that the bot must ask nevertheless.
    is_again: bool,
}

impl SignInPage {
    fn title(&self) -> &'static str {
        if self.again_as.is_some() { "page-reauthenticate" } else { "page-sign-in" }
    }
}

/// Reason why the page is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SignInPurpose {
    /// Nobody is signed in.
    #[default]
    SignIn,
    /// The visitor is signed in, and a sensitive action needs a recent sign-in.
    Reauthentication,
    /// The visitor is signed in, and wants another account.
    OtherAccount,
}

/// Circumstances under which the page is shown.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SignInAttempt<'a> {
    /// Path to go to after the sign-in.
    pub(crate) next: Option<&'a str>,
    /// Code of the problem to show.
    pub(crate) error: Option<&'a str>,
    /// Email address as entered.
    pub(crate) email: &'a str,
    /// Confirmation to show.
    pub(crate) done: Option<&'a str>,
    /// Reason why the page is shown.
    pub(crate) purpose: SignInPurpose,
}

/// Telegram's widget in redirect mode. Its callback mode uses `eval`, which the content security policy forbids.
struct WidgetEmbed {
    script: String,
    bot: String,
    callback: String,
}

/// Shows the sign-in page. Signed-in visitors are redirected to `next`.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: PageContext,
    Query(query): Query<SignInQuery>,
) -> Result<Response> {
    let next = query.next.as_deref().and_then(page_paths::local);
    let wants_other = query.account.as_deref() == Some("other");
    if page.visitor.is_some() && !wants_other {
        return Ok(Redirect::to(next.unwrap_or(page_paths::HOME)).into_response());
    }
    let (error, done) = (query.error.as_deref(), query.done.as_deref());
    let email = query.hint.as_deref().filter(|hint| Email::parse(hint).is_ok()).unwrap_or_default();
    let purpose = if page.visitor.is_some() { SignInPurpose::OtherAccount } else { SignInPurpose::SignIn };
    Ok(render(&web, &page, SignInAttempt { next, error, email, done, purpose }, StatusCode::OK).await)
}

/// Contact of the operator, if the error is one that only they can lift.
fn contact_for(web: &WebState, error: Option<&str>) -> Option<ContactLink> {
    error.filter(|code| *code == "account_suspended").and(web.domain.support()).map(ContactLink::of)
}

/// Renders the sign-in page. Sets the login state and a policy that allows the widget.
pub(crate) async fn render(
    web: &WebState,
    page: &PageContext,
    attempt: SignInAttempt<'_>,
    status: StatusCode,
) -> Response {
    let next = attempt.next;
    let state = page.cookies.login_state().map_or_else(|| web.domain.random_id(), ToOwned::to_owned);
    let widget = web.link.bot().map(|bot| WidgetEmbed {
        script: web.settings.widget_script.to_string(),
        bot,
        callback: callback(web.domain.public_url(), &state, next),
    });
    let sign_in = SignInPage {
        frame: page.frame("page-sign-in", "").noticing(attempt.done),
        is_again: page.visitor.is_some(),
        widget,
        google: start_address(web, UpstreamProvider::Google, next),
        telegram_login: start_address(web, UpstreamProvider::Telegram, next),
        error: attempt.error.map(|code| page.localizer.problem(code)),
        contact: contact_for(web, attempt.error),
        again: page_paths::sign_in(next, None),
        next: next.unwrap_or_default().to_owned(),
        mails: web.domain.sends_email(),
        email: attempt.email.to_owned(),
        again_as: page
            .visitor
            .as_ref()
            .filter(|_| attempt.purpose == SignInPurpose::Reauthentication)
            .map(|visitor| visitor.account().name.clone()),
    };
    // Telegram identifies the website by `Referer`; without it the widget shows "Bot domain invalid".
    let fields = [
        (CONTENT_SECURITY_POLICY, form_policy::leading_to_next(web, next, policy(&web.settings.widget_script)).await),
        (REFERRER_POLICY, "strict-origin-when-cross-origin".to_owned()),
    ];
    (fields, page.cookies.set_login_state(&state), layout::page(status, &sign_in)).into_response()
}

/// Ends the session. Removes the cookie even if the session has already ended.
pub(crate) async fn sign_out(State(web): State<WebState>, cookies: RequestCookies) -> Result<Response> {
    let cookie = session_response::end_session(&web, &cookies).await?;
    Ok((cookie, Redirect::to(page_paths::SIGN_IN)).into_response())
}

fn start_address(web: &WebState, provider: UpstreamProvider, next: Option<&str>) -> Option<String> {
    let address = || page_paths::with_query(page_paths::upstream_sign_in(provider), &[("next", next)]);
    upstream_oidc::is_open(web, provider).then(address)
}

fn callback(public_url: &str, state: &str, next: Option<&str>) -> String {
    page_paths::with_query(
        &format!("{public_url}/api/v2/auth/telegram/callback"),
        &[("state", Some(state)), ("next", next)],
    )
}

/// Content security policy of pages, extended by the script and frame of the widget.
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
    fn telegrams_widget_is_allowed_and_nothing_else() {
        let telegram = policy(&"https://telegram.org/js/telegram-widget.js?23".parse().unwrap());
        assert!(telegram.contains("script-src 'self' https://telegram.org; "));
        assert!(telegram.ends_with("; frame-src https://oauth.telegram.org"));
        let pretend = policy(&"http://127.0.0.1:4000/js/telegram-widget.js".parse().unwrap());
        assert!(pretend.contains("script-src 'self' http://127.0.0.1:4000; "));
        assert!(pretend.ends_with("; frame-src http://127.0.0.1:4000"));
    }
}
