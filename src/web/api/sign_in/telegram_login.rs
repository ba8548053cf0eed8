//! Sign-in with Telegram (Login Widget, Mini App), refresh and sign-out.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::error::CredentialError;
use crate::domain::sessions::access_token::ACCESS_TOKEN_SECS;
use crate::domain::sign_in::telegram_login::NewSession;
use crate::model::sign_in::init_data::MiniAppInitData;
use crate::model::sign_in::login_widget::LoginWidgetPayload;
use crate::web::WebState;
use crate::web::api::AccessTokenResponse;
use crate::web::api::accounts::profile::UserView;
use crate::web::cookies::refresh;
use crate::web::extract::caller::{RequestedFrom, bearer};
use crate::web::extract::json;
use crate::web::extract::json::RawJson;
use crate::web::openapi::responses;
use crate::web::problem::Result;
use crate::web::problem::refusals::credentials;
use crate::web::session_response::end_previous_session;

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
    RequestedFrom(origin): RequestedFrom,
    headers: HeaderMap,
    RawJson(body): RawJson,
) -> Result<Response> {
    let login = LoginWidgetPayload::from_json(&body).map_err(crate::domain::Error::from)?;
    let session = web.domain.sign_in_by_widget(login, origin).await?;
    Ok(session_started(&web, &headers, session).await)
}

/// Init data of a Mini App.
#[derive(Deserialize, ToSchema)]
#[serde(expecting = "an object")]
#[serde(deny_unknown_fields)]
pub(crate) struct MiniAppLoginRequest {
    /// Unchanged `Telegram.WebApp.initData`.
    init_data: String,
}

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
    RequestedFrom(origin): RequestedFrom,
    headers: HeaderMap,
    json::JsonBody(login): json::JsonBody<MiniAppLoginRequest>,
) -> Result<Response> {
    let data = MiniAppInitData::parse(&login.init_data).map_err(crate::domain::Error::from)?;
    let session = web.domain.sign_in_by_mini_app(&data, origin).await?;
    Ok(session_started(&web, &headers, session).await)
}

/// Exchange the refresh cookie for a new access token and the next refresh cookie.
#[utoipa::path(
    post, path = "/auth/refresh", operation_id = "refreshSession", tag = "Sessions", security(("refresh" = [])),
    responses(
        (status = 200, description = "The session continues. The response sets the next refresh cookie", body = AccessTokenResponse),
        responses::OriginErrors,
        (status = 401, description = "The refresh cookie is missing, invalid or already used"),
    )
)]
pub(crate) async fn refresh(
    State(web): State<WebState>,
    RequestedFrom(origin): RequestedFrom,
    headers: HeaderMap,
) -> Result<Response> {
    let (site, https) = (refresh::site(&headers, &web.settings)?, web.settings.is_https());
    if !refresh::has_refresh_cookie(&headers, https) {
        return Err(credentials::no_refresh_cookie());
    }
    let token = refresh::refresh_token(&headers, https).ok_or(crate::domain::Error::from(CredentialError::Invalid))?;
    let tokens = web.domain.refresh(token, origin).await?;
    let body = Json(AccessTokenResponse { access_token: tokens.access, expires_in: ACCESS_TOKEN_SECS });
    Ok((refresh::set(&tokens.refresh, site, https), body).into_response())
}

/// Sign out: end the session of the refresh cookie or the access token.
#[utoipa::path(
    post, path = "/auth/logout", operation_id = "signOut", tag = "Sessions",
    security(("refresh" = []), ("session" = []), ()),
    responses(
        (status = 204, description = "The session has ended. The response removes the refresh cookie"),
        responses::OriginErrors,
    )
)]
pub(crate) async fn logout(State(web): State<WebState>, headers: HeaderMap) -> Result<Response> {
    let (site, https) = (refresh::site(&headers, &web.settings)?, web.settings.is_https());
    if let Some(token) = refresh::refresh_token(&headers, https) {
        web.domain.sign_out(&token).await?;
    }
    if let Ok(token) = bearer(&headers) {
        web.domain.sign_out_by_access_token(token).await?;
    }
    Ok((StatusCode::NO_CONTENT, refresh::clear(site, https), ()).into_response())
}

/// Answers a sign-in with its session. Any origin is accepted: the request carries its own proof, and CORS hides the
/// response from websites that are not allowed. Ends the browser's previous session, unless such a website sent the
/// request.
pub(crate) async fn session_started(web: &WebState, headers: &HeaderMap, session: NewSession) -> Response {
    let site = refresh::site(headers, &web.settings);
    if site.is_ok() {
        end_previous_session(web, headers).await;
    }
    let NewSession { tokens, user } = session;
    let user = user.into();
    let body =
        SessionResponse { access_token: tokens.access, token_type: "bearer", expires_in: ACCESS_TOKEN_SECS, user };
    let site = site.unwrap_or(refresh::CookieSite::Own);
    (refresh::set(&tokens.refresh, site, web.settings.is_https()), Json(body)).into_response()
}
