//! Sign-in by a link from the bot.
//!
//! - Link previews open links before people do, so opening one does not spend it: the person confirms with a button.
//! - The token moves from the address into a cookie immediately. It stays out of the history and of `Referer`.
//! - The form checks its `Origin`, as every form does. Another website cannot sign a visitor in to a foreign account.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain;
use crate::domain::Error;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::SignInRequestError;
use crate::model::accounts::account::AccountId;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::web::WebState;
use crate::web::cookies::flow::{SIGN_IN_LINK, first_valid};
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::client::RequestedFrom;
use crate::web::extract::fields::from_fields;
use crate::web::extract::form::FormBody;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::pages::middleware::PAGE_POLICY;
use crate::web::pages::oauth::form_policy;
use crate::web::pages::sign_in::bot_sign_in;
use crate::web::problem::Result;
use crate::web::sign_in::session_response;

#[derive(Debug)]
pub(crate) struct SignInLinkQuery {
    token: Option<String>,
    next: Option<String>,
}

from_fields!(SignInLinkQuery { token, next }, Ignored);

#[derive(Template)]
#[template(path = "sign_in/sign_in_link.html")]
struct SignInLinkPage {
    frame: Layout,
    account: AccountId,
    name: String,
    /// Name of the account that is signed in now, if it is another one.
    other: Option<String>,
    next: String,
}

/// Asks to confirm the sign-in, and shows the account.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: PageContext,
    Query(query): Query<SignInLinkQuery>,
) -> Result<Response> {
    let next = query.next.as_deref().and_then(page_paths::local);
    if let Some(token) = query.token {
        return Ok(move_to_cookie(&page.cookies, &token, next));
    }
    let tokens = page.cookies.flow_tokens(&SIGN_IN_LINK);
    let Some(token) = first_valid(&tokens, |token| web.domain.sign_in_link(token)).await else {
        return Ok(refuse(&page.cookies, SignInRequestError::Expired.into(), next));
    };
    let account = match web.domain.sign_in_link(token).await {
        Ok(account) => account,
        Err(error) => return Ok(refuse(&page.cookies, error, next)),
    };
    let other = page.visitor.as_ref().map(SignedIn::account);
    // An old session is replaced: the person may have asked for the link to sign in again.
    let is_recent = page.visitor.as_ref().is_some_and(|visitor| web.domain.has_recent_sign_in(visitor));
    if is_recent && other.is_some_and(|other| other.id == account.id) {
        return Ok(Redirect::to(next.unwrap_or(page_paths::HOME)).into_response());
    }
    let policy = form_policy::leading_to_next(&web, next, PAGE_POLICY.to_owned()).await;
    let page = SignInLinkPage {
        frame: page.frame("page-sign-in-link", ""),
        account: account.id,
        name: account.name.clone(),
        other: other.filter(|other| other.id != account.id).map(|other| other.name.clone()),
        next: next.unwrap_or_default().to_owned(),
    };
    Ok(([(CONTENT_SECURITY_POLICY, policy)], layout::page(StatusCode::OK, &page)).into_response())
}

/// Moves the token of a link from the address into a cookie.
pub(crate) fn move_to_cookie(cookies: &RequestCookies, token: &str, next: Option<&str>) -> Response {
    let Some(token) = OneTimeToken::parse(token) else {
        return (no_referrer(), refuse(cookies, SignInRequestError::Unknown.into(), next)).into_response();
    };
    let redirect = Redirect::to(&page_paths::with_query(page_paths::SIGN_IN_LINK, &[("next", next)]));
    (no_referrer(), cookies.set_flow(&SIGN_IN_LINK, &token.reveal()), redirect).into_response()
}

/// Signs in and spends the link.
pub(crate) async fn enter(
    State(web): State<WebState>,
    RequestedFrom(source): RequestedFrom,
    cookies: RequestCookies,
    form: FormBody,
) -> Result<Response> {
    let next = page_paths::local(form.get("next"));
    // The account that the person confirmed: another tab may have stored another link since.
    let account = AccountId(form.get("account").parse().unwrap_or(0));
    let tokens = cookies.flow_tokens(&SIGN_IN_LINK);
    let Some(token) = first_valid(&tokens, |token| link_of(&web, account, token)).await else {
        return Ok(refuse(&cookies, SignInRequestError::Expired.into(), next));
    };
    match web.domain.sign_in_by_link(token, account, source).await {
        Ok(session) => Ok(session_response::redirect_signed_in(&web, &cookies, &session, next).await),
        Err(error) => Ok(refuse(&cookies, error, next)),
    }
}

/// Checks that a link signs in `account`.
async fn link_of(web: &WebState, account: AccountId, token: &str) -> domain::Result<()> {
    let owner = web.domain.sign_in_link(token).await?;
    if owner.id == account { Ok(()) } else { Err(SignInRequestError::Unknown.into()) }
}

fn refuse(cookies: &RequestCookies, error: Error, next: Option<&str>) -> Response {
    bot_sign_in::refuse(cookies, &SIGN_IN_LINK, error, next)
}

/// Header that keeps the address of the link from other websites.
const fn no_referrer() -> [(axum::http::HeaderName, &'static str); 1] {
    [(REFERRER_POLICY, "no-referrer")]
}
