//! To Google, or to "Log in with Telegram", and back: the way of a browser that is on our own pages.

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

/// Where the way to each provider begins.
pub(crate) const fn start_path(provider: UpstreamProvider) -> &'static str {
    match provider {
        UpstreamProvider::Google => "/auth/google/start",
        UpstreamProvider::Telegram => "/auth/telegram-login/start",
    }
}

/// Whether our own pages lead to that provider.
pub(crate) fn is_open(web: &WebState, provider: UpstreamProvider) -> bool {
    web.domain.is_enabled(provider, &callback_url(web, provider))
}

fn callback_url(web: &WebState, provider: UpstreamProvider) -> String {
    format!("{}{}", web.domain.public_url(), provider.callback())
}

/// Where whoever adds a way in comes back to; the state holds it, as any other `next`.
const LINK: &str = "/web/profile/security/outside";

/// Where the way to a provider begins that is to be a way in.
pub(crate) const fn link_path(provider: UpstreamProvider) -> &'static str {
    match provider {
        UpstreamProvider::Google => "/web/profile/security/google",
        UpstreamProvider::Telegram => "/web/profile/security/telegram-login",
    }
}

/// Where to go, signed in.
#[derive(Debug, Deserialize)]
pub(crate) struct UpstreamStartQuery {
    next: Option<String>,
}

/// Sends the browser to the provider.
pub(crate) async fn start(
    State(web): State<WebState>,
    Extension(provider): Extension<UpstreamProvider>,
    Extension(RequestId(id)): Extension<RequestId>,
    headers: HeaderMap,
    Query(asked): Query<UpstreamStartQuery>,
) -> Response {
    // Only our own page leads to where a way in is added.
    let next = asked.next.as_deref().and_then(page_paths::local).filter(|next| *next != LINK);
    depart((&web, provider), &headers, next).await.unwrap_or_else(|error| back(&id, next, error))
}

/// Sends the browser of a signed-in person to the provider, to add who they are there as a way in. Not for other websites'
/// links: whoever follows one means something else.
pub(crate) async fn start_telegram_link(
    State(web): State<WebState>,
    Extension(provider): Extension<UpstreamProvider>,
    _: SignedInPage,
    headers: HeaderMap,
) -> Result<Response> {
    refresh::site(&headers, &web.settings)?;
    Ok(depart((&web, provider), &headers, Some(LINK)).await?)
}

async fn depart(
    (web, provider): (&WebState, UpstreamProvider),
    headers: &HeaderMap,
    next: Option<&str>,
) -> domain::Result<Response> {
    let https = web.settings.is_https();
    let secret = upstream_state::get(headers, https).map_or_else(|| web.domain.random_secret(), ToOwned::to_owned);
    let errand = UpstreamAuthState::new(&secret, provider, &web.domain.random_id(), next);
    let departure = UpstreamRedirect {
        state: &errand.state,
        // Telegram's token did not repeat it when that was measured; state and verifier tie the answer to the browser.
        nonce: (provider == UpstreamProvider::Google).then_some(errand.nonce.as_str()),
        challenge: &errand.challenge(),
        redirect_uri: &callback_url(web, provider),
    };
    let url = web.domain.upstream_redirect(provider, departure).await?;
    Ok((upstream_state::set(&secret, https), Redirect::to(url.as_str())).into_response())
}

/// What the provider sends the browser back with.
#[derive(Deserialize)]
pub(crate) struct UpstreamCallbackQuery {
    state: Option<String>,
    code: Option<String>,
}

/// Signs the browser in, and sends it on. A person who said no at the provider is where they began.
pub(crate) async fn callback(
    State(web): State<WebState>,
    Extension(provider): Extension<UpstreamProvider>,
    Extension(RequestId(id)): Extension<RequestId>,
    RequestedFrom(origin): RequestedFrom,
    headers: HeaderMap,
    Query(answer): Query<UpstreamCallbackQuery>,
) -> Response {
    let https = web.settings.is_https();
    let errand = answer.state.and_then(|state| UpstreamAuthState::returning(&headers, https, provider, &state));
    let Some(errand) = errand else {
        return Redirect::to(&page_paths::sign_in(None, Some("login_state"))).into_response();
    };
    let Some(code) = answer.code.filter(|code| !code.is_empty()) else {
        let next = errand.next();
        let begun = if next == Some(LINK) { security::HERE.to_owned() } else { page_paths::sign_in(next, None) };
        return Redirect::to(&begun).into_response();
    };
    let voucher = UpstreamCode {
        code: Secret::new(code),
        redirect_uri: callback_url(&web, provider),
        nonce: (provider == UpstreamProvider::Google).then(|| errand.nonce.clone()),
        code_verifier: Some(errand.verifier.clone()),
    };
    if errand.next() == Some(LINK) {
        return link((&web, provider), &headers, &voucher).await.unwrap_or_else(IntoResponse::into_response);
    }
    match admit(&web, provider, &voucher, origin).await {
        Ok(session) => session_response::on_page(&web, &headers, &session, errand.next()).await,
        Err(error) => back(&id, errand.next(), error),
    }
}

/// Adds whom the provider vouches for as a way into the account of whoever went there.
async fn link(
    (web, provider): (&WebState, UpstreamProvider),
    headers: &HeaderMap,
    voucher: &UpstreamCode,
) -> Result<Response> {
    let OptionalUser(visitor) = OptionalUser::of(headers, web).await?;
    let visitor = visitor.filter(|visitor| visitor.account().leaving_at.is_none());
    let Some(visitor) = visitor else {
        return Ok(Redirect::to(&page_paths::sign_in(Some(security::HERE), None)).into_response());
    };
    Ok(identities::on(web.domain.link_by_provider(&visitor, provider, voucher).await?))
}

async fn admit(
    web: &WebState,
    provider: UpstreamProvider,
    voucher: &UpstreamCode,
    origin: RequestSource,
) -> domain::Result<NewSession> {
    match provider {
        UpstreamProvider::Google => web.domain.sign_in_by_google(voucher, origin).await,
        UpstreamProvider::Telegram => web.domain.sign_in_by_telegram_login(voucher, origin).await,
    }
}

/// Back to where it began, which says what went wrong.
fn back(request_id: &str, next: Option<&str>, error: domain::Error) -> Response {
    let problem = Problem::from(error);
    problem.log(request_id);
    Redirect::to(&page_paths::sign_in(next, Some(problem.code()))).into_response()
}
