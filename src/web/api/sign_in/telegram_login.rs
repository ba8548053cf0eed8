//! Signing in, going on, signing out.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::accounts::profile::UserProfile;
use crate::domain::error::CredentialError;
use crate::domain::sessions::access_token::ACCESS_TOKEN_SECS;
use crate::domain::sign_in::telegram_login::NewSession;
use crate::model::sign_in::init_data::MiniAppInitData;
use crate::model::sign_in::login_widget::LoginWidgetPayload;
use crate::web::WebState;
use crate::web::api::AccessTokenResponse;
use crate::web::cookies::refresh;
use crate::web::extract::caller::{RequestedFrom, bearer};
use crate::web::extract::json;
use crate::web::extract::json::RawJson;
use crate::web::problem::{ProblemBody, Result};
use crate::web::session_response::end_old;

/// What every sign-in answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionResponse {
    /// Goes into `Authorization: Bearer …`.
    access_token: String,
    /// Always `bearer`.
    #[schema(example = "bearer")]
    token_type: &'static str,
    /// Seconds.
    #[schema(example = 900)]
    expires_in: i64,
    /// Who signed in.
    user: UserProfile,
}

/// The Login Widget's object, as Telegram made it: every field, nothing added.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents the body; `SignedLogin` reads it, because every received field counts")]
pub(crate) struct TelegramLoginRequest {
    /// The Telegram id; a number, or its decimal text.
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
    /// Unix seconds; at most 5 minutes ago unless the operator says otherwise.
    #[schema(example = 1_795_439_045)]
    auth_date: i64,
    /// HMAC-SHA256 in hexadecimal.
    hash: String,
}

/// Sign in with the Telegram Login Widget.
#[utoipa::path(
    post, path = "/auth/telegram", tag = "Sign in", request_body = TelegramLoginRequest,
    responses(
        (status = 200, description = "Signed in; the refresh cookie is set", body = SessionResponse),
        (status = 401, description = "Forged, stale or used", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not a widget object", body = ProblemBody, content_type = "application/problem+json"),
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
    Ok(begun(&web, &headers, session).await)
}

/// A Mini App's `initData`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MiniAppLoginRequest {
    /// `Telegram.WebApp.initData`, as it is.
    init_data: String,
}

/// Sign in from a Telegram Mini App.
#[utoipa::path(
    post, path = "/auth/telegram/miniapp", tag = "Sign in", request_body = MiniAppLoginRequest,
    responses(
        (status = 200, description = "Signed in; the refresh cookie is set", body = SessionResponse),
        (status = 401, description = "Forged, stale or used", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not `initData`", body = ProblemBody, content_type = "application/problem+json"),
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
    Ok(begun(&web, &headers, session).await)
}

/// Spend the refresh cookie for an access token and the next cookie.
#[utoipa::path(
    post, path = "/auth/refresh", tag = "Sessions",
    responses(
        (status = 200, description = "The session goes on; the next refresh cookie is set", body = AccessTokenResponse),
        (status = 401, description = "No cookie, or one that is no good", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "A website that is not allowed", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn refresh(
    State(web): State<WebState>,
    RequestedFrom(origin): RequestedFrom,
    headers: HeaderMap,
) -> Result<Response> {
    let (site, https) = (refresh::site(&headers, &web.settings)?, web.settings.is_https());
    if !refresh::is_there(&headers, https) {
        return Err(crate::domain::Refusal::NotAuthenticated.into());
    }
    let token = refresh::refresh_token(&headers, https).ok_or(crate::domain::Error::from(CredentialError::Invalid))?;
    let tokens = web.domain.refresh(token, origin).await?;
    let body = Json(AccessTokenResponse { access_token: tokens.access, expires_in: ACCESS_TOKEN_SECS });
    Ok((refresh::set(&tokens.refresh, site, https), body).into_response())
}

/// End this session: by the refresh cookie, or by an access token.
#[utoipa::path(
    post, path = "/auth/logout", tag = "Sessions",
    responses(
        (status = 204, description = "The session is over; the refresh cookie is taken away"),
        (status = 403, description = "A website that is not allowed", body = ProblemBody, content_type = "application/problem+json"),
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

/// A sign-in needs no guard: it shows its own proof, and another website's script cannot read the answer. The session that
/// the browser held before ends with it, unless another website sends the proof.
pub(crate) async fn begun(web: &WebState, headers: &HeaderMap, session: NewSession) -> Response {
    let site = refresh::site(headers, &web.settings);
    if site.is_ok() {
        end_old(web, headers).await;
    }
    let NewSession { tokens, user } = session;
    let body =
        SessionResponse { access_token: tokens.access, token_type: "bearer", expires_in: ACCESS_TOKEN_SECS, user };
    let site = site.unwrap_or(refresh::CookieSite::Own);
    (refresh::set(&tokens.refresh, site, web.settings.is_https()), Json(body)).into_response()
}
