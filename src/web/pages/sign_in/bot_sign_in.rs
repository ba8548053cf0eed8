//! Sign-in through the bot: shows the number to tap, and waits without JavaScript.
//!
//! The poll token is in an `HttpOnly` cookie, never in an address.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::error::SignInRequestError;
use crate::domain::sign_in::bot_sign_in::BotSignInPoll;
use crate::domain::{Error, Refusal};
use crate::web::api::Query;
use crate::web::api::sign_in::bot_sign_in::deep_link;
use crate::web::cookies::flow::{BOT_SIGN_IN, FlowCookie};
use crate::web::extract::caller::{ClientNetwork, RequestedFrom};
use crate::web::extract::form::FormBody;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::problem::{Problem, Result};
use crate::web::{WebState, session_response};

/// Page that waits for the answer.
pub(crate) const HERE: &str = "/web/sign-in/bot";

/// Query of the page: `next` is the path to go to after the sign-in.
#[derive(Debug, Deserialize)]
pub(crate) struct BotSignInQuery {
    pub(crate) next: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in/bot_sign_in.html")]
struct BotSignInPage {
    frame: Layout,
    number: i64,
    deep_link: String,
    /// Command that the link sends, for people who have Telegram on another device.
    command: String,
    bot: String,
    /// Address of this page, to reload it.
    again: String,
    /// Address of the sign-in page.
    back: String,
}

/// Starts a sign-in and redirects to the page that waits for its answer.
pub(crate) async fn start(
    State(web): State<WebState>,
    RequestedFrom(origin): RequestedFrom,
    ClientNetwork(network): ClientNetwork,
    page: PageContext,
    form: FormBody,
) -> Result<Response> {
    let next = page_paths::local(form.get("next"));
    if page.visitor.is_some() {
        return Ok(Redirect::to(next.unwrap_or(page_paths::HOME)).into_response());
    }
    web.link.bot().ok_or_else(Problem::telegram_unavailable)?;
    let started = web.domain.start_bot_sign_in(origin, network).await?;
    let cookie = BOT_SIGN_IN.set(&started.token.reveal(), web.settings.is_https());
    Ok((cookie, Redirect::to(&page_paths::with_query(HERE, &[("next", next)]))).into_response())
}

/// Shows the number to tap. The page reloads itself, and redirects once the person has answered.
pub(crate) async fn wait(
    State(web): State<WebState>,
    RequestedFrom(origin): RequestedFrom,
    page: PageContext,
    headers: HeaderMap,
    Query(query): Query<BotSignInQuery>,
) -> Result<Response> {
    let (next, https) = (query.next.as_deref().and_then(page_paths::local), web.settings.is_https());
    if page.visitor.is_some() {
        return Ok(Redirect::to(next.unwrap_or(page_paths::HOME)).into_response());
    }
    let Some(token) = BOT_SIGN_IN.get(&headers, https) else {
        return Ok(refuse(SignInRequestError::Expired.into(), next, (&BOT_SIGN_IN, https)));
    };
    match web.domain.poll_bot_sign_in(token, origin).await {
        Ok(BotSignInPoll::Begun(session)) => {
            Ok(session_response::redirect_signed_in(&web, &headers, &session, next).await)
        }
        Ok(BotSignInPoll::Waiting(request)) => {
            let bot = web.link.bot().ok_or_else(Problem::telegram_unavailable)?;
            let page = BotSignInPage {
                frame: page.frame("page-sign-in-bot", ""),
                number: request.number,
                deep_link: deep_link(&bot, &request.code),
                command: format!("/start signin_{}", request.code),
                bot,
                again: page_paths::with_query(HERE, &[("next", next)]),
                back: page_paths::sign_in(next, None),
            };
            Ok(layout::page(StatusCode::OK, &page))
        }
        Err(error) => Ok(refuse(error, next, (&BOT_SIGN_IN, https))),
    }
}

/// Answers a failed sign-in. A refusal removes the cookie and redirects to the sign-in page, which shows the reason. An
/// internal failure may be temporary, so the cookie stays.
pub(crate) fn refuse(error: Error, next: Option<&str>, (cookie, https): (&FlowCookie, bool)) -> Response {
    match error {
        Error::Refused(refusal @ Refusal::SignInRequest(_)) => {
            let back = Redirect::to(&page_paths::sign_in(next, Some(Problem::from(refusal).code())));
            (cookie.clear(https), back).into_response()
        }
        error => Problem::from(error).into_response(),
    }
}
