//! Sign-in with an upstream provider (Google, "Log in with Telegram") from our own pages: the redirect there and back.

use askama::Template;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::domain;
use crate::domain::sign_in::telegram_login::NewSession;
use crate::model::accounts::account::AccountId;
use crate::model::crypto::secret::Secret;
use crate::model::session::RequestSource;
use crate::model::sign_in::upstream_oidc::{UpstreamCode, UpstreamProvider, UpstreamRedirect};
use crate::web::WebState;
use crate::web::cookies::flow::UPSTREAM_LINK;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::cookies::upstream_state::{UpstreamAuthState, UpstreamPurpose};
use crate::web::extract::client::RequestedFrom;
use crate::web::extract::fields::from_fields;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::accounts::identities;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::pages::middleware::PAGE_POLICY;
use crate::web::pages::sign_in::redirect_request::RedirectRequest;
use crate::web::problem::{Problem, Result};
use crate::web::sign_in::session_response;

/// True if a provider is enabled for our own pages.
pub(crate) fn is_open(web: &WebState, provider: UpstreamProvider) -> bool {
    web.domain.is_enabled(provider, &callback_url(web, provider))
}

fn callback_url(web: &WebState, provider: UpstreamProvider) -> String {
    format!("{}{}", web.domain.public_url(), provider.callback())
}

/// Query of the start: `next` is the path to go to after the sign-in.
#[derive(Debug)]
pub(crate) struct UpstreamStartQuery {
    next: Option<String>,
}

from_fields!(UpstreamStartQuery { next }, Ignored);

/// Redirects the browser to the provider, to sign in.
pub(crate) async fn start_sign_in(
    request: RedirectRequest,
    Extension(provider): Extension<UpstreamProvider>,
    Query(query): Query<UpstreamStartQuery>,
) -> Response {
    let next = query.next.as_deref().and_then(page_paths::local);
    let purpose = UpstreamPurpose::SignIn { next: next.map(ToOwned::to_owned) };
    let redirect = redirect_to_provider(&request.web, &request.cookies, provider, purpose).await;
    redirect.unwrap_or_else(|error| request.refuse(next, error))
}

/// Redirects the browser of a signed-in person to the provider, to link their account there. Only a form of our own page
/// does this, because a person who follows a link of another website does not intend to link anything.
pub(crate) async fn start_link(
    State(web): State<WebState>,
    Extension(provider): Extension<UpstreamProvider>,
    page: SignedInPage,
) -> Result<Response> {
    page.cookies().site()?;
    web.domain.require_recent_sign_in(&page.caller)?;
    let purpose = UpstreamPurpose::LinkIdentity { account: page.caller.account().id };
    Ok(redirect_to_provider(&web, page.cookies(), provider, purpose).await?)
}

async fn redirect_to_provider(
    web: &WebState,
    cookies: &RequestCookies,
    provider: UpstreamProvider,
    purpose: UpstreamPurpose,
) -> domain::Result<Response> {
    let secret = cookies.upstream_secret().map_or_else(|| web.domain.random_secret(), ToOwned::to_owned);
    let auth_state = UpstreamAuthState::new(&secret, provider, &web.domain.random_id(), purpose);
    let redirect = UpstreamRedirect {
        state: &auth_state.state,
        // Telegram's ID token did not contain the nonce when tested; state and verifier tie the answer to the browser.
        nonce: (provider == UpstreamProvider::Google).then_some(auth_state.nonce.as_str()),
        challenge: &auth_state.challenge(),
        redirect_uri: &callback_url(web, provider),
    };
    let url = web.domain.upstream_redirect(provider, redirect).await?;
    Ok((cookies.set_upstream_secret(&secret), Redirect::to(url.as_str())).into_response())
}

/// Query of the redirect back from the provider.
pub(crate) struct UpstreamCallbackQuery {
    state: Option<String>,
    code: Option<String>,
}

from_fields!(UpstreamCallbackQuery { state, code }, Ignored);

/// Completes a sign-in or a link. A person who declined at the provider returns to the page they started from.
pub(crate) async fn callback(
    request: RedirectRequest,
    Extension(provider): Extension<UpstreamProvider>,
    RequestedFrom(source): RequestedFrom,
    Query(query): Query<UpstreamCallbackQuery>,
) -> Response {
    let state = query.state.and_then(|state| UpstreamAuthState::returning(&request.cookies, provider, &state));
    let Some(state) = state else {
        return Redirect::to(&page_paths::sign_in(None, Some("login_state"))).into_response();
    };
    let code = query.code.filter(|code| !code.is_empty()).map(|code| UpstreamCode {
        code: Secret::new(code),
        redirect_uri: callback_url(&request.web, provider),
        nonce: (provider == UpstreamProvider::Google).then(|| state.nonce.clone()),
        code_verifier: Some(state.verifier.clone()),
    });
    let next = state.purpose.next();
    match (&state.purpose, code) {
        (UpstreamPurpose::SignIn { .. }, None) => Redirect::to(&page_paths::sign_in(next, None)).into_response(),
        (UpstreamPurpose::LinkIdentity { .. }, None) => Redirect::to(page_paths::SECURITY).into_response(),
        (UpstreamPurpose::SignIn { .. }, Some(code)) => match sign_in(&request.web, provider, &code, source).await {
            Ok(session) => session_response::redirect_signed_in(&request.web, &request.cookies, &session, next).await,
            Err(error) => request.refuse(next, error),
        },
        (UpstreamPurpose::LinkIdentity { account }, Some(code)) => {
            let answer = PendingUpstreamLink::new(*account, provider, &code);
            (request.cookies.set_flow(&UPSTREAM_LINK, &answer.to_cookie()), Redirect::to(page_paths::UPSTREAM_LINK))
                .into_response()
        }
    }
}

