//! What happens around every page: other websites' forms are refused, problems become pages, and browsers are told what a
//! page may do.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::domain::Refusal;
use crate::model::session::RequestSource;
use crate::web::WebState;
use crate::web::cookies::refresh;
use crate::web::cookies::refresh::CookieSite;
use crate::web::extract::caller::{OptionalUser, RequestedFrom};
use crate::web::middleware::RequestId;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::problem::Problem;

/// What a page may do: show our own files, and send forms to us.
pub(crate) const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The layer.
pub(crate) async fn around(
    State(web): State<WebState>,
    RequestedFrom(origin): RequestedFrom,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers().clone();
    let id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let looks = request.method().is_safe();
    let mut response = if looks || is_own(&headers, &web) {
        next.run(request).await
    } else {
        Problem::from(Refusal::ForeignOrigin).into_response()
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = as_page(&web, &headers, &problem, id).await;
    } else if looks && is_page(&response) {
        response = keep_session_alive(&web, &headers, origin, response).await;
    }
    let headers = response.headers_mut();
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(PAGE_POLICY));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

/// Gives whoever looks at pages day after day the next refresh cookie. What stands in the way is no reason to show nothing.
async fn keep_session_alive(web: &WebState, asked: &HeaderMap, origin: RequestSource, response: Response) -> Response {
    let https = web.settings.is_https();
    let Some(token) = refresh::refresh_token(asked, https) else { return response };
    match web.domain.keep_session_alive(token, origin).await {
        Ok(Some(next)) => (refresh::set(&next, CookieSite::Own, https), response).into_response(),
        Ok(None) | Err(_) => response,
    }
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    response.status() == StatusCode::OK && kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// An allowed website may use a session from its own pages, not send our forms.
fn is_own(headers: &HeaderMap, web: &WebState) -> bool {
    matches!(refresh::site(headers, &web.settings), Ok(CookieSite::Own))
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Layout,
    sentence: String,
    request_id: String,
    /// Whether a session stands in the way of signing in as somebody else.
    leave: bool,
}

/// A problem as people read it. What broke on our side goes to the log, and only its request's id to the page.
async fn as_page(web: &WebState, headers: &HeaderMap, problem: &Problem, RequestId(request_id): RequestId) -> Response {
    problem.log(&request_id);
    let OptionalUser(visitor) = OptionalUser::of(headers, web).await.unwrap_or(OptionalUser(None));
    let page = PageContext::new(web, headers, visitor);
    let (title, sentence) = page.words.problem(problem.code());
    let frame = Layout { title, ..page.frame("page-problem-other", "") };
    let leave = problem.code() == Problem::from(Refusal::Banned).code();
    let page = ErrorPage { frame, sentence, request_id, leave };
    let mut response = layout::page(problem.status(), &page);
    response.headers_mut().extend(problem.headers());
    response
}
