//! Start of the device flow (RFC 8628, section 3.1).

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::domain::oauth::device::authorization::DeviceAuthorizationRequest;
use crate::web::WebState;
use crate::web::oauth::client_call::ClientCall;
use crate::web::oauth::failure::OAuthFailure;
use crate::web::page_paths;

/// Codes of a device (RFC 8628, section 3.2), and two fields of ours.
#[derive(Serialize)]
struct DeviceAuthorizationResponse<'a> {
    device_code: &'a str,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: String,
    expires_in: i64,
    interval: i64,
    /// Number that the device shows, and the person picks among three.
    #[serde(rename = "match")]
    number: String,
    /// Opens the bot, which asks the same; left out as long as its username is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    telegram_uri: Option<String>,
}

/// Starts the flow.
pub(crate) async fn start(State(web): State<WebState>, call: ClientCall) -> Response {
    let outcome = begin(&web, &call).await;
    call.answer(outcome)
}

async fn begin(web: &WebState, call: &ClientCall) -> Result<Response, OAuthFailure> {
    let request = DeviceAuthorizationRequest {
        scope: call.form.get("scope"),
        resource: call.form.get("resource"),
        origin: call.source.clone(),
        network: call.network,
    };
    let started = web.domain.start_device_authorization(&call.client, request).await?;
    let verification_uri = format!("{}{}", web.domain.public_url(), page_paths::DEVICE);
    let user_code = started.user_code.to_string();
    let body = DeviceAuthorizationResponse {
        device_code: started.device_code.reveal(),
        verification_uri_complete: page_paths::with_query(&verification_uri, &[("user_code", Some(&user_code))]),
        user_code,
        verification_uri,
        expires_in: started.expires_in,
        interval: started.interval,
        number: started.number.to_string(),
        telegram_uri: web
            .link
            .bot()
            .map(|bot| format!("https://t.me/{bot}?start=device_{}", started.user_code.link_code())),
    };
    Ok(Json(body).into_response())
}
