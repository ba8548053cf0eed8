//! Forgotten password, and change of the password.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::sign_in::passwords::EmailSignIn;
use crate::domain::{Error, Refusal};
use crate::web::WebState;
use crate::web::extract::client::MailRequestedBy;
use crate::web::extract::form::FormBody;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::accounts::profile::ProfileQuery;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext, SignedInPage};
use crate::web::pages::sign_in::email_accounts;
use crate::web::pages::sign_in::email_accounts::RegisterFormErrors;
use crate::web::problem::Result;

#[derive(Template)]
#[template(path = "sign_in/password_forgot.html")]
struct ForgotPage {
    frame: Layout,
    email: String,
    faults: RegisterFormErrors,
}

#[derive(Template)]
#[template(path = "sign_in/password.html")]
struct PasswordPage {
    frame: Layout,
    /// Email address of the account, if it has one.
    address: Option<String>,
    has_password: bool,
    faults: RegisterFormErrors,
}

/// Shows the form for a forgotten password.
pub(crate) async fn show_forgot(State(web): State<WebState>, page: PageContext) -> Result<Response> {
    web.domain.accepts_email()?;
    let page = ForgotPage {
        frame: page.frame("page-forgot", ""),
        email: String::new(),
        faults: RegisterFormErrors::default(),
    };
    Ok(layout::page(StatusCode::OK, &page))
}

/// Requests a reset link. The response does not disclose whether the address has an account.
pub(crate) async fn forgot(
    State(web): State<WebState>,
    MailRequestedBy(requester): MailRequestedBy,
    page: PageContext,
    form: FormBody,
) -> Result<Response> {
    let email = form.get("email");
    match web.domain.forgot_password(email, requester).await {
        Ok(_) => Ok(Redirect::to(page_paths::PASSWORD_SENT).into_response()),
        Err(Error::Refused(Refusal::Invalid(faults))) => {
            let faults = RegisterFormErrors::from_errors(&page.localizer, &faults);
            let page = ForgotPage { frame: page.frame("page-forgot", ""), email: email.to_owned(), faults };
            Ok(layout::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// Shown after a request, whatever the address.
pub(crate) async fn sent(page: PageContext) -> Response {
    email_accounts::sent(&page, "page-sent-forgot", page_paths::PASSWORD_FORGOT)
}

/// Shows the form to change the password.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: SignedInPage,
    Query(query): Query<ProfileQuery>,
) -> Result<Response> {
    web.domain.require_recent_sign_in(&page.caller)?;
    let page = password_page(&web, &page, RegisterFormErrors::default()).await?;
    Ok(layout::page(StatusCode::OK, &PasswordPage { frame: page.frame.noticing(query.done.as_deref()), ..page }))
}

/// Changes the password.
pub(crate) async fn change(
    State(web): State<WebState>,
    page: SignedInPage,
    MailRequestedBy(requester): MailRequestedBy,
    form: FormBody,
) -> Result<Response> {
    let (old, new) = (form.get("old_password"), form.get("password"));
    match web.domain.change_password(&page.caller, old, new, requester).await {
        Ok(()) => Ok(layout::done(page_paths::PASSWORD, "password-changed")),
        Err(Error::Refused(Refusal::Invalid(faults))) => {
            let page = password_page(&web, &page, RegisterFormErrors::from_errors(page.localizer(), &faults)).await?;
            Ok(layout::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

async fn password_page(web: &WebState, page: &SignedInPage, faults: RegisterFormErrors) -> Result<PasswordPage> {
    web.domain.accepts_email()?;
    let EmailSignIn { address, has_password } = web.domain.email_sign_in(&page.caller).await?;
    Ok(PasswordPage { frame: page.frame("page-password", page_paths::PROFILE), address, has_password, faults })
}
