//! Signing in by the bot: the number to be tapped in chat, and waiting for it without JavaScript.
//!
//! What the browser waits with is in a cookie that no script sees, and in no address.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::error::NoSignIn;
use crate::domain::sign_in::bot_sign_in::Polled;
use crate::domain::{Error, Refusal};
use crate::web::api::Query;
use crate::web::api::sign_in::bot_sign_in::deep_link;
use crate::web::cookies::flow::{Brief, POLL};
use crate::web::extract::caller::{From, Near};
use crate::web::extract::form::Form;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Frame, Look};
use crate::web::problem::{Problem, Result};
use crate::web::{Web, session_response};

/// The page that waits.
pub(crate) const HERE: &str = "/web/sign-in/bot";

/// Where to go, signed in.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    pub(crate) next: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in_bot.html")]
struct WaitingPage {
    frame: Frame,
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
    State(web): State<Web>,
    From(origin): From,
    Near(network): Near,
    look: Look,
    form: Form,
) -> Result<Response> {
    let next = page_paths::local(form.get("next"));
    if look.visitor.is_some() {
        return Ok(Redirect::to(next.unwrap_or(page_paths::HOME)).into_response());
    }
    web.link.bot().ok_or_else(Problem::telegram_away)?;
    let started = web.domain.start_sign_in(origin, network).await?;
    let held = POLL.set(&started.token.reveal(), web.settings.is_https());
    Ok((held, Redirect::to(&page_paths::with_query(HERE, &[("next", next)]))).into_response())
}

/// Waits: the page looks again by itself, and goes on when the person has answered.
pub(crate) async fn wait(
    State(web): State<Web>,
    From(origin): From,
    look: Look,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (next, https) = (asked.next.as_deref().and_then(page_paths::local), web.settings.is_https());
    if look.visitor.is_some() {
        return Ok(Redirect::to(next.unwrap_or(page_paths::HOME)).into_response());
    }
    let Some(token) = POLL.held(&headers, https) else {
        return Ok(turned_away(NoSignIn::Expired.into(), next, (&POLL, https)));
    };
    match web.domain.poll_sign_in(token, origin).await {
        Ok(Polled::Begun(session)) => Ok(session_response::on_page(&web, &headers, &session, next).await),
        Ok(Polled::Waiting(shown)) => {
            let bot = web.link.bot().ok_or_else(Problem::telegram_away)?;
            let page = WaitingPage {
                frame: look.frame("page-by-bot", ""),
                number: shown.number,
                deep_link: deep_link(&bot, &shown.code),
                command: format!("/start signin_{}", shown.code),
                bot,
                again: page_paths::with_query(HERE, &[("next", next)]),
                back: page_paths::sign_in(next, None),
            };
            Ok(layout::page(StatusCode::OK, &page))
        }
        Err(error) => Ok(turned_away(error, next, (&POLL, https))),
    }
}

/// A one-time sign-in that is over leads back to the sign-in page, which says why; what the browser held for it goes. What broke
/// on our side may pass, and takes nothing away.
pub(crate) fn turned_away(error: Error, next: Option<&str>, (held, https): (&Brief, bool)) -> Response {
    match error {
        Error::Refused(refusal @ Refusal::NoSignIn(_)) => {
            let back = Redirect::to(&page_paths::sign_in(next, Some(Problem::from(refusal).code())));
            (held.clear(https), back).into_response()
        }
        error => Problem::from(error).into_response(),
    }
}
