//! Layer around all pages. Refuses forms of other websites, renders problems as pages, and sets the content security
//! policy.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::domain::Refusal;
use crate::model::session::RequestSource;
use crate::web::WebState;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::cookies::site::CookieSite;
use crate::web::extract::client::RequestedFrom;
use crate::web::extract::form::SubmittedForm;
use crate::web::middleware::RequestId;
use crate::web::oauth::endpoints;
use crate::web::pages::accounts::reauthentication;
use crate::web::pages::accounts::reauthentication::RefusedRequest;
use crate::web::pages::billing::terms::ContactLink;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::problem::Problem;

/// Content security policy of pages: files of this website, and forms to it.
pub(crate) const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Serves one page request.
pub(crate) async fn page_layer(
    State(web): State<WebState>,
    RequestedFrom(source): RequestedFrom,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers().clone();
    let cookies = RequestCookies::from_headers(&headers, &web.settings);
    let id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let is_safe = request.method().is_safe();
    let submitted = SubmittedForm::default();
    let here = request.uri().path_and_query().map(|path| path.as_str().to_owned()).unwrap_or_default();
    request.extensions_mut().insert(submitted.clone());
    let is_open = takes_foreign_forms(request.uri().path());
    let mut response = if is_safe || is_open || is_own(&cookies) {
        next.run(request).await
    } else {
        Problem::from(Refusal::ForeignOrigin).into_response()
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = if problem.needs_sign_in() {
            let form = (!is_safe).then(|| submitted.fields());
            let page = PageContext::from_headers(&headers, &web).await;
            reauthentication::instead(&web, &page, &problem, RefusedRequest { path: &here, form }).await
        } else {
            as_page(&web, &headers, &problem, id).await
        };
    } else if is_safe && is_page(&response) {
        response = keep_session_alive(&web, &cookies, source, response).await;
    }
    let headers = response.headers_mut();
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(PAGE_POLICY));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

/// Rotates the refresh cookie of a visitor who uses only pages, so that the session does not expire. A failure does not
/// prevent the page from being shown.
async fn keep_session_alive(
    web: &WebState,
    cookies: &RequestCookies,
    source: RequestSource,
    response: Response,
) -> Response {
    let Ok(Some(token)) = cookies.refresh_token(&web.domain).await else { return response };
    match web.domain.keep_session_alive(token, source).await {
        Ok(Some(next)) => (cookies.set_refresh_token(&next), response).into_response(),
        Ok(None) | Err(_) => response,
    }
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    response.status() == StatusCode::OK && kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// True for the endpoints to which clients send forms. They go by no cookie: such a form becomes a link first.
fn takes_foreign_forms(path: &str) -> bool {
    [endpoints::AUTHORIZE, endpoints::LOGOUT].contains(&path)
}

/// True for requests from our own pages. Allowed websites may use the API, but not submit our forms.
fn is_own(cookies: &RequestCookies) -> bool {
    matches!(cookies.site(), Ok(CookieSite::Own))
}

/// Codes of problems that a larger plan would lift.
const LIFTED_BY_A_PLAN: [&str; 2] = ["insufficient_plan", "key_limit_reached"];

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Layout,
    sentence: String,
    request_id: String,
    /// Offers to sign out: the suspended session prevents a sign-in with another account.
    leave: bool,
    /// Contact of the operator, for a person whose account is suspended.
    contact: Option<ContactLink>,
    /// Leads to the plans, of which a larger one would help.
    plans: bool,
}

/// Renders a problem as a page. Details of internal faults go to the log; the page shows only the request id.
async fn as_page(web: &WebState, headers: &HeaderMap, problem: &Problem, RequestId(request_id): RequestId) -> Response {
    problem.log(&request_id);
    let page = PageContext::from_headers(headers, web).await;
    let (title, sentence) = page.localizer.problem(problem.code());
    let frame = Layout { title, ..page.frame("page-problem-other", "") };
    let leave = problem.code() == Problem::from(Refusal::Banned { contact: None }).code();
    let contact = web.domain.support().filter(|_| leave).map(ContactLink::of);
    let plans = LIFTED_BY_A_PLAN.contains(&problem.code());
    let page = ErrorPage { frame, sentence, request_id, leave, contact, plans };
    let mut response = layout::page(problem.status(), &page);
    response.headers_mut().extend(problem.headers());
    response
}
