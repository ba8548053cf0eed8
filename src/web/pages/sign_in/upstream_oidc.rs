//! Sign-in with an upstream provider (Google, "Log in with Telegram") from our own pages: the redirect there and back.

use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain;
use crate::domain::rate_limits::write_limits::WriteCost;
use crate::domain::sign_in::telegram_login::NewSession;
use crate::model::accounts::account::{Account, AccountId};
use crate::model::crypto::secret::Secret;
use crate::model::session::RequestSource;
use crate::model::sign_in::upstream_oidc::{UpstreamCode, UpstreamProvider, UpstreamRedirect};
use crate::web::WebState;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::cookies::upstream_state::{UpstreamAuthState, UpstreamPurpose};
use crate::web::extract::caller;
use crate::web::extract::client::RequestedFrom;
use crate::web::extract::fields::from_fields;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::accounts::identities;
use crate::web::pages::layout::SignedInPage;
use crate::web::pages::sign_in::redirect_request::RedirectRequest;
use crate::web::problem::Result;
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

/// Redirects the browser of a signed-in person to the provider, to link their account there. Refuses requests from
/// other websites, because a person who follows such a link does not intend to link anything.
pub(crate) async fn start_link(
    State(web): State<WebState>,
    Extension(provider): Extension<UpstreamProvider>,
    page: SignedInPage,
) -> Result<Response> {
    page.cookies().site()?;
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
            link(&request, *account, provider, &code).await.unwrap_or_else(IntoResponse::into_response)
        }
    }
}

/// Links the account at the provider to `account`, if it is still signed in.
async fn link(
    request: &RedirectRequest,
    account: AccountId,
    provider: UpstreamProvider,
    code: &UpstreamCode,
) -> Result<Response> {
    let visitor = caller::visitor(&request.cookies, &request.web).await?;
    let is_starter = |found: &Account| found.id == account && found.deletion_due_at.is_none();
    let Some(visitor) = visitor.filter(|visitor| is_starter(visitor.account())) else {
        return Ok(Redirect::to(&page_paths::sign_in(Some(page_paths::SECURITY), None)).into_response());
    };
    request.web.domain.admit_write(&visitor, WriteCost::Dear).await?;
    Ok(identities::after_link(request.web.domain.link_by_provider(&visitor, provider, code).await?))
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
