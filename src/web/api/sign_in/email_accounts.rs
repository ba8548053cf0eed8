//! E-mail accounts: registering, confirming, signing in, and passwords.

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
use crate::web::problem::{ProblemBody, Result};

/// An address and its password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginRequest {
    #[schema(example = "ivan@example.com", max_length = 254)]
    email: String,
    #[schema(example = "correct horse battery staple")]
    password: String,
}

/// Sign in with an e-mail address and a password.
#[utoipa::path(
    post, path = "/auth/login", tag = "Sign in", request_body = LoginRequest,
    responses(
        (status = 200, description = "Signed in; the refresh cookie is set", body = SessionResponse),
        (status = 401, description = "Not right, or not confirmed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "E-mail accounts are off, or this one is suspended", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong passwords", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many at once", body = ProblemBody, content_type = "application/problem+json"),
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
    let answer = telegram_login::begun(&web, &headers, signed_in.session).await;
    Ok((refresh::set_device(&signed_in.device, site, https), answer).into_response())
}

/// What somebody registers with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterRequest {
    #[schema(example = "ivan@example.com", max_length = 254)]
    email: String,
    /// Not one of the common ones, and without the name or the address in it.
    #[schema(example = "correct horse battery staple", min_length = 8, max_length = 256)]
    password: String,
    /// What to call the person.
    #[schema(example = "Ivan", min_length = 1, max_length = 128)]
    name: String,
}

/// An address.
#[derive(Serialize, ToSchema)]
pub(crate) struct EmailSentResponse {
    /// As it is written to.
    #[schema(example = "ivan@example.com")]
    email: String,
}

/// Register an e-mail address: its owner confirms it by the link in a mail. The answer is the same if it has an account.
#[utoipa::path(
    post, path = "/auth/register", tag = "E-mail accounts", request_body = RegisterRequest,
    responses(
        (status = 202, description = "A mail is on its way to the address", body = EmailSentResponse),
        (status = 403, description = "E-mail accounts are off", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many mails", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn register(
    State(web): State<WebState>,
    MailRequestedBy(asker): MailRequestedBy,
    json::JsonBody(ask): json::JsonBody<RegisterRequest>,
) -> Result<Response> {
    let ask = NewRegistration { email: &ask.email, password: &ask.password, name: &ask.name };
    let email = web.domain.register(ask, asker).await?;
    Ok((StatusCode::ACCEPTED, Json(EmailSentResponse { email: email.to_string() })).into_response())
}

/// What stood in a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailTokenRequest {
    /// The `token` of the link in the mail.
    token: String,
}

/// Confirm an e-mail address: the account is made, and the person may sign in.
#[utoipa::path(
    post, path = "/auth/email/verify", tag = "E-mail accounts", request_body = EmailTokenRequest,
    responses(
        (status = 200, description = "Confirmed", body = EmailSentResponse),
        (status = 400, description = "The link is over: expired, used or unknown", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "E-mail accounts are off", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No `token`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn verify(
    State(web): State<WebState>,
    json::JsonBody(ask): json::JsonBody<EmailTokenRequest>,
) -> Result<Json<EmailSentResponse>> {
    Ok(Json(EmailSentResponse { email: web.domain.confirm_address(&ask.token).await? }))
}

/// Whose password was forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgotPasswordRequest {
    #[schema(example = "ivan@example.com", max_length = 254)]
    email: String,
}

/// Ask for a link to choose a new password. The answer is the same if there is no such account; then no mail is sent.
#[utoipa::path(
    post, path = "/auth/password/forgot", tag = "E-mail accounts", request_body = ForgotPasswordRequest,
    responses(
        (status = 202, description = "If the address has an account, a mail is on its way", body = EmailSentResponse),
        (status = 403, description = "E-mail accounts are off", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not an address", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many mails", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn forgot(
    State(web): State<WebState>,
    MailRequestedBy(asker): MailRequestedBy,
    json::JsonBody(ask): json::JsonBody<ForgotPasswordRequest>,
) -> Result<Response> {
    let email = web.domain.forgot_password(&ask.email, asker).await?;
    Ok((StatusCode::ACCEPTED, Json(EmailSentResponse { email: email.to_string() })).into_response())
}

/// What stood in a link, and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetPasswordRequest {
    /// The `token` of the link in the mail.
    token: String,
    /// As at registration.
    #[schema(example = "correct horse battery staple", min_length = 8, max_length = 256)]
    password: String,
}

/// Choose a new password by the link in a mail. Every session of the account ends.
#[utoipa::path(
    post, path = "/auth/password/reset", tag = "E-mail accounts", request_body = ResetPasswordRequest,
    responses(
        (status = 204, description = "It is the password now"),
        (status = 400, description = "The link is over: expired, used or unknown", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "E-mail accounts are off", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "It may not be a password; the link is not spent", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn reset(
    State(web): State<WebState>,
    MailRequestedBy(asker): MailRequestedBy,
    headers: HeaderMap,
    json::JsonBody(ask): json::JsonBody<ResetPasswordRequest>,
) -> Result<Response> {
    let reset = web.domain.reset_password(&ask.token, &ask.password, asker).await?;
    let site = refresh::site(&headers, &web.settings).unwrap_or(refresh::CookieSite::Own);
    let held = refresh::set_device(&reset.device, site, web.settings.is_https());
    Ok((held, StatusCode::NO_CONTENT).into_response())
}

/// The old password, and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePasswordRequest {
    old_password: String,
    /// As at registration.
    #[schema(example = "correct horse battery staple", min_length = 8, max_length = 256)]
    password: String,
}

/// Change one's password. Every other session of the account ends.
#[utoipa::path(
    post, path = "/auth/password/change", tag = "E-mail accounts", security(("session" = [])), request_body = ChangePasswordRequest,
    responses(
        (status = 204, description = "It is the password now"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "E-mail accounts are off", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The old one is not right, or the new one may not be a password", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong passwords", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change(
    State(web): State<WebState>,
    Caller(caller): Caller,
    MailRequestedBy(asker): MailRequestedBy,
    json::JsonBody(ask): json::JsonBody<ChangePasswordRequest>,
) -> Result<StatusCode> {
    web.domain.change_password(&caller, &ask.old_password, &ask.password, asker).await?;
    Ok(StatusCode::NO_CONTENT)
}
