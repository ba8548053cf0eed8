//! Where Telegram sends the browser: its widget in redirect mode, and the bot's `login_url` button. What it signed is in the query,
//! and a page is the answer.

use axum::extract::{Extension, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use url::form_urlencoded;

use crate::domain::error::CredentialError;
use crate::domain::sign_in::telegram_login::NewSession;
use crate::domain::{self, Error};
use crate::model::session::RequestSource;
use crate::model::sign_in::login_widget::LoginWidgetPayload;
use crate::web::cookies::login_state;
use crate::web::extract::caller::RequestedFrom;
use crate::web::middleware::RequestId;
use crate::web::page_paths;
use crate::web::pages::sign_in::sign_in_link;
use crate::web::problem::Problem;
use crate::web::{WebState, session_response};

/// The query, taken apart: what Telegram signed, and what is ours and was not signed.
struct TelegramCallbackQuery {
    signed: Vec<(String, String)>,
    state: Option<String>,
    link: Option<String>,
    next: Option<String>,
}

impl TelegramCallbackQuery {
    /// Decodes the query, once.
    fn read(query: &str) -> Self {
        let mut answer = Self { signed: Vec::new(), state: None, link: None, next: None };
        for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
            match name.as_str() {
                "state" => answer.state = Some(value),
                "link" => answer.link = Some(value),
                "next" => answer.next = Some(value),
                _ => answer.signed.push((name, value)),
            }
        }
        answer
    }
}

/// Telegram sends the browser here. From its widget: signs the browser in and sends it on to a page. By a link from the chat: asks first
/// whether to, and as whom.
#[utoipa::path(
    get, path = "/auth/telegram/callback", tag = "Sign in",
    params(
        ("state" = Option<String>, Query, description = "From the widget: what the sign-in page put there, as in the browser's cookie"),
        ("link" = Option<String>, Query, description = "By a link from the chat, in place of `state`: what makes it good once"),
        ("next" = Option<String>, Query, description = "The local path to go to, signed in"),
        ("id" = i64, Query, description = "The Telegram id; this and every other field that the widget sends counts", example = 1001),
        ("auth_date" = i64, Query, description = "When Telegram signed it, in Unix seconds", example = 1_795_439_045),
        ("hash" = String, Query, description = "HMAC-SHA256 in hexadecimal"),
    ),
    responses((
        status = 303,
        description = "Signed in, the refresh cookie is set: to `next`. By a link from the chat: to the page that asks. Not signed in: to `/web?error=…` with the problem's code, or to `/web` when the person declined",
    ))
)]
pub(crate) async fn callback(
    State(web): State<WebState>,
    Extension(RequestId(id)): Extension<RequestId>,
    RequestedFrom(origin): RequestedFrom,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let TelegramCallbackQuery { signed, state, link, next } = TelegramCallbackQuery::read(&query.unwrap_or_default());
    let (next, https) = (next.as_deref().and_then(page_paths::local), web.settings.is_https());
    if let Some(link) = link {
        return by_link(&web, (&link, signed), next, &id).await;
    }
    if signed.is_empty() {
        return Redirect::to(&page_paths::sign_in(next, None)).into_response();
    }
    if !state.is_some_and(|state| login_state::matches(&headers, https, &state)) {
        return Redirect::to(&page_paths::sign_in(next, Some("login_state"))).into_response();
    }
    match admit(&web, signed, origin).await {
        Ok(session) => session_response::on_page(&web, &headers, &session, next).await,
        Err(error) => turned_away(error, next, &id),
    }
}

/// A browser that Telegram opened holds no state of ours. What a stranger may have sent here is told apart by the link's page, which
/// asks the person, and by the link, which is one person's. Whoever did not let Telegram say who they are has the link all the
/// same.
async fn by_link(
    web: &WebState,
    (link, signed): (&str, Vec<(String, String)>),
    next: Option<&str>,
    request: &str,
) -> Response {
    if !signed.is_empty() {
        let checked = match LoginWidgetPayload::from_fields(signed) {
            Ok(login) => web.domain.check_who_opened_link(link, login).await,
            Err(_) => Err(CredentialError::LoginForged.into()),
        };
        if let Err(error) = checked {
            return turned_away(error, next, request);
        }
    }
    sign_in_link::keep(link, next, web.settings.is_https())
}

/// Back to the sign-in page, which says why.
fn turned_away(error: Error, next: Option<&str>, request: &str) -> Response {
    let problem = Problem::from(error);
    problem.log(request);
    Redirect::to(&page_paths::sign_in(next, Some(problem.code()))).into_response()
}

/// What is no widget object was not signed by Telegram either.
async fn admit(web: &WebState, signed: Vec<(String, String)>, origin: RequestSource) -> domain::Result<NewSession> {
    let login = LoginWidgetPayload::from_fields(signed).map_err(|_| Error::from(CredentialError::LoginForged))?;
    web.domain.sign_in_by_widget(login, origin).await
}
