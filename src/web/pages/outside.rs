//! To Google, or to "Log in with Telegram", and back: the way of a browser that is on our own pages.

use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain;
use crate::domain::sign_in::NewSession;
use crate::model::outside::{Departure, Provider, Voucher};
use crate::model::secret::Secret;
use crate::model::session::Origin;
use crate::web::api::Query;
use crate::web::caller::From;
use crate::web::errand::{self, Errand};
use crate::web::pages::path;
use crate::web::reply::Problem;
use crate::web::request::RequestId;
use crate::web::{Web, begun};

/// Where the way to each provider begins.
pub(crate) const fn start_path(provider: Provider) -> &'static str {
    match provider {
        Provider::Google => "/auth/google/start",
        Provider::Telegram => "/auth/telegram-login/start",
    }
}

/// Whether our own pages lead to that provider.
pub(crate) fn is_open(web: &Web, provider: Provider) -> bool {
    web.domain.lets_in_by(provider, &callback_url(web, provider))
}

fn callback_url(web: &Web, provider: Provider) -> String {
    format!("{}{}", web.domain.public_url(), provider.callback())
}

/// Where to go, signed in.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    next: Option<String>,
}

/// Sends the browser to the provider.
pub(crate) async fn start(
    State(web): State<Web>,
    Extension(provider): Extension<Provider>,
    Extension(RequestId(id)): Extension<RequestId>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let (next, https) = (asked.next.as_deref().and_then(path::local), web.settings.is_https());
    let secret = errand::held(&headers, https).map_or_else(|| web.domain.random_secret(), ToOwned::to_owned);
    let errand = Errand::new(&secret, provider, &web.domain.random_id(), next);
    let departure = Departure {
        state: &errand.state,
        // Telegram's token did not repeat it when that was measured; state and verifier tie the answer to the browser.
        nonce: (provider == Provider::Google).then_some(errand.nonce.as_str()),
        challenge: &errand.challenge(),
        redirect_uri: &callback_url(&web, provider),
    };
    match web.domain.depart_to(provider, departure).await {
        Ok(url) => (errand::set(&secret, https), Redirect::to(url.as_str())).into_response(),
        Err(error) => back(&id, next, error),
    }
}

/// What the provider sends the browser back with.
#[derive(Deserialize)]
pub(crate) struct Answer {
    state: Option<String>,
    code: Option<String>,
}

/// Signs the browser in, and sends it on. A person who said no at the provider is where they began.
pub(crate) async fn callback(
    State(web): State<Web>,
    Extension(provider): Extension<Provider>,
    Extension(RequestId(id)): Extension<RequestId>,
    From(origin): From,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Response {
    let https = web.settings.is_https();
    let errand = answer.state.and_then(|state| Errand::returning(&headers, https, provider, &state));
    let Some(errand) = errand else {
        return Redirect::to(&path::sign_in(None, Some("login_state"))).into_response();
    };
    let Some(code) = answer.code.filter(|code| !code.is_empty()) else {
        return Redirect::to(&path::sign_in(errand.next(), None)).into_response();
    };
    let voucher = Voucher {
        code: Secret::new(code),
        redirect_uri: callback_url(&web, provider),
        nonce: (provider == Provider::Google).then(|| errand.nonce.clone()),
        code_verifier: Some(errand.verifier.clone()),
    };
    match admit(&web, provider, &voucher, origin).await {
        Ok(session) => begun::on_page(&web, &headers, &session, errand.next()).await,
        Err(error) => back(&id, errand.next(), error),
    }
}

async fn admit(web: &Web, provider: Provider, voucher: &Voucher, origin: Origin) -> domain::Result<NewSession> {
    match provider {
        Provider::Google => web.domain.sign_in_by_google(voucher, origin).await,
        Provider::Telegram => web.domain.sign_in_by_telegram_login(voucher, origin).await,
    }
}

/// Back to where it began, which says what went wrong.
fn back(request_id: &str, next: Option<&str>, error: domain::Error) -> Response {
    let problem = Problem::from(error);
    problem.log(request_id);
    Redirect::to(&path::sign_in(next, Some(problem.code()))).into_response()
}
