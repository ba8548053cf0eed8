//! Passwords of email accounts: forgot, reset, change.
//!
//! Responses do not disclose whether an address has an account.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::web::WebState;
use crate::web::api::sign_in::email_accounts::EmailSentResponse;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::caller::RecentCaller;
use crate::web::extract::checks;
use crate::web::extract::client::MailRequestedBy;
use crate::web::extract::fields::{FromFields, RequestFields};
use crate::web::extract::json;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// Address of the account whose password was forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgotPasswordRequest {
    #[schema(example = "ivan@example.com", max_length = 254)]
    email: String,
}

impl FromFields for ForgotPasswordRequest {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        Some(Self { email: fields.checked("email", checks::email)? })
    }
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
#[serde(deny_unknown_fields)]
pub(crate) struct ResetPasswordRequest {
    /// `token` from the query of the emailed link.
    token: String,
    /// New password; the rules of registration apply.
    #[schema(example = "correct horse battery staple", min_length = 8, max_length = 256)]
    password: String,
}

impl FromFields for ResetPasswordRequest {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let (token, password) = (fields.read("token"), fields.checked("password", checks::new_password));
        Some(Self { token: token?, password: password? })
    }
}

/// Set a new password with the token of an emailed link.
///
/// Ends all sessions of the account, its sign-in links and merge offers. Sign-in methods that are younger than the address
/// are disabled until the owner confirms each of them.
#[utoipa::path(
    post, path = "/auth/password/reset", operation_id = "resetPassword", tag = "Email accounts", request_body = ResetPasswordRequest,
    responses(
        (status = 204, description = "The password is changed"),
        responses::EmailErrors,
        (status = 400, description = "The link is unknown, expired or already used"),
        (status = 409, description = "The address was added less than seven days ago, after another one of the account"),
        (status = 422, description = "The password is not allowed. The link stays valid"),
    )
)]
pub(crate) async fn reset(
    State(web): State<WebState>,
    MailRequestedBy(requester): MailRequestedBy,
    cookies: RequestCookies,
    json::JsonBody(request): json::JsonBody<ResetPasswordRequest>,
) -> Result<Response> {
    let reset = web.domain.reset_password(&request.token, &request.password, requester).await?;
    let cookie = cookies.set_device_mark(&reset.device, cookies.receiving_site());
    Ok((cookie, StatusCode::NO_CONTENT).into_response())
}

/// Current password and new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePasswordRequest {
    old_password: String,
    /// New password; the rules of registration apply.
    #[schema(example = "correct horse battery staple", min_length = 8, max_length = 256)]
    password: String,
}

impl FromFields for ChangePasswordRequest {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let (old_password, password) = (fields.read("old_password"), fields.checked("password", checks::new_password));
        Some(Self { old_password: old_password?, password: password? })
    }
}

/// Change the password.
///
/// Ends all other sessions of the account.
#[utoipa::path(
    post, path = "/auth/password/change", operation_id = "changePassword", tag = "Email accounts", security(("session" = [])), request_body = ChangePasswordRequest,
    responses(
        (status = 204, description = "The password is changed"),
        responses::SessionErrors,
        (status = 403, description = "The last sign-in is more than 15 minutes ago (`reauth_required`); or email accounts are off"),
        (status = 409, description = "The caller signed in with a method added less than seven days ago, after the address"),
        (status = 422, description = "The current password is wrong, or the new one is not allowed"),
        (status = 429, description = "Too many wrong passwords, or more than 10 changes in an hour"),
    )
)]
pub(crate) async fn change(
    State(web): State<WebState>,
    RecentCaller(caller): RecentCaller,
    MailRequestedBy(requester): MailRequestedBy,
    json::JsonBody(request): json::JsonBody<ChangePasswordRequest>,
) -> Result<StatusCode> {
    web.domain.change_password(&caller, &request.old_password, &request.password, requester).await?;
    Ok(StatusCode::NO_CONTENT)
}
