//! Email accounts: registration, confirmation of the address, sign-in and passwords.
//!
//! Responses do not disclose whether an address has an account.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::sign_in::email_accounts::{NewRegistration, PasswordAttempt};
use crate::web::WebState;
use crate::web::api::sign_in::telegram_login;
use crate::web::api::sign_in::telegram_login::SessionResponse;
use crate::web::cookies::refresh;
use crate::web::extract::caller::{Caller, ClientNetwork, MailRequestedBy, RequestedFrom};
use crate::web::extract::json;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// Email address and password.
#[derive(Deserialize, ToSchema)]
#[serde(expecting = "an object")]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginRequest {
    #[schema(example = "ivan@example.com", max_length = 254)]
    email: String,
    #[schema(example = "correct horse battery staple")]
    password: String,
}

/// Sign in with an email address and password.
#[utoipa::path(
    post, path = "/auth/login", operation_id = "signInWithPassword", tag = "Sign in", request_body = LoginRequest,
    responses(
        (status = 200, description = responses::SIGNED_IN, body = SessionResponse),
        responses::BodyErrors,
        (status = 401, description = "Wrong address or password, or the address is not confirmed yet"),
        (status = 403, description = "Email accounts are off, or this account is suspended"),
        (status = 429, description = "Too many wrong passwords"),
        (status = 503, description = "The service is overloaded"),
    )
)]
pub(crate) async fn login(
    State(web): State<WebState>,
    (RequestedFrom(origin), ClientNetwork(network)): (RequestedFrom, ClientNetwork),
    headers: HeaderMap,
    json::JsonBody(login): json::JsonBody<LoginRequest>,
) -> Result<Response> {
    let https = web.settings.is_https();
    let device = refresh::device(&headers, https);
    let attempt = PasswordAttempt { email: &login.email, password: &login.password, device, network };
    let signed_in = web.domain.sign_in_by_password(attempt, origin).await?;
    let site = refresh::site(&headers, &web.settings).unwrap_or(refresh::CookieSite::Own);
    let response = telegram_login::session_started(&web, &headers, signed_in.session).await;
    Ok((refresh::set_device(&signed_in.device, site, https), response).into_response())
}

/// Data of a registration.
#[derive(Deserialize, ToSchema)]
#[serde(expecting = "an object")]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterRequest {
    #[schema(example = "ivan@example.com", max_length = 254)]
    email: String,
    /// Password. Common passwords are refused, and so are passwords that contain the name or the address.
    #[schema(example = "correct horse battery staple", min_length = 8, max_length = 256)]
    password: String,
    /// Name of the person.
    #[schema(example = "Ivan", min_length = 1, max_length = 128)]
    name: String,
}

/// Email address that was used.
#[derive(Serialize, ToSchema)]
pub(crate) struct EmailSentResponse {
    /// Normalized address.
    #[schema(example = "ivan@example.com")]
    email: String,
}

/// Register an email address.
///
/// Sends a confirmation link to it. The response is the same if the address already has an account.
#[utoipa::path(
    post, path = "/auth/register", operation_id = "registerEmailAccount", tag = "Email accounts", request_body = RegisterRequest,
    responses(
        (status = 202, description = "An email will be sent to the address", body = EmailSentResponse),
        responses::MailErrors,
        responses::BodyErrors,
    )
)]
pub(crate) async fn register(
    State(web): State<WebState>,
    MailRequestedBy(requester): MailRequestedBy,
    json::JsonBody(request): json::JsonBody<RegisterRequest>,
) -> Result<Response> {
    let registration = NewRegistration { email: &request.email, password: &request.password, name: &request.name };
    let email = web.domain.register(registration, requester).await?;
    Ok((StatusCode::ACCEPTED, Json(EmailSentResponse { email: email.to_string() })).into_response())
}

/// Token of an emailed link.
#[derive(Deserialize, ToSchema)]
#[serde(expecting = "an object")]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailTokenRequest {
    /// `token` from the query of the emailed link.
    token: String,
}

impl EmailTokenRequest {
    /// One-time token of the link.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }
}

