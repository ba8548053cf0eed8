//! Linking an email address: the form, and the page that the emailed link opens.
//!
//! Opening the link does not spend it: mail scanners open links, too. The token moves from the address into a cookie
//! immediately.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::REFERRER_POLICY;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::error::IdentityError;
use crate::domain::{Error, Refusal};
use crate::model::sign_in::email_address::Email;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::web::WebState;
use crate::web::cookies::flow::{EMAIL_LINK, first_valid};
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::client::MailRequestedBy;
use crate::web::extract::fields::from_fields;
use crate::web::extract::form::FormBody;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::accounts::security::SecurityNotice;
use crate::web::pages::accounts::{identities, security};
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::problem::{Problem, Result};

#[derive(Debug)]
pub(crate) struct EmailLinkQuery {
    pub(super) token: Option<String>,
}

from_fields!(EmailLinkQuery { token }, Ignored);

#[derive(Template)]
#[template(path = "accounts/email_link.html")]
struct EmailLinkPage {
    frame: Layout,
    address: String,
    name: String,
}

/// Sends the link to the entered address.
pub(crate) async fn ask(
    State(web): State<WebState>,
    MailRequestedBy(requester): MailRequestedBy,
    page: SignedInPage,
    form: FormBody,
) -> Result<Response> {
    let Ok(email) = Email::parse(form.get("email")) else {
        let (address, message) = (form.get("email").to_owned(), page.localizer().text("page-add-email-bad"));
        return security::render(&web, &page, SecurityNotice::InvalidEmail { address, message }).await;
    };
    web.domain.request_address_link(&page.caller, &email, requester).await?;
    Ok(layout::done(page_paths::SECURITY, "mail-sent"))
}

/// Asks to confirm the address, and shows to which account it will be linked.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: std::result::Result<SignedInPage, Response>,
    cookies: RequestCookies,
    Query(query): Query<EmailLinkQuery>,
) -> Result<Response> {
    if let Some(token) = query.token.as_deref() {
        let cookie = OneTimeToken::parse(token).map(|token| cookies.set_flow(&EMAIL_LINK, &token.reveal()));
        let policy = [(REFERRER_POLICY, "no-referrer")];
        return Ok((
            policy,
            cookie.unwrap_or_else(|| cookies.remove_flow(&EMAIL_LINK)),
            Redirect::to(page_paths::EMAIL_LINK),
        )
            .into_response());
    }
    // Visitors are redirected to sign in only here, because the address they return to now contains no token.
    let page = match page {
        Ok(page) => page,
        Err(redirect) => return Ok(redirect),
    };
    let token = link_token(&web, &page, &cookies).await;
    let verified = web.domain.verified_address(&page.caller, token).await?;
    let name = page.caller.account().name.clone();
    let address = verified.email.as_str().to_owned();
    Ok(layout::page(
        StatusCode::OK,
        &EmailLinkPage { frame: page.frame("page-add-email", page_paths::SECURITY), address, name },
    ))
}

/// Links the address and spends the token.
pub(crate) async fn add(State(web): State<WebState>, page: SignedInPage) -> Result<Response> {
    let token = link_token(&web, &page, page.cookies()).await;
    match web.domain.link_by_email(&page.caller, token).await {
        Ok(linking) => Ok((page.cookies().remove_flow(&EMAIL_LINK), identities::after_link(linking)).into_response()),
        Err(error @ Error::Refused(Refusal::EmailToken(_) | Refusal::Identity(IdentityError::OtherAccountClosed))) => {
            Ok((page.cookies().remove_flow(&EMAIL_LINK), Problem::from(error)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Token of the browser that links an address to the caller's account; empty if it has none.
async fn link_token<'a>(web: &WebState, page: &SignedInPage, cookies: &'a RequestCookies) -> &'a str {
    let tokens = cookies.flow_tokens(&EMAIL_LINK);
    first_valid(&tokens, |token| web.domain.verified_address(&page.caller, token)).await.unwrap_or_default()
}
