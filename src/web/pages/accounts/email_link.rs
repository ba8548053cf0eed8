//! Adding an e-mail address: a link is sent there, and whoever opens it is asked once.
//!
//! As with other links, looking spends nothing, and what stands in the link leaves the address at once, for a cookie.

use askama::Template;
use axum::extract::State;
use axum::http::header::REFERRER_POLICY;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::{Error, Refusal};
use crate::model::sign_in::email_address::Email;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::web::WebState;
use crate::web::api::Query;
use crate::web::cookies::flow::EMAIL_LINK;
use crate::web::extract::caller::MailRequestedBy;
use crate::web::extract::form::FormBody;
use crate::web::pages::accounts::{identities, security};
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::problem::{Problem, Result};

/// Where the link leads.
pub(crate) const HERE: &str = "/web/email/link";

/// What stands in the link.
#[derive(Debug, Deserialize)]
pub(crate) struct EmailLinkQuery {
    token: Option<String>,
}

#[derive(Template)]
#[template(path = "email_add.html")]
struct EmailLinkPage {
    frame: Layout,
    address: String,
    name: String,
}

/// Sends the link.
pub(crate) async fn ask(
    State(web): State<WebState>,
    MailRequestedBy(asker): MailRequestedBy,
    page: SignedInPage,
    form: FormBody,
) -> Result<Response> {
    let Ok(email) = Email::parse(form.get("email")) else {
        let fault = (form.get("email").to_owned(), page.words().text("page-add-email-bad"));
        return security::render(&web, &page, (None, Some(fault))).await;
    };
    web.domain.request_address_link(&page.caller, &email, asker).await?;
    Ok(layout::done(security::HERE, "mail-sent"))
}

/// Asks whether the address is to be added, and to which account.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: std::result::Result<SignedInPage, Response>,
    headers: HeaderMap,
    Query(asked): Query<EmailLinkQuery>,
) -> Result<Response> {
    let https = web.settings.is_https();
    if let Some(token) = asked.token.as_deref() {
        let held = OneTimeToken::parse(token).map(|token| EMAIL_LINK.set(&token.reveal(), https));
        let unseen = [(REFERRER_POLICY, "no-referrer")];
        return Ok((unseen, held.unwrap_or_else(|| EMAIL_LINK.clear(https)), Redirect::to(HERE)).into_response());
    }
    // Only now are strangers sent to sign in: the address they come back to holds no secret.
    let page = match page {
        Ok(page) => page,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let token = EMAIL_LINK.get(&headers, https).unwrap_or_default();
    let proven = web.domain.verified_address(&page.caller, token).await?;
    let name = page.caller.account().name.clone();
    let address = proven.email.as_str().to_owned();
    Ok(layout::page(
        StatusCode::OK,
        &EmailLinkPage { frame: page.frame("page-add-email", security::HERE), address, name },
    ))
}

/// Adds it: the link is spent.
pub(crate) async fn add(State(web): State<WebState>, page: SignedInPage, headers: HeaderMap) -> Result<Response> {
    let https = web.settings.is_https();
    let token = EMAIL_LINK.get(&headers, https).unwrap_or_default();
    match web.domain.link_by_email(&page.caller, token).await {
        Ok(linking) => Ok((EMAIL_LINK.clear(https), identities::on(linking)).into_response()),
        Err(error @ Error::Refused(Refusal::EmailToken(_) | Refusal::OtherAccountClosed)) => {
            Ok((EMAIL_LINK.clear(https), Problem::from(error)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
