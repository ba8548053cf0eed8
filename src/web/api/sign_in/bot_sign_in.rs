//! Signing in by the bot, from any browser or program.

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
use crate::web::problem::{Problem, ProblemBody, Result};

/// A sign-in that waits for the bot's answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct StartSignInResponse {
    /// What the deep link carries; it signs nobody in by itself.
    #[schema(example = "q3Zc0nV5T9u1wYb7Kd2LxA")]
    code: String,
    /// Opens the bot.
    #[schema(example = "https://t.me/neuralbox_bot?start=signin_q3Zc0nV5T9u1wYb7Kd2LxA")]
    deep_link: String,
    /// Get the session with it; keep it secret.
    poll_token: String,
    /// The number to show: the person taps the same one in chat.
    #[serde(rename = "match")]
    #[schema(example = 42, minimum = 10, maximum = 99)]
    number: i64,
    /// How long it is good, in seconds.
    #[schema(example = 120)]
    expires_in: i64,
}

/// Begin a sign-in by the bot: show `match`, and lead the person to `deep_link`.
#[utoipa::path(
    post, path = "/auth/telegram/start", tag = "Sign in",
    responses(
        (status = 200, description = "Begun; poll until the person has answered", body = StartSignInResponse),
        (status = 403, description = "A website that is not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many from this network", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Telegram was not reached yet", body = ProblemBody, content_type = "application/problem+json"),
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
    /// What a request came to, with what opens the bot.
    pub(crate) fn new(started: &crate::domain::sign_in::bot_sign_in::StartedBotSignIn, deep_link: String) -> Self {
        let (poll_token, shown) = (started.token.reveal(), started.shown.clone());
        Self { code: shown.code, deep_link, poll_token, number: shown.number, expires_in: shown.seconds }
    }
}

/// Opens the bot with the request of that code.
pub(crate) fn deep_link(bot: &str, code: &str) -> String {
    format!("https://t.me/{bot}?start=signin_{code}")
}

/// Which sign-in is asked about.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PollSignInRequest {
    /// The `poll_token` of its beginning.
    poll_token: String,
}

/// That nobody has answered yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignInPending {
    /// How long it is still good, in seconds.
    #[schema(example = 97)]
    expires_in: i64,
}

impl PollSignInRequest {
    /// The `poll_token`.
    pub(crate) fn token(&self) -> &str {
        &self.poll_token
    }
}

impl SignInPending {
    /// So many seconds are left.
    pub(crate) const fn new(expires_in: i64) -> Self {
        Self { expires_in }
    }
}

/// Get the session, once, when the person has tapped the right number in chat.
#[utoipa::path(
    post, path = "/auth/telegram/poll", tag = "Sign in", request_body = PollSignInRequest,
    responses(
        (status = 200, description = "Signed in; the refresh cookie is set", body = SessionResponse),
        (status = 202, description = "Nobody has answered yet: ask again in two seconds", body = SignInPending),
        (status = 400, description = "It is over: expired, refused, used or unknown", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "A website that is not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No `poll_token`", body = ProblemBody, content_type = "application/problem+json"),
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
        BotSignInPoll::Waiting(shown) => {
            Ok((StatusCode::ACCEPTED, Json(SignInPending::new(shown.seconds))).into_response())
        }
        BotSignInPoll::Begun(session) => Ok(telegram_login::begun(&web, &headers, *session).await),
    }
}
