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
use crate::web::Web;
use crate::web::api::Query;
use crate::web::cookies::flow::ADD;
use crate::web::extract::caller::Asks;
use crate::web::extract::form::Form;
use crate::web::pages::accounts::{identities, security};
use crate::web::pages::layout;
use crate::web::pages::layout::{Frame, Resident};
use crate::web::problem::{Problem, Result};

/// Where the link leads.
pub(crate) const HERE: &str = "/web/email/link";

/// What stands in the link.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    token: Option<String>,
}

#[derive(Template)]
#[template(path = "email_add.html")]
struct AddPage {
    frame: Frame,
    address: String,
    name: String,
}

/// Sends the link.
pub(crate) async fn ask(State(web): State<Web>, Asks(asker): Asks, resident: Resident, form: Form) -> Result<Response> {
    let Ok(email) = Email::parse(form.get("email")) else {
        let fault = (form.get("email").to_owned(), resident.words().say("page-add-email-bad"));
        return security::page(&web, &resident, (None, Some(fault))).await;
    };
    web.domain.ask_to_link_address(&resident.caller, &email, asker).await?;
    Ok(layout::done(security::HERE, "mail-sent"))
}

/// Asks whether the address is to be added, and to which account.
pub(crate) async fn show(
    State(web): State<Web>,
    resident: std::result::Result<Resident, Response>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let https = web.settings.is_https();
    if let Some(token) = asked.token.as_deref() {
        let held = OneTimeToken::parse(token).map(|token| ADD.set(&token.reveal(), https));
        let unseen = [(REFERRER_POLICY, "no-referrer")];
        return Ok((unseen, held.unwrap_or_else(|| ADD.clear(https)), Redirect::to(HERE)).into_response());
    }
    // Only now are strangers sent to sign in: the address they come back to holds no secret.
    let resident = match resident {
        Ok(resident) => resident,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let token = ADD.held(&headers, https).unwrap_or_default();
    let proven = web.domain.proven_address(&resident.caller, token).await?;
    let name = resident.caller.account().name.clone();
    let address = proven.email.as_str().to_owned();
    Ok(layout::page(
        StatusCode::OK,
        &AddPage { frame: resident.frame("page-add-email", security::HERE), address, name },
    ))
}

/// Adds it: the link is spent.
pub(crate) async fn add(State(web): State<Web>, resident: Resident, headers: HeaderMap) -> Result<Response> {
    let https = web.settings.is_https();
    let token = ADD.held(&headers, https).unwrap_or_default();
    match web.domain.link_by_mail(&resident.caller, token).await {
        Ok(linking) => Ok((ADD.clear(https), identities::on(linking)).into_response()),
        Err(error @ Error::Refused(Refusal::NoMailLink(_) | Refusal::OtherClosed)) => {
            Ok((ADD.clear(https), Problem::from(error)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