/// Confirm an email address.
///
/// Creates the account; the person can sign in then.
#[utoipa::path(
    post, path = "/auth/email/verify", operation_id = "verifyEmailAddress", tag = "Email accounts", request_body = EmailTokenRequest,
    responses(
        (status = 200, description = "Confirmed", body = EmailSentResponse),
        responses::MailLinkErrors,
        responses::EmailErrors,
    )
)]
pub(crate) async fn verify(
    State(web): State<WebState>,
    json::JsonBody(request): json::JsonBody<EmailTokenRequest>,
) -> Result<Json<EmailSentResponse>> {
    Ok(Json(EmailSentResponse { email: web.domain.confirm_address(&request.token).await? }))
}

/// Address of the account whose password was forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(expecting = "an object")]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgotPasswordRequest {
    #[schema(example = "ivan@example.com", max_length = 254)]
    email: String,
}

/// Request a link to reset the password.
///
/// The response is the same if the address has no account; no email is sent then.
#[utoipa::path(
    post, path = "/auth/password/forgot", operation_id = "requestPasswordReset", tag = "Email accounts", request_body = ForgotPasswordRequest,
    responses(
        (status = 202, description = "If the address has an account, an email will be sent to it", body = EmailSentResponse),
        responses::MailErrors,
        (status = 422, description = "Invalid email address"),
    )
)]
pub(crate) async fn forgot(
    State(web): State<WebState>,
    MailRequestedBy(requester): MailRequestedBy,
    json::JsonBody(request): json::JsonBody<ForgotPasswordRequest>,
) -> Result<Response> {
    let email = web.domain.forgot_password(&request.email, requester).await?;
    Ok((StatusCode::ACCEPTED, Json(EmailSentResponse { email: email.to_string() })).into_response())
}

/// Token of an emailed link, and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(expecting = "an object")]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetPasswordRequest {
    /// `token` from the query of the emailed link.
    token: String,
    /// New password; the rules of registration apply.
    #[schema(example = "correct horse battery staple", min_length = 8, max_length = 256)]
    password: String,
}

/// Set a new password with the token of an emailed link.
///
/// Ends all sessions of the account.
#[utoipa::path(
    post, path = "/auth/password/reset", operation_id = "resetPassword", tag = "Email accounts", request_body = ResetPasswordRequest,
    responses(
        (status = 204, description = "The password is changed"),
        responses::EmailErrors,
        (status = 400, description = "The link is unknown, expired or already used"),
        (status = 422, description = "The password is not allowed. The link stays valid"),
    )
)]
pub(crate) async fn reset(
    State(web): State<WebState>,
    MailRequestedBy(requester): MailRequestedBy,
    headers: HeaderMap,
    json::JsonBody(request): json::JsonBody<ResetPasswordRequest>,
) -> Result<Response> {
    let reset = web.domain.reset_password(&request.token, &request.password, requester).await?;
    let site = refresh::site(&headers, &web.settings).unwrap_or(refresh::CookieSite::Own);
    let cookie = refresh::set_device(&reset.device, site, web.settings.is_https());
    Ok((cookie, StatusCode::NO_CONTENT).into_response())
}

/// Current password and new password.
#[derive(Deserialize, ToSchema)]
#[serde(expecting = "an object")]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePasswordRequest {
    old_password: String,
    /// New password; the rules of registration apply.
    #[schema(example = "correct horse battery staple", min_length = 8, max_length = 256)]
    password: String,
}

/// Change the password.
///
/// Ends all other sessions of the account.
#[utoipa::path(
    post, path = "/auth/password/change", operation_id = "changePassword", tag = "Email accounts", security(("session" = [])), request_body = ChangePasswordRequest,
    responses(
        (status = 204, description = "The password is changed"),
        responses::SessionErrors,
        responses::EmailErrors,
        (status = 422, description = "The current password is wrong, or the new one is not allowed"),
        (status = 429, description = "Too many wrong passwords"),
    )
)]
pub(crate) async fn change(
    State(web): State<WebState>,
    Caller(caller): Caller,
    MailRequestedBy(requester): MailRequestedBy,
    json::JsonBody(request): json::JsonBody<ChangePasswordRequest>,
) -> Result<StatusCode> {
    web.domain.change_password(&caller, &request.old_password, &request.password, requester).await?;
    Ok(StatusCode::NO_CONTENT)
}
