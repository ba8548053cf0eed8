//! Sign-in through the bot: shows the number to tap, and waits without JavaScript.
//!
//! The poll token is in an `HttpOnly` cookie, never in an address.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain;
use crate::domain::error::SignInRequestError;
use crate::domain::sign_in::bot_sign_in::ConfirmationPoll;
use crate::domain::sign_in::telegram_login::NewSession;
use crate::domain::{Error, Refusal};
use crate::model::session::RequestSource;
use crate::web::WebState;
use crate::web::cookies::flow::{BOT_SIGN_IN, FlowCookie};
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::client::{ClientSource, RequestedFrom};
use crate::web::extract::fields::from_fields;
use crate::web::extract::form::FormBody;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::problem::{Problem, Result};
use crate::web::sign_in::bot_confirmation;
use crate::web::sign_in::bot_confirmation::{ConfirmationPurpose, NumberPrompt};
use crate::web::sign_in::session_response;

/// Query of the page: `next` is the path to go to after the sign-in.
#[derive(Debug)]
pub(crate) struct BotSignInQuery {
    pub(crate) next: Option<String>,
}

from_fields!(BotSignInQuery { next }, Ignored);

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
    client: ClientSource,
    page: PageContext,
    form: FormBody,
) -> Result<Response> {
    let next = page_paths::local(form.get("next"));
    if page.visitor.is_some() && form.get("again").is_empty() {
        return Ok(Redirect::to(next.unwrap_or(page_paths::HOME)).into_response());
    }
    let started = bot_confirmation::start(&web, &page.cookies, client, ConfirmationPurpose::SignIn).await?;
    let cookie = page.cookies.set_flow(&BOT_SIGN_IN, &started.poll_token.reveal());
    Ok((cookie, Redirect::to(&page_paths::with_query(page_paths::BOT_SIGN_IN, &[("next", next)]))).into_response())
}

/// Polls the sign-in of the browser: the first that is open, of several cookies.
async fn poll(
    web: &WebState,
    cookies: &RequestCookies,
    source: RequestSource,
) -> domain::Result<ConfirmationPoll<Box<NewSession>>> {
    let mut outcome = Err(SignInRequestError::Unknown.into());
    for (index, token) in cookies.flow_tokens(&BOT_SIGN_IN).into_iter().enumerate() {
        match web.domain.poll_bot_sign_in(token, source.clone()).await {
            Err(Error::Refused(Refusal::SignInRequest(_))) if index > 0 => {}
            Err(error @ Error::Refused(Refusal::SignInRequest(_))) => outcome = Err(error),
            other => return other,
        }
    }
    outcome
}

/// Shows the number to tap. The page reloads itself, and redirects once the person has answered.
pub(crate) async fn wait(
    State(web): State<WebState>,
    RequestedFrom(source): RequestedFrom,
    page: PageContext,
    Query(query): Query<BotSignInQuery>,
) -> Result<Response> {
    let next = query.next.as_deref().and_then(page_paths::local);
    if page.visitor.is_some() && !page.cookies.has_flow(&BOT_SIGN_IN) {
        return Ok(Redirect::to(next.unwrap_or(page_paths::HOME)).into_response());
    }
    if !page.cookies.has_flow(&BOT_SIGN_IN) {
        return Ok(refuse(&page.cookies, &BOT_SIGN_IN, SignInRequestError::Expired.into(), next));
    }
    match poll(&web, &page.cookies, source).await {
        Ok(ConfirmationPoll::Confirmed(session)) => {
            Ok(session_response::redirect_signed_in(&web, &page.cookies, &session, next).await)
        }
        Ok(ConfirmationPoll::Waiting(prompt)) => {
            let prompt = NumberPrompt::new(&web, prompt).ok_or_else(Problem::telegram_unavailable)?;
            let page = BotSignInPage {
                frame: page.frame("page-sign-in-bot", ""),
                number: prompt.number,
                deep_link: prompt.deep_link(),
                command: prompt.command(),
                bot: prompt.bot,
                again: page_paths::with_query(page_paths::BOT_SIGN_IN, &[("next", next)]),
                back: page_paths::sign_in(next, None),
            };
            Ok(layout::page(StatusCode::OK, &page))
        }
        Err(error) => Ok(refuse(&page.cookies, &BOT_SIGN_IN, error, next)),
    }
}

/// Answers a failed sign-in. A refusal removes the cookie and redirects to the sign-in page, which shows the reason. An
/// internal failure may be temporary, so the cookie stays.
pub(crate) fn refuse(cookies: &RequestCookies, cookie: &FlowCookie, error: Error, next: Option<&str>) -> Response {
    match error {
        Error::Refused(refusal @ Refusal::SignInRequest(_)) => {
            let back = Redirect::to(&page_paths::sign_in(next, Some(Problem::from(refusal).code())));
            (cookies.remove_flow(cookie), back).into_response()
        }
        error => Problem::from(error).into_response(),
    }
}
