//! Sign-in through the bot, from any browser or program. The caller shows a number, the person taps it in the bot, and
//! polling returns the session.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::sign_in::bot_sign_in::BotSignInPrompt;
use crate::domain::sign_in::bot_sign_in::ConfirmationPoll;
use crate::web::WebState;
use crate::web::api::sign_in::telegram_login;
use crate::web::api::sign_in::telegram_login::SessionResponse;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::client::{ClientSource, RequestedFrom};
use crate::web::extract::fields::from_fields;
use crate::web::extract::json;
use crate::web::openapi::responses;
use crate::web::problem::Result;
use crate::web::sign_in::bot_confirmation;
use crate::web::sign_in::bot_confirmation::{ConfirmationPurpose, StartedConfirmation};

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
    client: ClientSource,
    cookies: RequestCookies,
) -> Result<Json<StartSignInResponse>> {
    let started = bot_confirmation::start(&web, &cookies, client, ConfirmationPurpose::SignIn).await?;
    Ok(Json(started.into()))
}

impl From<StartedConfirmation> for StartSignInResponse {
    fn from(StartedConfirmation { poll_token, prompt }: StartedConfirmation) -> Self {
        let (poll_token, deep_link) = (poll_token.reveal(), prompt.deep_link());
        Self { code: prompt.code, deep_link, poll_token, number: prompt.number, expires_in: prompt.expires_in }
    }
}

/// Sign-in to poll.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PollSignInRequest {
    /// `poll_token` from the start call.
    poll_token: String,
}

from_fields!(PollSignInRequest { poll_token });

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

impl From<BotSignInPrompt> for SignInPending {
    fn from(prompt: BotSignInPrompt) -> Self {
        Self { expires_in: prompt.seconds }
    }
}

impl IntoResponse for SignInPending {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(self)).into_response()
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
    RequestedFrom(source): RequestedFrom,
    cookies: RequestCookies,
    json::JsonBody(poll): json::JsonBody<PollSignInRequest>,
) -> Result<Response> {
    cookies.site()?;
    match web.domain.poll_bot_sign_in(&poll.poll_token, source).await? {
        ConfirmationPoll::Waiting(prompt) => Ok(SignInPending::from(prompt).into_response()),
        ConfirmationPoll::Confirmed(session) => Ok(telegram_login::session_started(&web, &cookies, *session).await),
    }
}
