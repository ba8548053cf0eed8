//! Devices (RFC 8628): the person enters the code of a device and picks the number that it shows.
//!
//! The flow's weak spot is a stranger who starts it and sends the link. So opening the link only fills the field, the page
//! says who asks from where, and a wrong number denies for good.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::error::AuthorizationError;
use crate::domain::oauth::device::approval::{DeviceAnswer, DeviceOutcome, DevicePrompt};
use crate::domain::{Error, Refusal};
use crate::web::WebState;
use crate::web::extract::client::ClientSource;
use crate::web::extract::fields::from_fields;
use crate::web::extract::form::FormBody;
use crate::web::extract::query::Query;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::pages::oauth::scopes;
use crate::web::problem::{Problem, Result};

/// Query of the page.
#[derive(Debug)]
pub(crate) struct DeviceQuery {
    user_code: Option<String>,
}

from_fields!(DeviceQuery { user_code }, Ignored);

#[derive(Template)]
#[template(path = "oauth/device.html")]
struct DevicePage {
    frame: Layout,
    /// Code as entered, or from the link.
    code: String,
    /// Title and sentence of the error.
    error: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "oauth/device_request.html")]
struct DeviceRequestPage {
    frame: Layout,
    client: String,
    device: String,
    network: String,
    scopes: Vec<String>,
    name: String,
    /// Id of the request, which only this account may answer.
    request: i64,
    choices: [String; 3],
}

#[derive(Template)]
#[template(path = "oauth/device_result.html")]
struct DeviceResultPage {
    frame: Layout,
    sentence: String,
}

/// Asks for the code.
pub(crate) async fn show(page: SignedInPage, Query(query): Query<DeviceQuery>) -> Response {
    let (frame, code) = (page.frame("page-device", ""), query.user_code.unwrap_or_default());
    layout::page(StatusCode::OK, &DevicePage { frame, code, error: None })
}

/// Shows the request behind a code, or takes the answer to it.
pub(crate) async fn enter(
    State(web): State<WebState>,
    ClientSource { network, .. }: ClientSource,
    page: SignedInPage,
    form: FormBody,
) -> Result<Response> {
    if !form.get("number").is_empty() {
        return answer(&web, &page, &form).await;
    }
    let code = form.get("user_code");
    match web.domain.open_device_request(&page.caller, code, Some(network)).await {
        Ok(prompt) => Ok(layout::page(StatusCode::OK, &request_page(&page, prompt))),
        Err(Error::Refused(Refusal::Authorization(error))) => Ok(ask_again(&page, code, error)),
        Err(error) => Err(error.into()),
    }
}

fn request_page(page: &SignedInPage, prompt: DevicePrompt) -> DeviceRequestPage {
    DeviceRequestPage {
        frame: page.frame("page-device", ""),
        client: prompt.client_name,
        device: prompt.device,
        network: prompt.network,
        scopes: scopes::in_words(prompt.scopes, page.localizer()),
        name: page.caller.account().name.clone(),
        request: prompt.id,
        choices: prompt.choices.map(|number| number.to_string()),
    }
}

fn ask_again(page: &SignedInPage, code: &str, error: AuthorizationError) -> Response {
    let problem = Problem::from(Refusal::Authorization(error));
    let error = Some(page.localizer().problem(problem.code()));
    let shown = DevicePage { frame: page.frame("page-device", ""), code: code.to_owned(), error };
    let mut response = layout::page(problem.status(), &shown);
    response.headers_mut().extend(problem.headers());
    response
}

/// Takes a number; anything else denies.
async fn answer(web: &WebState, page: &SignedInPage, form: &FormBody) -> Result<Response> {
    let request = form.get("request").parse().unwrap_or_default();
    let answer = DeviceAnswer { request, number: form.get("number").parse().ok() };
    let (status, title, sentence) = match web.domain.answer_device_request(&page.caller, answer).await? {
        DeviceOutcome::Approved { .. } => (StatusCode::OK, "page-device-approved", "page-device-approved-say"),
        DeviceOutcome::Denied { .. } => (StatusCode::OK, "page-device-denied", "page-device-denied-say"),
        DeviceOutcome::WrongNumber { .. } => {
            (StatusCode::BAD_REQUEST, "page-problem-device_number_wrong", "page-problem-device_number_wrong-say")
        }
    };
    let sentence = page.localizer().text(sentence);
    Ok(layout::page(status, &DeviceResultPage { frame: page.frame(title, ""), sentence }))
}
