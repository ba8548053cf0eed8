//! Sign-in through the bot, from any browser or program. The caller shows a number, the person taps it in the bot, and
//! polling returns the session.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::sign_in::bot_sign_in::BotSignInPoll;
use crate::web::WebState;
use crate::web::api::sign_in::telegram_login;
use crate::web::api::sign_in::telegram_login::SessionResponse;
use crate::web::cookies::refresh;
use crate::web::extract::caller::{ClientNetwork, RequestedFrom};
use crate::web::extract::json;
use crate::web::openapi::responses;
use crate::web::problem::{Problem, Result};

/// Started sign-in that waits for an answer in the bot.
#[derive(Serialize, ToSchema)]
pub(crate) struct StartSignInResponse {
    /// Code in the deep link. It cannot be exchanged for a session.
    #[schema(example = "q3Zc0nV5T9u1wYb7Kd2LxA")]
    code: String,
    /// Address that opens the bot with this sign-in.
    #[schema(example = "https://t.me/neuralbox_bot?start=signin_q3Zc0nV5T9u1wYb7Kd2LxA")]
    deep_link: String,
    /// Secret token that the poll call exchanges for the session.
    poll_token: String,
    /// Number to show; the person taps the same number in the bot.
    #[serde(rename = "match")]
    #[schema(example = 42, minimum = 10, maximum = 99)]
    number: i64,
    /// Lifetime of the sign-in, in seconds.
    #[schema(example = 120)]
    expires_in: i64,
}

/// Start a sign-in through the bot.
///
/// Show `match` to the person and send them to `deep_link`.
#[utoipa::path(
    post, path = "/auth/telegram/start", operation_id = "startBotSignIn", tag = "Sign in",
    responses(
        (status = 200, description = "Started. Poll until the person answers in Telegram", body = StartSignInResponse),
        responses::BotSignInErrors,
        (status = 503, description = "Telegram is unavailable"),
    )
)]
pub(crate) async fn start(
    State(web): State<WebState>,
    RequestedFrom(origin): RequestedFrom,
    ClientNetwork(network): ClientNetwork,
    headers: HeaderMap,
) -> Result<Json<StartSignInResponse>> {
    refresh::site(&headers, &web.settings)?;
    let bot = web.link.bot().ok_or_else(Problem::telegram_unavailable)?;
    let started = web.domain.start_bot_sign_in(origin, network).await?;
    let link = deep_link(&bot, &started.shown.code);
    Ok(Json(StartSignInResponse::new(&started, link)))
}

impl StartSignInResponse {
    /// Response for a started sign-in.
    pub(crate) fn new(started: &crate::domain::sign_in::bot_sign_in::StartedBotSignIn, deep_link: String) -> Self {
        let (poll_token, request) = (started.token.reveal(), started.shown.clone());
        Self { code: request.code, deep_link, poll_token, number: request.number, expires_in: request.seconds }
    }
}

/// Address that opens the bot with the sign-in of `code`.
pub(crate) fn deep_link(bot: &str, code: &str) -> String {
    format!("https://t.me/{bot}?start=signin_{code}")
}

/// Sign-in to poll.
#[derive(Deserialize, ToSchema)]
#[serde(expecting = "an object")]
#[serde(deny_unknown_fields)]
pub(crate) struct PollSignInRequest {
    /// `poll_token` from the start call.
    poll_token: String,
}

/// Sign-in without an answer yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignInPending {
    /// Remaining lifetime of the sign-in, in seconds.
    #[schema(example = 97)]
    expires_in: i64,
}

impl PollSignInRequest {
    /// Secret token of the sign-in.
    pub(crate) fn token(&self) -> &str {
        &self.poll_token
    }
}

impl SignInPending {
    /// Body for a sign-in that ends in `expires_in` seconds.
    pub(crate) const fn new(expires_in: i64) -> Self {
        Self { expires_in }
    }
}

/// Poll a sign-in through the bot.
///
/// Returns the session once, after the person tapped the right number.
#[utoipa::path(
    post, path = "/auth/telegram/poll", operation_id = "pollBotSignIn", tag = "Sign in", request_body = PollSignInRequest,
    responses(
        (status = 200, description = responses::SIGNED_IN, body = SessionResponse),
        (status = 202, description = "Not answered yet. Poll again in two seconds", body = SignInPending),
        responses::BotPollErrors,
        responses::OriginErrors,
    )
)]
pub(crate) async fn poll(
    State(web): State<WebState>,
    RequestedFrom(origin): RequestedFrom,
    headers: HeaderMap,
    json::JsonBody(poll): json::JsonBody<PollSignInRequest>,
) -> Result<Response> {
    refresh::site(&headers, &web.settings)?;
    match web.domain.poll_bot_sign_in(&poll.poll_token, origin).await? {
        BotSignInPoll::Waiting(request) => {
            Ok((StatusCode::ACCEPTED, Json(SignInPending::new(request.seconds))).into_response())
        }
        BotSignInPoll::Begun(session) => Ok(telegram_login::session_started(&web, &headers, *session).await),
    }
}
