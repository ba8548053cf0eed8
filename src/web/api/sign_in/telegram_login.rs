//! Sign-in with Telegram: Login Widget and Mini App. Also holds the response that every sign-in shares.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::sessions::access_token::ACCESS_TOKEN_SECS;
use crate::domain::sign_in::telegram_login::NewSession;
use crate::model::sign_in::init_data::MiniAppInitData;
use crate::model::sign_in::login_widget::LoginWidgetPayload;
use crate::web::WebState;
use crate::web::api::accounts::profile::UserView;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::client::RequestedFrom;
use crate::web::extract::fields::from_fields;
use crate::web::extract::json;
use crate::web::extract::json::RawJson;
use crate::web::openapi::responses;
use crate::web::problem::Result;
use crate::web::sign_in::session_response::end_previous_session;

/// Session started by a sign-in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionResponse {
    /// Access token; send it as `Authorization: Bearer …`.
    access_token: String,
    /// Always `bearer`.
    #[schema(example = "bearer")]
    token_type: &'static str,
    /// Lifetime of the access token in seconds.
    #[schema(example = 900)]
    expires_in: i64,
    /// The signed-in person.
    user: UserView,
}

/// Unchanged object of the Telegram Login Widget: all of its fields, and no others.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "documents the body; `LoginWidgetPayload` parses it, because every received field is signed"
)]
pub(crate) struct TelegramLoginRequest {
    /// Telegram id, as a number or a decimal string.
    #[schema(example = 1001)]
    id: i64,
    #[schema(example = "Ivan", nullable = false)]
    first_name: Option<String>,
    #[schema(nullable = false)]
    last_name: Option<String>,
    #[schema(example = "ivan", nullable = false)]
    username: Option<String>,
    #[schema(nullable = false)]
    photo_url: Option<String>,
    /// Time of the signature in Unix seconds; at most 5 minutes ago unless configured otherwise.
    #[schema(example = 1_795_439_045)]
    auth_date: i64,
    /// HMAC-SHA256 of the other fields, in hexadecimal.
    hash: String,
}

/// Sign in with the Telegram Login Widget.
#[utoipa::path(
    post, path = "/auth/telegram", operation_id = "signInWithTelegram", tag = "Sign in", request_body = TelegramLoginRequest,
    responses(
        (status = 200, description = responses::SIGNED_IN, body = SessionResponse),
        responses::TelegramProofErrors,
        (status = 422, description = "Not an object of the Login Widget"),
    )
)]
pub(crate) async fn telegram(
    State(web): State<WebState>,
    RequestedFrom(source): RequestedFrom,
    cookies: RequestCookies,
    RawJson(body): RawJson,
) -> Result<Response> {
    let login = LoginWidgetPayload::from_json(&body).map_err(crate::domain::Error::from)?;
    let session = web.domain.sign_in_by_widget(login, source).await?;
    Ok(session_started(&web, &cookies, session).await)
}

/// Init data of a Mini App.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MiniAppLoginRequest {
    /// Unchanged `Telegram.WebApp.initData`.
    init_data: String,
}

from_fields!(MiniAppLoginRequest { init_data });

/// Sign in from a Telegram Mini App.
#[utoipa::path(
    post, path = "/auth/telegram/miniapp", operation_id = "signInWithMiniApp", tag = "Sign in", request_body = MiniAppLoginRequest,
    responses(
        (status = 200, description = responses::SIGNED_IN, body = SessionResponse),
        responses::TelegramProofErrors,
        (status = 422, description = "Not `initData`"),
    )
)]
pub(crate) async fn mini_app(
    State(web): State<WebState>,
    RequestedFrom(source): RequestedFrom,
    cookies: RequestCookies,
    json::JsonBody(login): json::JsonBody<MiniAppLoginRequest>,
) -> Result<Response> {
    let data = MiniAppInitData::parse(&login.init_data).map_err(crate::domain::Error::from)?;
    let session = web.domain.sign_in_by_mini_app(&data, source).await?;
    Ok(session_started(&web, &cookies, session).await)
}

/// Answers a sign-in with its session. Any origin is accepted: the request carries its own proof, and CORS hides the
/// response from websites that are not allowed. Ends the browser's previous session, unless such a website sent the
/// request.
pub(crate) async fn session_started(web: &WebState, cookies: &RequestCookies, session: NewSession) -> Response {
    if cookies.site().is_ok() {
        end_previous_session(web, cookies).await;
    }
    let NewSession { tokens, user } = session;
    let user = user.into();
    let body =
        SessionResponse { access_token: tokens.access, token_type: "bearer", expires_in: ACCESS_TOKEN_SECS, user };
    (cookies.set_refresh_token(&tokens.refresh), Json(body)).into_response()
}
