//! Sign-in with Google, for websites that handle the redirect themselves and post the code here.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::Refusal;
use crate::model::crypto::secret::Secret;
use crate::model::sign_in::login_widget::FieldError;
use crate::model::sign_in::upstream_oidc::UpstreamCode;
use crate::web::WebState;
use crate::web::api::sign_in::telegram_login::{SessionResponse, session_started};
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::client::RequestedFrom;
use crate::web::extract::json::JsonBody;
use crate::web::problem::{ProblemBody, Result};

/// Limits the length of a code in bytes. Codes of Google have less than 256.
const MAX_CODE_CHARS: usize = 2048;
/// Limits the length of a nonce, in characters.
const MAX_NONCE_CHARS: usize = 512;

/// Result of a redirect to Google.
#[derive(Deserialize, ToSchema)]
#[serde(expecting = "an object")]
#[serde(deny_unknown_fields)]
pub(crate) struct GoogleLoginRequest {
    /// `code` from the query of the redirect.
    #[schema(min_length = 1, max_length = 2048)]
    code: String,
    /// Redirect URI that received the code. Must match an allowed one exactly.
    #[schema(example = "http://localhost:8080/auth/google/callback")]
    redirect_uri: String,
    /// PKCE verifier, if the redirect had a `code_challenge` (RFC 7636).
    #[schema(min_length = 43, max_length = 128, pattern = "^[A-Za-z0-9._~-]+$")]
    code_verifier: Option<String>,
    /// `nonce` of the redirect, if it had one. The ID token must contain the same value.
    #[schema(min_length = 1, max_length = 512)]
    nonce: Option<String>,
}

impl GoogleLoginRequest {
    /// Validates the fields and returns the code to redeem.
    pub(crate) fn into_code(self) -> std::result::Result<UpstreamCode, Refusal> {
        let mut faults = Vec::new();
        let printable = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if self.code.is_empty() || self.code.len() > MAX_CODE_CHARS || !printable(&self.code) {
            faults.push(FieldError::new("code", "must have 1 to 2048 visible ASCII characters"));
        }
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let is_verifier = |text: &String| (43..=128).contains(&text.len()) && text.bytes().all(unreserved);
        if self.code_verifier.as_ref().is_some_and(|verifier| !is_verifier(verifier)) {
            faults.push(FieldError::new("code_verifier", "must have 43 to 128 of A-Z a-z 0-9 - . _ ~"));
        }
        if self.nonce.as_ref().is_some_and(|nonce| !(1..=MAX_NONCE_CHARS).contains(&nonce.chars().count())) {
            faults.push(FieldError::new("nonce", "must have 1 to 512 characters"));
        }
        if !faults.is_empty() {
            return Err(Refusal::Invalid(faults));
        }
        let code_verifier = self.code_verifier.map(Secret::new);
        Ok(UpstreamCode {
            code: Secret::new(self.code),
            redirect_uri: self.redirect_uri,
            code_verifier,
            nonce: self.nonce,
        })
    }
}

/// Sign in with Google.
#[utoipa::path(
    post, path = "/auth/google", tag = "Sign in", request_body = GoogleLoginRequest,
    responses(
        (status = 200, description = "Signed in. The response sets the refresh cookie", body = SessionResponse),
        (status = 401, description = "Google did not accept the code, or its answer could not be verified", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Sign-in with Google is off, or the account is suspended", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Invalid fields, or the redirect URI is not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 502, description = "Google sent an invalid response", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Google is unavailable", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn google(
    State(web): State<WebState>,
    RequestedFrom(origin): RequestedFrom,
    cookies: RequestCookies,
    JsonBody(login): JsonBody<GoogleLoginRequest>,
) -> Result<Response> {
    let session = web.domain.sign_in_by_google(&login.into_code()?, origin).await?;
    Ok(session_started(&web, &cookies, session).await)
}
