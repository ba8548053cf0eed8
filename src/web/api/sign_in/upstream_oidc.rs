//! Signing in with Google: the page that Google sent somebody back to posts what they came with.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::Refusal;
use crate::model::crypto::secret::Secret;
use crate::model::sign_in::login_widget::FieldError;
use crate::model::sign_in::upstream_oidc::UpstreamCode;
use crate::web::WebState;
use crate::web::api::sign_in::telegram_login::{SessionResponse, begun};
use crate::web::extract::caller::RequestedFrom;
use crate::web::extract::json::JsonBody;
use crate::web::problem::{ProblemBody, Result};

/// The longest code we pass on, in bytes. Google's have less than 256.
const MAX_CODE_CHARS: usize = 2048;
/// The longest nonce that is looked for, in bytes.
const MAX_NONCE_CHARS: usize = 512;

/// What a browser came back from Google with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoogleLoginRequest {
    /// The `code` of the query.
    #[schema(min_length = 1, max_length = 2048)]
    code: String,
    /// Where Google sent it: one of those that the operator has allowed, letter by letter.
    #[schema(example = "http://localhost:8080/auth/google/callback")]
    redirect_uri: String,
    /// What the `code_challenge` was made from, if there was one (PKCE, RFC 7636).
    #[schema(min_length = 43, max_length = 128, pattern = "^[A-Za-z0-9._~-]+$")]
    code_verifier: Option<String>,
    /// The `nonce` that was asked for, if there was one: the identity token must have the same.
    #[schema(min_length = 1, max_length = 512)]
    nonce: Option<String>,
}

impl GoogleLoginRequest {
    /// What Google is asked about, if it can be.
    pub(crate) fn voucher(self) -> std::result::Result<UpstreamCode, Refusal> {
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
        (status = 200, description = "Signed in; the refresh cookie is set", body = SessionResponse),
        (status = 401, description = "Google does not know the code, or what it answered proves nothing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Google is off here, or the account may not be used", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields are wrong, or the redirect URI is not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 502, description = "Google answers what makes no sense", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Google does not answer", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn google(
    State(web): State<WebState>,
    RequestedFrom(origin): RequestedFrom,
    headers: HeaderMap,
    JsonBody(login): JsonBody<GoogleLoginRequest>,
) -> Result<Response> {
    let session = web.domain.sign_in_by_google(&login.voucher()?, origin).await?;
    Ok(begun(&web, &headers, session).await)
}
