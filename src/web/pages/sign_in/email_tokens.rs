//! Links in mails: confirming an address, and choosing a new password.
//!
//! As with links from the chat, looking spends nothing, and what stands in the link leaves the address at once, for a cookie.

use askama::Template;
use axum::extract::State;
use axum::http::header::REFERRER_POLICY;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::error::EmailTokenError;
use crate::domain::sign_in::email_tokens::EmailToken;
use crate::domain::{Error, Refusal};
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::web::WebState;
use crate::web::api::Query;
use crate::web::cookies::flow::{EMAIL_VERIFY, FlowCookie, PASSWORD_RESET};
use crate::web::cookies::refresh;
use crate::web::cookies::refresh::CookieSite;
use crate::web::extract::caller::MailRequestedBy;
use crate::web::extract::form::FormBody;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::pages::sign_in::email_accounts::RegisterFormErrors;
use crate::web::problem::{Problem, Result};

/// Where the link leads that confirms an address.
pub(crate) const VERIFY: &str = "/web/email/verify";
/// Where the link leads that lets one choose a new password.
pub(crate) const RESETTING: &str = "/web/password/reset";

/// What stands in the link.
#[derive(Debug, Deserialize)]
pub(crate) struct EmailTokenQuery {
    token: Option<String>,
}

#[derive(Template)]
#[template(path = "email_verify.html")]
struct VerifyPage {
    frame: Layout,
    address: String,
    name: String,
}

#[derive(Template)]
#[template(path = "password_reset.html")]
struct ResetPage {
    frame: Layout,
    address: String,
    faults: RegisterFormErrors,
}

/// Asks whether the address is to be confirmed.
pub(crate) async fn show_verify(
    State(web): State<WebState>,
    page: PageContext,
    headers: HeaderMap,
    Query(asked): Query<EmailTokenQuery>,
) -> Result<Response> {
    let https = web.settings.is_https();
    if let Some(token) = asked.token {
        return Ok(moved(&token, (&EMAIL_VERIFY, https), VERIFY));
    }
    match web.domain.verify_link(EMAIL_VERIFY.get(&headers, https).unwrap_or_default()).await {
        Ok(EmailToken { address, name }) => {
            Ok(layout::page(StatusCode::OK, &VerifyPage { frame: page.frame("page-verify", ""), address, name }))
        }
        Err(error) => Ok(turned_away(error, (&EMAIL_VERIFY, https))),
    }
}

/// Confirms: the link is spent, and the account is there.
pub(crate) async fn verify(State(web): State<WebState>, headers: HeaderMap) -> Result<Response> {
    let https = web.settings.is_https();
    match web.domain.confirm_address(EMAIL_VERIFY.get(&headers, https).unwrap_or_default()).await {
        Ok(_) => Ok((EMAIL_VERIFY.clear(https), layout::done(page_paths::SIGN_IN, "confirmed")).into_response()),
        Err(error) => Ok(turned_away(error, (&EMAIL_VERIFY, https))),
    }
}

/// Asks for the new password.
pub(crate) async fn show_reset(
    State(web): State<WebState>,
    page: PageContext,
    headers: HeaderMap,
    Query(asked): Query<EmailTokenQuery>,
) -> Result<Response> {
    let https = web.settings.is_https();
    if let Some(token) = asked.token {
        return Ok(moved(&token, (&PASSWORD_RESET, https), RESETTING));
    }
    match web.domain.reset_link(PASSWORD_RESET.get(&headers, https).unwrap_or_default()).await {
        Ok(EmailToken { address, .. }) => {
            let frame = page.frame("page-reset", "");
            Ok(layout::page(StatusCode::OK, &ResetPage { frame, address, faults: RegisterFormErrors::default() }))
        }
        Err(error) => Ok(turned_away(error, (&PASSWORD_RESET, https))),
    }
}

/// Sets the new password: the link is spent, unless that may not be one.
pub(crate) async fn reset(
    State(web): State<WebState>,
    MailRequestedBy(asker): MailRequestedBy,
    (page, headers): (PageContext, HeaderMap),
    form: FormBody,
) -> Result<Response> {
    let https = web.settings.is_https();
    let token = PASSWORD_RESET.get(&headers, https).unwrap_or_default();
    match web.domain.reset_password(token, form.get("password"), asker).await {
        Ok(reset) => {
            let held = refresh::set_device(&reset.device, CookieSite::Own, https);
            Ok((PASSWORD_RESET.clear(https), held, layout::done(page_paths::SIGN_IN, "password-set")).into_response())
        }
        Err(Error::Refused(Refusal::Invalid(faults))) => {
            let EmailToken { address, .. } = web.domain.reset_link(token).await?;
            let faults = RegisterFormErrors::of(&page.words, &faults);
            let page = ResetPage { frame: page.frame("page-reset", ""), address, faults };
            Ok(layout::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Ok(turned_away(error, (&PASSWORD_RESET, https))),
    }
}

/// What stood in the link is held by the browser from here on. The address of the link goes to nobody.
fn moved(token: &str, (held, https): (&FlowCookie, bool), here: &str) -> Response {
    let unseen = [(REFERRER_POLICY, "no-referrer")];
    match OneTimeToken::parse(token) {
        Some(token) => (unseen, held.set(&token.reveal(), https), Redirect::to(here)).into_response(),
        None => (unseen, turned_away(EmailTokenError::Unknown.into(), (held, https))).into_response(),
    }
}

/// A link that is over leads back to the sign-in page, which says why; what the browser held for it goes.
fn turned_away(error: Error, (held, https): (&FlowCookie, bool)) -> Response {
    match error {
        Error::Refused(refusal @ Refusal::EmailToken(_)) => {
            let back = Redirect::to(&page_paths::sign_in(None, Some(Problem::from(refusal).code())));
            (held.clear(https), back).into_response()
        }
        error => Problem::from(error).into_response(),
    }
}
