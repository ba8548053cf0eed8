//! Signing in by the bot: the number to be tapped in chat, and waiting for it without JavaScript.
//!
//! What the browser waits with is in a cookie that no script sees, and in no address.

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

/// The page that waits.
pub(crate) const HERE: &str = "/web/sign-in/bot";

/// Where to go, signed in.
#[derive(Debug, Deserialize)]
pub(crate) struct BotSignInQuery {
    pub(crate) next: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in_bot.html")]
struct BotSignInPage {
    frame: Layout,
    number: i64,
    deep_link: String,
    /// What the link makes the person send, for whoever has Telegram on another device.
    command: String,
    bot: String,
    /// This page again, now.
    again: String,
    /// The sign-in page.
    back: String,
}

/// Begins a request, and leads to the page that waits.
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
    let held = BOT_SIGN_IN.set(&started.token.reveal(), web.settings.is_https());
    Ok((held, Redirect::to(&page_paths::with_query(HERE, &[("next", next)]))).into_response())
}

/// Waits: the page looks again by itself, and goes on when the person has answered.
pub(crate) async fn wait(
    State(web): State<WebState>,
    RequestedFrom(origin): RequestedFrom,
    page: PageContext,
    headers: HeaderMap,
    Query(asked): Query<BotSignInQuery>,
) -> Result<Response> {
    let (next, https) = (asked.next.as_deref().and_then(page_paths::local), web.settings.is_https());
    if page.visitor.is_some() {
        return Ok(Redirect::to(next.unwrap_or(page_paths::HOME)).into_response());
    }
    let Some(token) = BOT_SIGN_IN.get(&headers, https) else {
        return Ok(turned_away(SignInRequestError::Expired.into(), next, (&BOT_SIGN_IN, https)));
    };
    match web.domain.poll_bot_sign_in(token, origin).await {
        Ok(BotSignInPoll::Begun(session)) => Ok(session_response::on_page(&web, &headers, &session, next).await),
        Ok(BotSignInPoll::Waiting(shown)) => {
            let bot = web.link.bot().ok_or_else(Problem::telegram_unavailable)?;
            let page = BotSignInPage {
                frame: page.frame("page-sign-in-bot", ""),
                number: shown.number,
                deep_link: deep_link(&bot, &shown.code),
                command: format!("/start signin_{}", shown.code),
                bot,
                again: page_paths::with_query(HERE, &[("next", next)]),
                back: page_paths::sign_in(next, None),
            };
            Ok(layout::page(StatusCode::OK, &page))
        }
        Err(error) => Ok(turned_away(error, next, (&BOT_SIGN_IN, https))),
    }
}

/// A one-time sign-in that is over leads back to the sign-in page, which says why; what the browser held for it goes. What broke
/// on our side may pass, and takes nothing away.
pub(crate) fn turned_away(error: Error, next: Option<&str>, (held, https): (&FlowCookie, bool)) -> Response {
    match error {
        Error::Refused(refusal @ Refusal::SignInRequest(_)) => {
            let back = Redirect::to(&page_paths::sign_in(next, Some(Problem::from(refusal).code())));
            (held.clear(https), back).into_response()
        }
        error => Problem::from(error).into_response(),
    }
}