/// Answer of a provider that waits in a cookie for the person's confirmation.
#[derive(Serialize, Deserialize)]
struct PendingUpstreamLink {
    /// Account that started the trip, and the only one to link to.
    account: i64,
    is_google: bool,
    code: String,
    nonce: Option<String>,
    verifier: Option<String>,
}

impl PendingUpstreamLink {
    fn new(account: AccountId, provider: UpstreamProvider, code: &UpstreamCode) -> Self {
        Self {
            account: account.0,
            is_google: provider == UpstreamProvider::Google,
            code: code.code.reveal().to_owned(),
            nonce: code.nonce.clone(),
            verifier: code.code_verifier.as_ref().map(|verifier| verifier.reveal().to_owned()),
        }
    }

    fn to_cookie(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Answer in the cookie, if the account that started is signed in.
    fn of(page: &SignedInPage) -> Option<Self> {
        let own = page.caller.account().id.0;
        let mut answers = page.cookies().flow_values(&UPSTREAM_LINK, |_| true).filter_map(Self::from_cookie);
        answers.find(|answer| answer.account == own)
    }

    fn from_cookie(value: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(value).ok()?).ok()
    }

    const fn provider(&self) -> UpstreamProvider {
        if self.is_google { UpstreamProvider::Google } else { UpstreamProvider::Telegram }
    }

    fn code(self, web: &WebState) -> UpstreamCode {
        UpstreamCode {
            redirect_uri: callback_url(web, self.provider()),
            code: Secret::new(self.code),
            nonce: self.nonce,
            code_verifier: self.verifier.map(Secret::new),
        }
    }
}

#[derive(Template)]
#[template(path = "accounts/upstream_link.html")]
struct UpstreamLinkPage {
    frame: Layout,
    /// Name of the provider.
    provider: String,
    name: String,
}

/// Asks to confirm the link. The provider may have answered without asking, so this is the person's only decision.
pub(crate) async fn ask_link(page: SignedInPage) -> Response {
    let Some(answer) = PendingUpstreamLink::of(&page) else {
        return Redirect::to(page_paths::SECURITY).into_response();
    };
    let kind = if answer.is_google { "google" } else { "telegram" };
    let provider = page.localizer().identity_kind(kind);
    let name = page.caller.account().name.clone();
    let frame = page.frame("page-upstream-link", page_paths::SECURITY);
    layout::page(StatusCode::OK, &UpstreamLinkPage { frame, provider, name })
}

/// Redeems the provider's answer and links the account there.
pub(crate) async fn confirm_link(State(web): State<WebState>, page: SignedInPage) -> Result<Response> {
    let Some(answer) = PendingUpstreamLink::of(&page) else {
        return Ok(Redirect::to(page_paths::SECURITY).into_response());
    };
    // The answer stays in its cookie until the person has signed in again.
    web.domain.require_recent_sign_in(&page.caller)?;
    let remove_cookie = page.cookies().remove_flow(&UPSTREAM_LINK);
    let provider = answer.provider();
    match web.domain.link_by_provider(&page.caller, provider, &answer.code(&web)).await {
        Ok(linking) => Ok((remove_cookie, identities::after_link(linking)).into_response()),
        Err(error) => Ok((remove_cookie, Problem::from(error)).into_response()),
    }
}

/// Content security policy of pages with a form that leads to a provider: browsers apply `form-action` to redirects too.
pub(crate) fn form_policy(web: &WebState) -> String {
    let open =
        [UpstreamProvider::Google, UpstreamProvider::Telegram].into_iter().filter(|provider| is_open(web, *provider));
    let origins: Vec<String> = open.filter_map(|provider| web.domain.upstream_origin(provider)).collect();
    if origins.is_empty() {
        return PAGE_POLICY.to_owned();
    }
    PAGE_POLICY.replace("form-action 'self'", &format!("form-action 'self' {}", origins.join(" ")))
}

async fn sign_in(
    web: &WebState,
    provider: UpstreamProvider,
    code: &UpstreamCode,
    source: RequestSource,
) -> domain::Result<NewSession> {
    match provider {
        UpstreamProvider::Google => web.domain.sign_in_by_google(code, source).await,
        UpstreamProvider::Telegram => web.domain.sign_in_by_telegram_login(code, source).await,
    }
}
