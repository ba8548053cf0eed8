//! Authorization endpoint (RFC 6749, section 3.1), and the way of a request through sign-in and consent.
//!
//! The parameters stay here; the browser travels with the id of the request alone, and a cookie ties the id to it.

use askama::Template;
use axum::extract::{Extension, FromRequestParts, RawQuery, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use url::form_urlencoded;

use crate::domain::error::AuthorizationError;
use crate::domain::oauth::authorization_step::{AuthorizationStep, SignInNeed, SignInReason};
use crate::domain::oauth::authorize::AuthorizationStart;
use crate::domain::{Error, Refusal};
use crate::model::network::Network;
use crate::model::oauth::authorization_response::AuthorizationResponse;
use crate::model::sign_in::email_address::Email;
use crate::web::WebState;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::client::ClientSource;
use crate::web::extract::fields::from_fields;
use crate::web::extract::json;
use crate::web::extract::query::Query;
use crate::web::middleware::RequestId;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::pages::oauth::answer;
use crate::web::problem::Result;

/// Request that begins an authorization: where it comes from, and what it says.
pub(crate) struct AuthorizationCall {
    web: WebState,
    headers: HeaderMap,
    network: Network,
    id: String,
}

/// Begins an authorization by a link.
pub(crate) async fn by_link(call: AuthorizationCall, RawQuery(query): RawQuery) -> Result<Response> {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    call.begin(pairs).await
}

/// Begins an authorization by a form, which may come from any website (`OpenID` Connect Core 1.0, section 3.1.2.1). No
/// cookie is looked at: a form of another website brings none.
pub(crate) async fn by_form(
    State(web): State<WebState>,
    Extension(RequestId(id)): Extension<RequestId>,
    ClientSource { network, .. }: ClientSource,
    request: Request,
) -> Result<Response> {
    if json::media_type(request.headers()).as_deref() != Some("application/x-www-form-urlencoded") {
        return Err(json::wrong_kind("Send a form, with `Content-Type: application/x-www-form-urlencoded`."));
    }
    let headers = request.headers().clone();
    let pairs = form_urlencoded::parse(&json::read(request).await?).into_owned().collect();
    AuthorizationCall { web, headers, network, id }.begin(pairs).await
}

impl AuthorizationCall {
    async fn begin(self, pairs: Vec<(String, String)>) -> Result<Response> {
        match self.web.domain.begin_authorization(&pairs, self.network).await {
            Ok(AuthorizationStart::Stored(stored)) => {
                let request = stored.id.reveal();
                let cookies = RequestCookies::from_headers(&self.headers, &self.web.settings);
                let cookie = cookies.set_authorization_browser(&request, &stored.browser);
                Ok((cookie, Redirect::to(&page_paths::authorize_continue(&request))).into_response())
            }
            Ok(AuthorizationStart::Respond(response)) => Ok(answer::send_back(&self.page().await, &response)),
            Err(Error::Refused(Refusal::Authorization(AuthorizationError::RedirectUriNotRegistered {
                redirect_uri,
            }))) => Ok(self.show_address(redirect_uri).await),
            Err(error) => Err(error.into()),
        }
    }

    async fn page(&self) -> PageContext {
        PageContext::from_headers(&self.headers, &self.web).await
    }

    /// Page that shows an address which is not registered, as text: a link would be the open redirect that is refused.
    async fn show_address(self, address: String) -> Response {
        let frame = self.page().await.frame("page-problem-redirect_uri_not_registered", "");
        layout::page(StatusCode::BAD_REQUEST, &RedirectUriPage { frame, address, request_id: self.id })
    }
}

impl FromRequestParts<WebState> for AuthorizationCall {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> std::result::Result<Self, Self::Rejection> {
        let ClientSource { network, .. } = ClientSource::from_request_parts(parts, web).await?;
        let RequestId(id) = parts.extensions.get::<RequestId>().cloned().unwrap_or_default();
        Ok(Self { web: web.clone(), headers: parts.headers.clone(), network, id })
    }
}

#[derive(Template)]
#[template(path = "oauth/redirect_uri.html")]
struct RedirectUriPage {
    frame: Layout,
    /// Address as sent; empty if none was.
    address: String,
    request_id: String,
}

/// Query of the pages of a request.
#[derive(Debug)]
pub(crate) struct ContinueQuery {
    pub(super) request: Option<String>,
}

from_fields!(ContinueQuery { request }, Ignored);

/// Continues a request, from its start, a sign-in or a link in another tab.
pub(crate) async fn proceed(
    State(web): State<WebState>,
    page: PageContext,
    Query(query): Query<ContinueQuery>,
) -> Result<Response> {
    if is_leaving(&page) {
        return Ok(Redirect::to(page_paths::ACCOUNT_DELETION).into_response());
    }
    let request = query.request.unwrap_or_default();
    match step(&web, &page, &request).await? {
        AuthorizationStep::Consent(_) => {
            let address = page_paths::with_query(page_paths::CONSENT, &[("request", Some(&request))]);
            Ok(Redirect::to(&address).into_response())
        }
        AuthorizationStep::SignIn(need) => Ok(sign_in(&page, &request, &need)),
        AuthorizationStep::Respond(response) => Ok(finish(&page, &request, &response)),
    }
}

/// True if the account of the visitor is scheduled for deletion. Such a person lets no app in.
pub(super) fn is_leaving(page: &PageContext) -> bool {
    page.visitor.as_ref().is_some_and(|visitor| visitor.account().deletion_due_at.is_some())
}

/// Next step of a request in this browser.
pub(super) async fn step(web: &WebState, page: &PageContext, request: &str) -> Result<AuthorizationStep> {
    let browser = page.cookies.authorization_browser(request);
    Ok(web.domain.continue_authorization(request, browser, page.visitor.as_ref()).await?)
}

/// Redirects to the sign-in page, which leads back to the request.
pub(super) fn sign_in(page: &PageContext, request: &str, need: &SignInNeed) -> Response {
    let next = page_paths::authorize_continue(request);
    let address = match need.reason {
        SignInReason::OtherAccount => page_paths::sign_in_as_other(&next),
        SignInReason::Reauthenticate if page.visitor.is_some() => page_paths::reauthenticate(&next),
        SignInReason::Reauthenticate | SignInReason::NotSignedIn => {
            let hint = need.login_hint.as_deref().filter(|hint| Email::parse(hint).is_ok());
            page_paths::with_query(page_paths::SIGN_IN, &[("hint", hint), ("next", Some(&next))])
        }
    };
    Redirect::to(&address).into_response()
}

/// Sends the browser back to the client, and forgets the request.
pub(super) fn finish(page: &PageContext, request: &str, response: &AuthorizationResponse) -> Response {
    let cookie = page.cookies.remove_authorization_browser(request);
    (cookie, answer::send_back(page, response)).into_response()
}
