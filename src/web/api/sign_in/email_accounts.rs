//! Email accounts: registration, confirmation of the address, and sign-in.
//!
//! Responses do not disclose whether an address has an account.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::sign_in::email_accounts::{
    AddressConfirmation, NewRegistration, PasswordAttempt, PendingRegistration,
};
use crate::web::WebState;
use crate::web::api::sign_in::telegram_login;
use crate::web::api::sign_in::telegram_login::SessionResponse;
use crate::web::cookies::flow::REGISTRATION;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::checks;
use crate::web::extract::client::{ClientSource, MailRequestedBy};
use crate::web::extract::fields::{FromFields, RequestFields, from_fields};
use crate::web::extract::json;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// Email address and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginRequest {
    #[schema(example = "ivan@example.com", max_length = 254)]
    email: String,
    #[schema(example = "correct horse battery staple")]
    password: String,
}

impl FromFields for LoginRequest {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let (email, password) = (fields.checked("email", checks::email), fields.read("password"));
        Some(Self { email: email?, password: password? })
    }
}

/// Sign in with an email address and password.
#[utoipa::path(
    post, path = "/auth/login", operation_id = "signInWithPassword", tag = "Sign in", request_body = LoginRequest,
    responses(
        (status = 200, description = responses::SIGNED_IN, body = SessionResponse),
        responses::BodyErrors,
        (status = 401, description = "Wrong address or password, or the address is not confirmed yet"),
        (status = 403, description = "Email accounts are off, this account is suspended, or this address is disabled"),
        (status = 429, description = "Too many wrong passwords, or more than 30 sign-ins in 10 minutes"),
        (status = 503, description = "The service is overloaded"),
    )
)]
pub(crate) async fn login(
    State(web): State<WebState>,
    ClientSource { source, network }: ClientSource,
    cookies: RequestCookies,
    json::JsonBody(login): json::JsonBody<LoginRequest>,
) -> Result<Response> {
    let devices = cookies.device_marks();
    let attempt = PasswordAttempt { email: &login.email, password: &login.password, devices: &devices, network };
    let signed_in = web.domain.sign_in_by_password(attempt, source).await?;
    let response = telegram_login::session_started(&web, &cookies, signed_in.session).await;
    Ok((cookies.set_device_mark(&signed_in.device, cookies.receiving_site()), response).into_response())
}

/// Data of a registration.
#[derive(Deserialize, ToSchema)]
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

impl FromFields for RegisterRequest {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let email = fields.checked("email", checks::email);
        let name = fields.checked("name", checks::person_name);
        let password = fields.checked("password", checks::new_password);
        Some(Self { email: email?, password: password?, name: name? })
    }
}

/// Email address that was used.
#[derive(Serialize, ToSchema)]
pub(crate) struct EmailSentResponse {
    /// Normalized address.
    #[schema(example = "ivan@example.com")]
    pub(super) email: String,
}

/// Register an email address.
///
/// Sends a confirmation link to it. The response is the same if the address already has an account. A browser also receives
/// a cookie, with which it can confirm the address without the password within an hour.
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
    cookies: RequestCookies,
    json::JsonBody(request): json::JsonBody<RegisterRequest>,
) -> Result<Response> {
    let registration = NewRegistration { email: &request.email, password: &request.password, name: &request.name };
    let PendingRegistration { email, browser } = web.domain.register(registration, requester).await?;
    let body = Json(EmailSentResponse { email: email.to_string() });
    Ok((StatusCode::ACCEPTED, cookies.set_registration(&browser), body).into_response())
}

/// Token of an emailed link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailTokenRequest {
    /// `token` from the query of the emailed link.
    token: String,
}

from_fields!(EmailTokenRequest { token });

impl EmailTokenRequest {
    /// One-time token of the link.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }
}

/// Token of a confirmation link, and the password of the new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyEmailRequest {
    /// `token` from the query of the emailed link.
    token: String,
    /// Password of the new account; replaces that of the registration. May be left out only in the browser that registered.
    #[schema(example = "correct horse battery staple", min_length = 8, max_length = 256)]
    password: Option<String>,
}

impl FromFields for VerifyEmailRequest {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let (token, password) = (fields.read("token"), fields.checked_if_sent("password", checks::new_password));
        Some(Self { token: token?, password: password? })
    }
}

/// Confirm an email address.
///
/// Creates the account of the registration that the email belongs to; the person can sign in then. Opening an email proves
/// the address and nothing else, because anyone can register it. Therefore the person who opens the link chooses the
/// password, and that of the registration is dropped. Only the browser that registered may leave the password out.
#[utoipa::path(
    post, path = "/auth/email/verify", operation_id = "verifyEmailAddress", tag = "Email accounts", request_body = VerifyEmailRequest,
    responses(
        (status = 200, description = "Confirmed", body = EmailSentResponse),
        responses::EmailErrors,
        (status = 400, description = "The link is unknown, expired or already used"),
        (status = 422, description = "Password too short, too common, or missing in a browser other than the one that registered"),
        (status = 503, description = "The service is overloaded"),
    )
)]
pub(crate) async fn verify(
    State(web): State<WebState>,
    ClientSource { network, .. }: ClientSource,
    cookies: RequestCookies,
    json::JsonBody(request): json::JsonBody<VerifyEmailRequest>,
) -> Result<Json<EmailSentResponse>> {
    let browser = cookies.site().map(|_| cookies.flow_tokens(&REGISTRATION)).unwrap_or_default();
    let (token, password) = (request.token.as_str(), request.password.as_deref());
    let confirmation = AddressConfirmation { token, password, browser: &browser };
    Ok(Json(EmailSentResponse { email: web.domain.confirm_address(confirmation, network).await? }))
}
