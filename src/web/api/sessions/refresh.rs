//! Refresh and sign-out of a session, by its refresh cookie.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::sessions::access_token::ACCESS_TOKEN_SECS;
use crate::model::session::RefreshToken;
use crate::web::WebState;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::app_caller::refuse_apps;
use crate::web::extract::caller::bearer;
use crate::web::extract::client::RequestedFrom;
use crate::web::openapi::responses;
use crate::web::problem::Result;
use crate::web::problem::refusals::credentials;

/// Access token and its lifetime.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccessTokenResponse {
    /// Access token; send it as `Authorization: Bearer …`.
    access_token: String,
    /// Lifetime in seconds.
    #[schema(example = 900)]
    expires_in: i64,
}

/// Exchange the refresh cookie for a new access token and the next refresh cookie.
#[utoipa::path(
    post, path = "/auth/refresh", operation_id = "refreshSession", tag = "Sessions", security(("refresh" = [])),
    responses(
        (status = 200, description = "The session continues. The response sets the next refresh cookie", body = AccessTokenResponse),
        responses::OriginErrors,
        (status = 401, description = "The refresh cookie is missing, invalid or already used"),
        (status = 429, description = "Too many refused cookies from this network"),
    )
)]
pub(crate) async fn refresh(
    State(web): State<WebState>,
    RequestedFrom(source): RequestedFrom,
    cookies: RequestCookies,
) -> Result<Response> {
    let site = cookies.site()?;
    if !cookies.has_refresh_token() {
        return Err(credentials::no_refresh_cookie(site));
    }
    let Some(token) = cookies.refresh_token(&web.domain).await? else {
        return Err(web.domain.refuse_malformed_credential(&source.network).await.into());
    };
    let tokens = web.domain.refresh(token, source).await?;
    let body = Json(AccessTokenResponse { access_token: tokens.access, expires_in: ACCESS_TOKEN_SECS });
    Ok((cookies.set_refresh_token(&tokens.refresh), body).into_response())
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
pub(crate) async fn logout(
    State(web): State<WebState>,
    cookies: RequestCookies,
    headers: HeaderMap,
) -> Result<Response> {
    cookies.site()?;
    let access_token = bearer(&headers).ok();
    if let Some(token) = access_token {
        refuse_apps(&web, token).await?;
    }
    if let Some(token) = token_to_end(&web, &cookies, access_token).await? {
        web.domain.sign_out(&token).await?;
    }
    if let Some(token) = access_token {
        web.domain.sign_out_by_access_token(token).await?;
    }
    Ok((StatusCode::NO_CONTENT, cookies.remove_refresh_token(&web.domain).await?, ()).into_response())
}

/// Refresh token whose session a sign-out ends. Of several, that of the session of the access token: the others may be of
/// another person.
async fn token_to_end(
    web: &WebState,
    cookies: &RequestCookies,
    access_token: Option<&str>,
) -> Result<Option<RefreshToken>> {
    let tokens = cookies.refresh_tokens();
    if let (Some(access_token), 2..) = (access_token, tokens.len())
        && let Ok(caller) = web.domain.authenticate_account_holder(access_token).await
        && let Some(token) = tokens.iter().find(|token| caller.session() == Some(token.session))
    {
        return Ok(Some(*token));
    }
    Ok(web.domain.choose_refresh_token(&tokens).await?)
}
