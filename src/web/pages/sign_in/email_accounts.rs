//! Signing in and registering with an e-mail address.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::error::BadToken;
use crate::domain::sign_in::email_accounts::{Attempt, Registration};
use crate::domain::{Error, Refusal};
use crate::model::sign_in::login_widget::FieldFault;
use crate::model::sign_in::password::Weakness;
use crate::web::cookies::refresh;
use crate::web::cookies::refresh::Site;
use crate::web::extract::caller::{Asks, From, Near};
use crate::web::extract::form::Form;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Frame, Look};
use crate::web::pages::localizer::Words;
use crate::web::pages::sign_in::sign_in_page;
use crate::web::problem::{Problem, Result};
use crate::web::{Web, session_response};

/// Where the sign-in page's form goes.
pub(crate) const SIGN_IN: &str = "/web/sign-in/email";
/// Where one registers.
pub(crate) const REGISTER: &str = "/web/register";
/// What is shown then.
pub(crate) const REGISTERED: &str = "/web/register/sent";

/// Signs in. What was wrong is said on the sign-in page again, with the address as it was typed.
pub(crate) async fn enter(
    State(web): State<Web>,
    (From(origin), Near(network)): (From, Near),
    (look, headers): (Look, HeaderMap),
    form: Form,
) -> Result<Response> {
    let (next, https) = (page_paths::local(form.get("next")), web.settings.is_https());
    let device = refresh::device(&headers, https);
    let attempt = Attempt { email: form.get("email"), password: form.get("password"), device, network };
    match web.domain.sign_in_by_password(attempt, origin).await {
        Ok(signed_in) => {
            let held = refresh::set_device(&signed_in.device, Site::Own, https);
            Ok((held, session_response::on_page(&web, &headers, &signed_in.session, next).await).into_response())
        }
        Err(Error::Refused(refusal)) => {
            let refusal = match refusal {
                Refusal::Invalid(_) => Refusal::InvalidToken(BadToken::WrongPassword),
                other => other,
            };
            if !matches!(refusal, Refusal::InvalidToken(_) | Refusal::TooManyTries { .. } | Refusal::Busy) {
                return Err(refusal.into());
            }
            let problem = Problem::from(refusal);
            let tried = sign_in_page::Tried { next, error: Some(problem.code()), email: form.get("email"), done: None };
            let mut response = sign_in_page::page((&web, &look), &headers, tried, problem.status());
            response.headers_mut().extend(problem.headers());
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "register.html")]
struct RegisterPage {
    frame: Frame,
    name: String,
    email: String,
    faults: Faults,
}

/// What is wrong with each field.
#[derive(Default)]
pub(crate) struct Faults {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) old_password: Option<String>,
}

impl Faults {
    pub(crate) fn of(words: &Words, faults: &[FieldFault]) -> Self {
        let of = |field: &str| faults.iter().find(|fault| fault.field == field);
        Self {
            name: of("name").map(|_| words.say("page-profile-name-bad")),
            email: of("email").map(|_| words.say("page-email-bad")),
            password: of("password").map(|fault| words.say(weakness(&fault.message))),
            old_password: of("old_password").map(|_| words.say("page-password-old-bad")),
        }
    }
}

fn weakness(message: &str) -> &'static str {
    match Weakness::ALL.into_iter().find(|weakness| weakness.message() == message) {
        Some(Weakness::Long) => "page-password-long",
        Some(Weakness::Common) => "page-password-common",
        Some(Weakness::Own) => "page-password-own",
        Some(Weakness::Short) | None => "page-password-short",
    }
}

/// The form.
pub(crate) async fn show(State(web): State<Web>, look: Look) -> Result<Response> {
    web.domain.takes_mails()?;
    if look.visitor.is_some() {
        return Ok(Redirect::to(page_paths::HOME).into_response());
    }
    let (name, email) = (String::new(), String::new());
    let page = RegisterPage { frame: look.frame("page-register", ""), name, email, faults: Faults::default() };
    Ok(layout::page(StatusCode::OK, &page))
}

/// Registers.
pub(crate) async fn register(State(web): State<Web>, Asks(asker): Asks, look: Look, form: Form) -> Result<Response> {
    let (name, email) = (form.get("name"), form.get("email"));
    match web.domain.register(Registration { email, password: form.get("password"), name }, asker).await {
        Ok(_) => Ok(Redirect::to(REGISTERED).into_response()),
        Err(Error::Refused(Refusal::Invalid(faults))) => {
            let page = RegisterPage {
                frame: look.frame("page-register", ""),
                name: name.to_owned(),
                email: email.to_owned(),
                faults: Faults::of(&look.words, &faults),
            };
            Ok(layout::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "mail_sent.html")]
struct SentPage {
    frame: Frame,
    /// What is on its way.
    lead: String,
    /// Where to ask again.
    again: &'static str,
}

/// After registering: whatever the address, look into the mails.
pub(crate) async fn registered(look: Look) -> Response {
    sent(&look, "page-sent-register", REGISTER)
}

/// Says that a mail is on its way.
pub(crate) fn sent(look: &Look, lead: &str, again: &'static str) -> Response {
    let page = SentPage { frame: look.frame("page-sent", ""), lead: look.words.say(lead), again };
    layout::page(StatusCode::OK, &page)
}
