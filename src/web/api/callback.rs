//! Where Telegram's widget sends the browser in redirect mode: its fields are in the query, and a page is the answer.

use axum::extract::{Extension, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use url::form_urlencoded;

use crate::domain::error::BadToken;
use crate::domain::sign_in::NewSession;
use crate::domain::{self, Error};
use crate::model::login_widget::SignedLogin;
use crate::model::session::Origin;
use crate::web::caller::From;
use crate::web::pages::path;
use crate::web::reply::Problem;
use crate::web::request::RequestId;
use crate::web::{Web, begun, sign_in_state};

/// The query, taken apart: what Telegram signed, and what is ours and was not signed.
struct Answer {
    signed: Vec<(String, String)>,
    state: Option<String>,
    next: Option<String>,
}

impl Answer {
    /// Decodes the query, once.
    fn read(query: &str) -> Self {
        let mut answer = Self { signed: Vec::new(), state: None, next: None };
        for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
            match name.as_str() {
                "state" => answer.state = Some(value),
                "next" => answer.next = Some(value),
                _ => answer.signed.push((name, value)),
            }
        }
        answer
    }
}

/// The widget's redirect mode: signs the browser in and sends it on to a page.
#[utoipa::path(
    get, path = "/auth/telegram/callback", tag = "Sign in",
    params(
        ("state" = String, Query, description = "What the sign-in page put there, as in the browser's cookie"),
        ("next" = Option<String>, Query, description = "The local path to go to, signed in"),
        ("id" = i64, Query, description = "The Telegram id; this and every other field that the widget sends counts", example = 1001),
        ("auth_date" = i64, Query, description = "When Telegram signed it, in Unix seconds", example = 1_795_439_045),
        ("hash" = String, Query, description = "HMAC-SHA256 in hexadecimal"),
    ),
    responses((
        status = 303,
        description = "Signed in, the refresh cookie is set: to `next`. Not signed in: to `/web?error=…` with the problem's code, or to `/web` when the person declined",
    ))
)]
pub(crate) async fn callback(
    State(web): State<Web>,
    Extension(RequestId(id)): Extension<RequestId>,
    From(origin): From,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let Answer { signed, state, next } = Answer::read(&query.unwrap_or_default());
    let (next, https) = (next.as_deref().and_then(path::local), web.settings.is_https());
    if signed.is_empty() {
        return Redirect::to(&path::sign_in(next, None)).into_response();
    }
    if !state.is_some_and(|state| sign_in_state::is_held(&headers, https, &state)) {
        return Redirect::to(&path::sign_in(next, Some("login_state"))).into_response();
    }
    match admit(&web, signed, origin).await {
        Ok(session) => begun::on_page(&web, &headers, &session, next).await,
        Err(error) => {
            let problem = Problem::from(error);
            problem.log(&id);
            Redirect::to(&path::sign_in(next, Some(problem.code()))).into_response()
        }
    }
}

/// What is no widget object was not signed by Telegram either.
async fn admit(web: &Web, signed: Vec<(String, String)>, origin: Origin) -> domain::Result<NewSession> {
    let login = SignedLogin::from_fields(signed).map_err(|_| Error::from(BadToken::LoginForged))?;
    web.domain.sign_in_by_widget(login, origin).await
}
