//! A password that was forgotten, and one that is to be another.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::{Error, Refusal};
use crate::web::Web;
use crate::web::api::Query;
use crate::web::extract::caller::Asks;
use crate::web::extract::form::Form;
use crate::web::pages::accounts::profile::Asked;
use crate::web::pages::layout;
use crate::web::pages::layout::{Frame, Look, Resident};
use crate::web::pages::sign_in::email_accounts;
use crate::web::pages::sign_in::email_accounts::Faults;
use crate::web::problem::Result;

/// Where one says that one forgot it.
pub(crate) const FORGOT: &str = "/web/password/forgot";
/// What is shown then.
pub(crate) const SENT: &str = "/web/password/sent";
/// Where a signed-in person changes it.
pub(crate) const CHANGE: &str = "/web/profile/security/password";

#[derive(Template)]
#[template(path = "password_forgot.html")]
struct ForgotPage {
    frame: Frame,
    email: String,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage {
    frame: Frame,
    /// Of whoever has one.
    address: Option<String>,
    has_password: bool,
    faults: Faults,
}

/// The form for whoever forgot it.
pub(crate) async fn show_forgot(State(web): State<Web>, look: Look) -> Result<Response> {
    web.domain.takes_mails()?;
    let page = ForgotPage { frame: look.frame("page-forgot", ""), email: String::new(), faults: Faults::default() };
    Ok(layout::page(StatusCode::OK, &page))
}

/// Asks for a link. What is shown is the same whatever the address.
pub(crate) async fn forgot(State(web): State<Web>, Asks(asker): Asks, look: Look, form: Form) -> Result<Response> {
    let email = form.get("email");
    match web.domain.forgot_password(email, asker).await {
        Ok(_) => Ok(Redirect::to(SENT).into_response()),
        Err(Error::Refused(Refusal::Invalid(faults))) => {
            let faults = Faults::of(&look.words, &faults);
            let page = ForgotPage { frame: look.frame("page-forgot", ""), email: email.to_owned(), faults };
            Ok(layout::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// After asking.
pub(crate) async fn sent(look: Look) -> Response {
    email_accounts::sent(&look, "page-sent-forgot", FORGOT)
}

/// The form to change it.
pub(crate) async fn show(State(web): State<Web>, resident: Resident, Query(asked): Query<Asked>) -> Result<Response> {
    let page = changing(&web, &resident, Faults::default()).await?;
    Ok(layout::page(StatusCode::OK, &PasswordPage { frame: page.frame.noticing(asked.done.as_deref()), ..page }))
}

/// Changes it.
pub(crate) async fn change(
    State(web): State<Web>,
    resident: Resident,
    Asks(asker): Asks,
    form: Form,
) -> Result<Response> {
    let (old, new) = (form.get("old_password"), form.get("password"));
    match web.domain.change_password(&resident.caller, old, new, asker).await {
        Ok(()) => Ok(layout::done(CHANGE, "password-changed")),
        Err(Error::Refused(Refusal::Invalid(faults))) => {
            let page = changing(&web, &resident, Faults::of(resident.words(), &faults)).await?;
            Ok(layout::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

async fn changing(web: &Web, resident: &Resident, faults: Faults) -> Result<PasswordPage> {
    web.domain.takes_mails()?;
    let (address, has_password) = web.domain.password_address(&resident.caller).await?;
    Ok(PasswordPage { frame: resident.frame("page-password", "/web/profile"), address, has_password, faults })
}
