//! Sign-in with Google, for websites that handle the redirect themselves and post the code here.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::model::crypto::secret::Secret;
use crate::model::sign_in::upstream_oidc::UpstreamCode;
use crate::web::WebState;
use crate::web::api::sign_in::telegram_login::{SessionResponse, session_started};
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::client::RequestedFrom;
use crate::web::extract::fields::{FromFields, RequestFields};
use crate::web::extract::json::JsonBody;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// Limits the length of a code in bytes. Codes of Google have less than 256.
const MAX_CODE_CHARS: usize = 2048;
/// Limits the length of a nonce, in characters.
const MAX_NONCE_CHARS: usize = 512;

/// Result of a redirect to Google.
#[derive(Deserialize, ToSchema)]
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

impl FromFields for GoogleLoginRequest {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let code = fields.checked("code", check_code);
        let redirect_uri = fields.read("redirect_uri");
        let code_verifier = fields.checked_if_sent("code_verifier", check_code_verifier);
        let nonce = fields.checked_if_sent("nonce", check_nonce);
        Some(Self { code: code?, redirect_uri: redirect_uri?, code_verifier: code_verifier?, nonce: nonce? })
    }
}

fn check_code(code: &str) -> std::result::Result<(), &'static str> {
    let is_valid = (1..=MAX_CODE_CHARS).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_graphic());
    if is_valid { Ok(()) } else { Err("must have 1 to 2048 visible ASCII characters") }
}

fn check_code_verifier(verifier: &str) -> std::result::Result<(), &'static str> {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let is_valid = (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_unreserved);
    if is_valid { Ok(()) } else { Err("must have 43 to 128 of A-Z a-z 0-9 - . _ ~") }
}

fn check_nonce(nonce: &str) -> std::result::Result<(), &'static str> {
    let is_valid = (1..=MAX_NONCE_CHARS).contains(&nonce.chars().count());
    if is_valid { Ok(()) } else { Err("must have 1 to 512 characters") }
}

impl From<GoogleLoginRequest> for UpstreamCode {
    fn from(login: GoogleLoginRequest) -> Self {
        Self {
            code: Secret::new(login.code),
            redirect_uri: login.redirect_uri,
            code_verifier: login.code_verifier.map(Secret::new),
            nonce: login.nonce,
        }
    }
}

/// Sign in with Google.
///
/// A new Google account joins the account with the same email address only where Google assigns the address: at
/// `gmail.com`, or in the Workspace domain that its claim `hd` names. For any other address the person signs in by email
/// first and then links Google.
#[utoipa::path(
    post, path = "/auth/google", operation_id = "signInWithGoogle", tag = "Sign in", request_body = GoogleLoginRequest,
    responses(
        (status = 200, description = responses::SIGNED_IN, body = SessionResponse),
        responses::GoogleErrors,
        (status = 401, description = "Google did not accept the code, or its answer could not be verified"),
        (status = 403, description = "Sign-in with Google is off, the account is suspended, or this sign-in method is disabled"),
        (status = 409, description = "An account with this address exists, and Google is not the authority for the address"),
    )
)]
pub(crate) async fn google(
    State(web): State<WebState>,
    RequestedFrom(source): RequestedFrom,
    cookies: RequestCookies,
    JsonBody(login): JsonBody<GoogleLoginRequest>,
) -> Result<Response> {
    let session = web.domain.sign_in_by_google(&login.into(), source).await?;
    Ok(session_started(&web, &cookies, session).await)
}
