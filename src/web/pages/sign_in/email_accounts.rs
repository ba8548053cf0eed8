//! Sign-in and registration with an email address.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::error::CredentialError;
use crate::domain::sign_in::email_accounts::{NewRegistration, PasswordAttempt, PendingRegistration};
use crate::domain::{Error, Refusal};
use crate::model::sign_in::login_widget::FieldError;
use crate::model::sign_in::password::PasswordWeakness;
use crate::web::WebState;
use crate::web::cookies::site::CookieSite;
use crate::web::extract::client::{ClientSource, MailRequestedBy};
use crate::web::extract::form::FormBody;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::pages::localizer::PageLocalizer;
use crate::web::pages::sign_in::sign_in_page;
use crate::web::pages::sign_in::sign_in_page::SignInPurpose;
use crate::web::problem::{Problem, Result};
use crate::web::sign_in::session_response;

/// Signs in. An error is shown on the sign-in page, with the entered address.
pub(crate) async fn enter(
    State(web): State<WebState>,
    ClientSource { source, network }: ClientSource,
    page: PageContext,
    form: FormBody,
) -> Result<Response> {
    let next = page_paths::local(form.get("next"));
    let devices = page.cookies.device_marks();
    let attempt =
        PasswordAttempt { email: form.get("email"), password: form.get("password"), devices: &devices, network };
    match web.domain.sign_in_by_password(attempt, source).await {
        Ok(signed_in) => {
            let cookie = page.cookies.set_device_mark(&signed_in.device, CookieSite::Own);
            Ok((cookie, session_response::redirect_signed_in(&web, &page.cookies, &signed_in.session, next).await)
                .into_response())
        }
        Err(Error::Refused(refusal)) => {
            let refusal = match refusal {
                Refusal::Invalid(_) => Refusal::InvalidCredential(CredentialError::WrongPassword),
                other => other,
            };
            if !matches!(refusal, Refusal::InvalidCredential(_) | Refusal::TooManyAttempts { .. } | Refusal::Busy) {
                return Err(refusal.into());
            }
            let problem = Problem::from(refusal);
            let error = Some(problem.code());
            let purpose = if page.visitor.is_some() { SignInPurpose::Reauthentication } else { SignInPurpose::SignIn };
            let attempt = sign_in_page::SignInAttempt { next, error, email: form.get("email"), done: None, purpose };
            let mut response = sign_in_page::render(&web, &page, attempt, problem.status()).await;
            response.headers_mut().extend(problem.headers());
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "sign_in/register.html")]
struct RegisterPage {
    frame: Layout,
    name: String,
    email: String,
    faults: RegisterFormErrors,
}

/// Errors of a form, by field.
#[derive(Default)]
pub(crate) struct RegisterFormErrors {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) old_password: Option<String>,
}

impl RegisterFormErrors {
    pub(crate) fn from_errors(localizer: &PageLocalizer, faults: &[FieldError]) -> Self {
        let of = |field: &str| faults.iter().find(|fault| fault.field == field);
        Self {
            name: of("name").map(|_| localizer.text("page-profile-name-bad")),
            email: of("email").map(|_| localizer.text("page-email-bad")),
            password: of("password").map(|fault| localizer.text(weakness(&fault.message))),
            old_password: of("old_password").map(|_| localizer.text("page-password-old-bad")),
        }
    }
}

fn weakness(message: &str) -> &'static str {
    match PasswordWeakness::ALL.into_iter().find(|weakness| weakness.message() == message) {
        Some(PasswordWeakness::Long) => "page-password-long",
        Some(PasswordWeakness::Common) => "page-password-common",
        Some(PasswordWeakness::Own) => "page-password-own",
        Some(PasswordWeakness::Short) | None => "page-password-short",
    }
}

/// Shows the registration form.
pub(crate) async fn show(State(web): State<WebState>, page: PageContext) -> Result<Response> {
    web.domain.accepts_email()?;
    if page.visitor.is_some() {
        return Ok(Redirect::to(page_paths::HOME).into_response());
    }
    let (name, email) = (String::new(), String::new());
    let page =
        RegisterPage { frame: page.frame("page-register", ""), name, email, faults: RegisterFormErrors::default() };
    Ok(layout::page(StatusCode::OK, &page))
}

/// Registers an address. The response does not disclose whether it already has an account.
pub(crate) async fn register(
    State(web): State<WebState>,
    MailRequestedBy(requester): MailRequestedBy,
    page: PageContext,
    form: FormBody,
) -> Result<Response> {
    let (name, email) = (form.get("name"), form.get("email"));
    match web.domain.register(NewRegistration { email, password: form.get("password"), name }, requester).await {
        Ok(PendingRegistration { browser, .. }) => {
            let cookie = page.cookies.set_registration(&browser);
            Ok((cookie, Redirect::to(page_paths::REGISTER_SENT)).into_response())
        }
        Err(Error::Refused(Refusal::Invalid(faults))) => {
            let page = RegisterPage {
                frame: page.frame("page-register", ""),
                name: name.to_owned(),
                email: email.to_owned(),
                faults: RegisterFormErrors::from_errors(&page.localizer, &faults),
            };
            Ok(layout::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "sign_in/mail_sent.html")]
struct MailSentPage {
    frame: Layout,
    /// Sentence that says what was sent.
    lead: String,
    /// Path of the form, to request another email.
    again: &'static str,
}

/// Shown after a registration, whatever the address.
pub(crate) async fn registered(page: PageContext) -> Response {
    sent(&page, "page-sent-register", page_paths::REGISTER)
}

/// Page that tells the person to check their inbox.
pub(crate) fn sent(page: &PageContext, lead: &str, again: &'static str) -> Response {
    let page = MailSentPage { frame: page.frame("page-sent", ""), lead: page.localizer.text(lead), again };
    layout::page(StatusCode::OK, &page)
}
