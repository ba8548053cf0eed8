//! Target of Telegram's redirects: from the Login Widget, and from `login_url` buttons of the bot. The query holds the
//! signed payload.

use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use url::form_urlencoded;

use crate::domain::error::CredentialError;
use crate::domain::sign_in::telegram_login::NewSession;
use crate::domain::{self, Error};
use crate::model::session::RequestSource;
use crate::model::sign_in::login_widget::LoginWidgetPayload;
use crate::web::WebState;
use crate::web::extract::client::RequestedFrom;
use crate::web::page_paths;
use crate::web::pages::sign_in::redirect_request::RedirectRequest;
use crate::web::pages::sign_in::sign_in_link;
use crate::web::sign_in::session_response;

/// Query of the redirect. `state`, `link` and `next` are ours; every other field is part of the signed payload.
struct TelegramCallbackQuery {
    signed: Vec<(String, String)>,
    state: Option<String>,
    link: Option<String>,
    next: Option<String>,
}

impl TelegramCallbackQuery {
    /// Percent-decodes and splits the query.
    fn parse(query: &str) -> Self {
        let mut callback = Self { signed: Vec::new(), state: None, link: None, next: None };
        for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
            match name.as_str() {
                "state" => callback.state = Some(value),
                "link" => callback.link = Some(value),
                "next" => callback.next = Some(value),
                _ => callback.signed.push((name, value)),
            }
        }
        callback
    }
}

/// Sign in by a redirect from Telegram.
///
/// From the Login Widget, signs the browser in and redirects to `next`. From a link of the bot, redirects to a page
/// that asks for confirmation.
#[utoipa::path(
    get, path = "/auth/telegram/callback", operation_id = "completeTelegramSignIn", tag = "Sign in",
    params(
        ("state" = Option<String>, Query, description = "Login state; must equal the browser's cookie. Set by the sign-in page for the Login Widget"),
        ("link" = Option<String>, Query, description = "One-time token of a link from the bot; replaces `state`"),
        ("next" = Option<String>, Query, description = "Local path to go to after the sign-in"),
        ("id" = i64, Query, description = "Telegram id. Every field that Telegram sends is signed and must be passed unchanged", example = 1001),
        ("auth_date" = i64, Query, description = "Time of the signature, in Unix seconds", example = 1_795_439_045),
        ("hash" = String, Query, description = "HMAC-SHA256 of the signed fields, in hexadecimal"),
    ),
    responses((
        status = 303,
        description = "After a sign-in, redirects to `next` and sets the refresh cookie. From a link of the bot, redirects to the confirmation page. Otherwise redirects to `/web?error=…` with the problem code, or to `/web` if the person declined",
    ))
)]
pub(crate) async fn callback(
    request: RedirectRequest,
    RequestedFrom(source): RequestedFrom,
    RawQuery(query): RawQuery,
) -> Response {
    let TelegramCallbackQuery { signed, state, link, next } = TelegramCallbackQuery::parse(&query.unwrap_or_default());
    let next = next.as_deref().and_then(page_paths::local);
    if let Some(link) = link {
        return accept_link(&request, &link, signed, next).await;
    }
    if signed.is_empty() {
        return Redirect::to(&page_paths::sign_in(next, None)).into_response();
    }
    if !state.is_some_and(|state| request.cookies.has_login_state(&state)) {
        return Redirect::to(&page_paths::sign_in(next, Some("login_state"))).into_response();
    }
    match sign_in(&request.web, signed, source).await {
        Ok(session) => session_response::redirect_signed_in(&request.web, &request.cookies, &session, next).await,
        Err(error) => request.refuse(next, error),
    }
}

/// Accepts a link from the bot. The browser holds no login state then. Two things protect against login CSRF instead:
/// the page asks for confirmation, and the link belongs to one person. The link alone suffices if the person did not
/// share their identity.
async fn accept_link(
    request: &RedirectRequest,
    link: &str,
    signed: Vec<(String, String)>,
    next: Option<&str>,
) -> Response {
    if !signed.is_empty() {
        let checked = match LoginWidgetPayload::from_fields(signed) {
            Ok(login) => request.web.domain.check_who_opened_link(link, login).await,
            Err(_) => Err(CredentialError::LoginForged.into()),
        };
        if let Err(error) = checked {
            return request.refuse(next, error);
        }
    }
    sign_in_link::move_to_cookie(&request.cookies, link, next)
}

/// Signs in with the payload. A malformed one counts as forged: Telegram signs only complete payloads.
async fn sign_in(web: &WebState, signed: Vec<(String, String)>, source: RequestSource) -> domain::Result<NewSession> {
    let login = LoginWidgetPayload::from_fields(signed).map_err(|_| Error::from(CredentialError::LoginForged))?;
    web.domain.sign_in_by_widget(login, source).await
}
