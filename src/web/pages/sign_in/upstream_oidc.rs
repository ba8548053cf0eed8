//! Sign-in with an upstream provider (Google, "Log in with Telegram") from our own pages: the redirect there and back.

use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain;
use crate::domain::sign_in::telegram_login::NewSession;
use crate::model::crypto::secret::Secret;
use crate::model::session::RequestSource;
use crate::model::sign_in::upstream_oidc::{UpstreamCode, UpstreamProvider, UpstreamRedirect};
use crate::web::api::Query;
use crate::web::cookies::refresh;
use crate::web::cookies::upstream_state;
use crate::web::cookies::upstream_state::UpstreamAuthState;
use crate::web::extract::caller::{OptionalUser, RequestedFrom};
use crate::web::middleware::RequestId;
use crate::web::page_paths;
use crate::web::pages::accounts::{identities, security};
use crate::web::pages::layout::SignedInPage;
use crate::web::problem::{Problem, Result};
use crate::web::{WebState, session_response};

/// Path that starts a sign-in with a provider.
pub(crate) const fn start_path(provider: UpstreamProvider) -> &'static str {
    match provider {
        UpstreamProvider::Google => "/auth/google/start",
        UpstreamProvider::Telegram => "/auth/telegram-login/start",
    }
}

/// True if a provider is enabled for our own pages.
pub(crate) fn is_open(web: &WebState, provider: UpstreamProvider) -> bool {
    web.domain.is_enabled(provider, &callback_url(web, provider))
}

fn callback_url(web: &WebState, provider: UpstreamProvider) -> String {
    format!("{}{}", web.domain.public_url(), provider.callback())
}

/// Value of `next` that marks the linking of a sign-in method. The sealed state carries it.
const LINK: &str = "/web/profile/security/outside";

/// Path that starts linking an account of a provider.
pub(crate) const fn link_path(provider: UpstreamProvider) -> &'static str {
    match provider {
        UpstreamProvider::Google => "/web/profile/security/google",
        UpstreamProvider::Telegram => "/web/profile/security/telegram-login",
    }
}

/// Query of the start: `next` is the path to go to after the sign-in.
#[derive(Debug, Deserialize)]
pub(crate) struct UpstreamStartQuery {
    next: Option<String>,
}

/// Redirects the browser to the provider, to sign in.
pub(crate) async fn start(
    State(web): State<WebState>,
    Extension(provider): Extension<UpstreamProvider>,
    Extension(RequestId(id)): Extension<RequestId>,
    headers: HeaderMap,
    Query(query): Query<UpstreamStartQuery>,
) -> Response {
    // Linking starts at its own path only, which checks the origin.
    let next = query.next.as_deref().and_then(page_paths::local).filter(|next| *next != LINK);
    redirect_to_provider((&web, provider), &headers, next).await.unwrap_or_else(|error| refuse(&id, next, error))
}

/// Redirects the browser of a signed-in person to the provider, to link their account there. Refuses requests from
/// other websites, because a person who follows such a link does not intend to link anything.
pub(crate) async fn start_telegram_link(
    State(web): State<WebState>,
    Extension(provider): Extension<UpstreamProvider>,
    _: SignedInPage,
    headers: HeaderMap,
) -> Result<Response> {
    refresh::site(&headers, &web.settings)?;
    Ok(redirect_to_provider((&web, provider), &headers, Some(LINK)).await?)
}

async fn redirect_to_provider(
    (web, provider): (&WebState, UpstreamProvider),
    headers: &HeaderMap,
    next: Option<&str>,
) -> domain::Result<Response> {
    let https = web.settings.is_https();
    let secret = upstream_state::get(headers, https).map_or_else(|| web.domain.random_secret(), ToOwned::to_owned);
    let auth_state = UpstreamAuthState::new(&secret, provider, &web.domain.random_id(), next);
    let redirect = UpstreamRedirect {
        state: &auth_state.state,
        // Telegram's ID token did not contain the nonce when tested; state and verifier tie the answer to the browser.
        nonce: (provider == UpstreamProvider::Google).then_some(auth_state.nonce.as_str()),
        challenge: &auth_state.challenge(),
        redirect_uri: &callback_url(web, provider),
    };
    let url = web.domain.upstream_redirect(provider, redirect).await?;
    Ok((upstream_state::set(&secret, https), Redirect::to(url.as_str())).into_response())
}

/// Query of the redirect back from the provider.
#[derive(Deserialize)]
pub(crate) struct UpstreamCallbackQuery {
    state: Option<String>,
    code: Option<String>,
}

/// Completes a sign-in or a link. A person who declined at the provider returns to the page they started from.
pub(crate) async fn callback(
    State(web): State<WebState>,
    Extension(provider): Extension<UpstreamProvider>,
    Extension(RequestId(id)): Extension<RequestId>,
    RequestedFrom(origin): RequestedFrom,
    headers: HeaderMap,
    Query(query): Query<UpstreamCallbackQuery>,
) -> Response {
    let https = web.settings.is_https();
    let auth_state = query.state.and_then(|state| UpstreamAuthState::returning(&headers, https, provider, &state));
    let Some(auth_state) = auth_state else {
        return Redirect::to(&page_paths::sign_in(None, Some("login_state"))).into_response();
    };
    let Some(code) = query.code.filter(|code| !code.is_empty()) else {
        let next = auth_state.next();
        let start = if next == Some(LINK) { security::HERE.to_owned() } else { page_paths::sign_in(next, None) };
        return Redirect::to(&start).into_response();
    };
    let code = UpstreamCode {
        code: Secret::new(code),
        redirect_uri: callback_url(&web, provider),
        nonce: (provider == UpstreamProvider::Google).then(|| auth_state.nonce.clone()),
        code_verifier: Some(auth_state.verifier.clone()),
    };
    if auth_state.next() == Some(LINK) {
        return link((&web, provider), &headers, &code).await.unwrap_or_else(IntoResponse::into_response);
    }
    match sign_in(&web, provider, &code, origin).await {
        Ok(session) => session_response::redirect_signed_in(&web, &headers, &session, auth_state.next()).await,
        Err(error) => refuse(&id, auth_state.next(), error),
    }
}

/// Links the account at the provider to the signed-in account.
async fn link(
    (web, provider): (&WebState, UpstreamProvider),
    headers: &HeaderMap,
    code: &UpstreamCode,
) -> Result<Response> {
    let OptionalUser(visitor) = OptionalUser::from_headers(headers, web).await?;
    let visitor = visitor.filter(|visitor| visitor.account().deletion_due_at.is_none());
    let Some(visitor) = visitor else {
        return Ok(Redirect::to(&page_paths::sign_in(Some(security::HERE), None)).into_response());
    };
    Ok(identities::after_link(web.domain.link_by_provider(&visitor, provider, code).await?))
}

async fn sign_in(
    web: &WebState,
    provider: UpstreamProvider,
    code: &UpstreamCode,
    origin: RequestSource,
) -> domain::Result<NewSession> {
    match provider {
        UpstreamProvider::Google => web.domain.sign_in_by_google(code, origin).await,
        UpstreamProvider::Telegram => web.domain.sign_in_by_telegram_login(code, origin).await,
    }
}

/// Logs the problem and redirects to the sign-in page, which shows it.
fn refuse(request_id: &str, next: Option<&str>, error: domain::Error) -> Response {
    let problem = Problem::from(error);
    problem.log(request_id);
    Redirect::to(&page_paths::sign_in(next, Some(problem.code()))).into_response()
}
