//! Emailed links: verify an address, reset a password.
//!
//! Opening a link does not spend it: mail scanners open links, too. The token moves from the address into a cookie
//! immediately.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::REFERRER_POLICY;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::error::EmailTokenError;
use crate::domain::sign_in::email_accounts::AddressConfirmation;
use crate::domain::sign_in::email_tokens::{EmailToken, PasswordChoice};
use crate::domain::{Error, Refusal};
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::web::WebState;
use crate::web::cookies::flow::{EMAIL_VERIFY, FlowCookie, PASSWORD_RESET, REGISTRATION, first_valid};
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::cookies::site::CookieSite;
use crate::web::extract::client::{ClientSource, MailRequestedBy};
use crate::web::extract::fields::from_fields;
use crate::web::extract::form::FormBody;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::pages::sign_in::email_accounts::RegisterFormErrors;
use crate::web::problem::{Problem, Result};

/// Query of an emailed link.
#[derive(Debug)]
pub(crate) struct EmailTokenQuery {
    token: Option<String>,
}

from_fields!(EmailTokenQuery { token }, Ignored);

#[derive(Template)]
#[template(path = "sign_in/email_verify.html")]
struct VerifyPage {
    frame: Layout,
    address: String,
    name: String,
    /// True if the person chooses the password here.
    asks_password: bool,
    faults: RegisterFormErrors,
}

#[derive(Template)]
#[template(path = "sign_in/password_reset.html")]
struct ResetPage {
    frame: Layout,
    address: String,
    faults: RegisterFormErrors,
}

/// Asks to confirm the address.
pub(crate) async fn show_verify(
    State(web): State<WebState>,
    page: PageContext,
    Query(query): Query<EmailTokenQuery>,
) -> Result<Response> {
    if let Some(token) = query.token {
        return Ok(move_to_cookie(&page.cookies, &EMAIL_VERIFY, &token, page_paths::EMAIL_VERIFY));
    }
    match verify_page(&web, &page, RegisterFormErrors::default()).await {
        Ok(page) => Ok(layout::page(StatusCode::OK, &page)),
        Err(error) => Ok(refuse(&page.cookies, &EMAIL_VERIFY, error)),
    }
}

/// Confirms the address: spends the link and creates the account. A password that is not allowed leaves the link valid.
pub(crate) async fn verify(
    State(web): State<WebState>,
    ClientSource { network, .. }: ClientSource,
    page: PageContext,
    form: FormBody,
) -> Result<Response> {
    let (token, browser) = (verify_token(&web, &page.cookies).await, page.cookies.flow_tokens(&REGISTRATION));
    let password = Some(form.get("password")).filter(|password| !password.is_empty());
    match web.domain.confirm_address(AddressConfirmation { token, password, browser: &browser }, network).await {
        Ok(_) => {
            let (token, browser) = (page.cookies.remove_flow(&EMAIL_VERIFY), page.cookies.remove_flow(&REGISTRATION));
            Ok((token, browser, layout::done(page_paths::SIGN_IN, "confirmed")).into_response())
        }
        Err(Error::Refused(Refusal::Invalid(faults))) => {
            let faults = RegisterFormErrors::from_errors(&page.localizer, &faults);
            Ok(layout::page(StatusCode::UNPROCESSABLE_ENTITY, &verify_page(&web, &page, faults).await?))
        }
        Err(error) => Ok(refuse(&page.cookies, &EMAIL_VERIFY, error)),
    }
}

async fn verify_page(
    web: &WebState,
    page: &PageContext,
    faults: RegisterFormErrors,
) -> std::result::Result<VerifyPage, Error> {
    let (token, browser) = (verify_token(web, &page.cookies).await, page.cookies.flow_tokens(&REGISTRATION));
    let EmailToken { address, name, password } = web.domain.verify_link(token, &browser).await?;
    let asks_password = password == PasswordChoice::Reader;
    Ok(VerifyPage { frame: page.frame("page-verify", ""), address, name, asks_password, faults })
}

/// Shows the form for the new password.
pub(crate) async fn show_reset(
    State(web): State<WebState>,
    page: PageContext,
    Query(query): Query<EmailTokenQuery>,
) -> Result<Response> {
    if let Some(token) = query.token {
        return Ok(move_to_cookie(&page.cookies, &PASSWORD_RESET, &token, page_paths::PASSWORD_RESET));
    }
    match web.domain.reset_link(reset_token(&web, &page.cookies).await).await {
        Ok(EmailToken { address, .. }) => {
            let frame = page.frame("page-reset", "");
            Ok(layout::page(StatusCode::OK, &ResetPage { frame, address, faults: RegisterFormErrors::default() }))
        }
        Err(error) => Ok(refuse(&page.cookies, &PASSWORD_RESET, error)),
    }
}

/// Sets the new password and spends the link. A password that is not allowed leaves the link valid.
pub(crate) async fn reset(
    State(web): State<WebState>,
    MailRequestedBy(requester): MailRequestedBy,
    page: PageContext,
    form: FormBody,
) -> Result<Response> {
    let token = reset_token(&web, &page.cookies).await;
    match web.domain.reset_password(token, form.get("password"), requester).await {
        Ok(reset) => {
            let device = page.cookies.set_device_mark(&reset.device, CookieSite::Own);
            Ok((page.cookies.remove_flow(&PASSWORD_RESET), device, layout::done(page_paths::SIGN_IN, "password-set"))
                .into_response())
        }
        Err(Error::Refused(Refusal::Invalid(faults))) => {
            let EmailToken { address, .. } = web.domain.reset_link(token).await?;
            let faults = RegisterFormErrors::from_errors(&page.localizer, &faults);
            let page = ResetPage { frame: page.frame("page-reset", ""), address, faults };
            Ok(layout::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Ok(refuse(&page.cookies, &PASSWORD_RESET, error)),
    }
}

/// Token of the browser that verifies an address; empty if it has none.
async fn verify_token<'a>(web: &WebState, cookies: &'a RequestCookies) -> &'a str {
    let tokens = cookies.flow_tokens(&EMAIL_VERIFY);
    first_valid(&tokens, |token| web.domain.verify_link(token, &[])).await.unwrap_or_default()
}

/// Token of the browser that resets a password; empty if it has none.
async fn reset_token<'a>(web: &WebState, cookies: &'a RequestCookies) -> &'a str {
    let tokens = cookies.flow_tokens(&PASSWORD_RESET);
    first_valid(&tokens, |token| web.domain.reset_link(token)).await.unwrap_or_default()
}

/// Moves the token from the address into a cookie. `no-referrer` keeps the address from other websites.
fn move_to_cookie(cookies: &RequestCookies, cookie: &FlowCookie, token: &str, here: &str) -> Response {
    let policy = [(REFERRER_POLICY, "no-referrer")];
    match OneTimeToken::parse(token) {
        Some(token) => (policy, cookies.set_flow(cookie, &token.reveal()), Redirect::to(here)).into_response(),
        None => (policy, refuse(cookies, cookie, EmailTokenError::Unknown.into())).into_response(),
    }
}

/// Answers an invalid link: removes the cookie and redirects to the sign-in page, which shows the reason.
fn refuse(cookies: &RequestCookies, cookie: &FlowCookie, error: Error) -> Response {
    match error {
        Error::Refused(refusal @ Refusal::EmailToken(_)) => {
            let back = Redirect::to(&page_paths::sign_in(None, Some(Problem::from(refusal).code())));
            (cookies.remove_flow(cookie), back).into_response()
        }
        error => Problem::from(error).into_response(),
    }
}
